// The bodies of what is asked of a backup server: adding one, a backup at once of machines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/description/field_types.hpp"

namespace holdfast::api {

// Adding one needs everything up to the password; an edit sends only what it changes.
struct BackupServerSpec {
    std::optional<std::string> Description;
    Text<1, 255> DnsNameOrIpAddress;
    std::optional<std::string> Username;
    std::optional<std::uint16_t> Port;
    std::optional<std::string> Password;
    std::optional<std::uint16_t> WcfPort;
    std::optional<std::string> VbrCertificateThumbprint;
};

struct QuickBackupStartupSpec {
    Text<1, 512> VmRef;
};

enum class FreeBackupRetention {
    Never,
    Tonight,
    TomorrowNight,
    In3days,
    In1Week,
    In2Weeks,
    In1Month,
    In3Months,
    In6Months,
    In1Year,
    In2Years,
    In3Years,
    In5Years,
    In7Years
};

struct VeeamZipStartupSpec {
    std::vector<Text<1, 512>> VmRef;
    Text<1, 256> RepositoryUid;
    std::optional<std::string> PasswordKeyId;
    Range<1, 5> CompressionLevel;
    std::optional<bool> DisableGuestQuiescence;
    FreeBackupRetention BackupRetention = FreeBackupRetention::Never;
};

}  // namespace holdfast::api
