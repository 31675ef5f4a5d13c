#include "api/types/server_settings.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ENUM(DirectoryKind, None, Ldap, Pam)
HOLDFAST_PART(ServerCertificateType, (),
              (Subject, Issuer, ValidFromTimeUTC, ValidUntilTimeUTC, Sha256Fingerprint, IsSelfSigned, File))
HOLDFAST_PART(DirectorySettingsType, (), (Kind, LdapUri, LdapUserBase, LdapGroupBase, PamService))
HOLDFAST_ROOT(ServerSettings, "ServerSettingsType", (Resource), (Certificate, Directory))

}  // namespace holdfast::api
