#include "api/types/backup_server_spec.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(BackupServerSpec, "BackupServerSpecType", (),
              (Description, DnsNameOrIpAddress, Username, Port, Password, WcfPort, VbrCertificateThumbprint))
HOLDFAST_ROOT(QuickBackupStartupSpec, "QuickBackupStartupSpecType", (), (VmRef))
HOLDFAST_ENUM(FreeBackupRetention, Never, Tonight, TomorrowNight, In3days, In1Week, In2Weeks, In1Month,
              In3Months, In6Months, In1Year, In2Years, In3Years, In5Years, In7Years)
HOLDFAST_JSON_NAMES(VeeamZipStartupSpec, {"VmRef", "VmRef"})
HOLDFAST_ROOT(VeeamZipStartupSpec, "VeeamZipStartupSpecType", (),
              (VmRef, RepositoryUid, PasswordKeyId, CompressionLevel, DisableGuestQuiescence,
               BackupRetention))

}  // namespace holdfast::api
