// How this server was started, an addition to EM's API: for administrators who look for what is set up, and
// where.
#pragma once

#include <optional>
#include <string>

#include "api/types/resource.hpp"

namespace holdfast::api {

// The server's own TLS certificate, as it was at its start.
struct ServerCertificateType {
    std::string Subject;
    std::string Issuer;
    Timestamp ValidFromTimeUTC{};
    Timestamp ValidUntilTimeUTC{};
    std::string Sha256Fingerprint;  // 64 hex digits
    bool IsSelfSigned = false;
    std::string File;
};

enum class DirectoryKind { None, Ldap, Pam };

// Who is asked about users that Holdfast does not keep itself.
struct DirectorySettingsType {
    DirectoryKind Kind = DirectoryKind::None;
    std::optional<std::string> LdapUri;
    std::optional<std::string> LdapUserBase;
    std::optional<std::string> LdapGroupBase;
    std::optional<std::string> PamService;
};

struct ServerSettings : Resource {
    ServerCertificateType Certificate;
    DirectorySettingsType Directory;
};

}  // namespace holdfast::api
