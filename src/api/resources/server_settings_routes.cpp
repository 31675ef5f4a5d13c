#include "api/resources/server_settings_routes.hpp"

#include <optional>

#include "api/resources/handler.hpp"
#include "api/types/server_settings.hpp"

namespace holdfast::api {
namespace {

std::optional<std::string> given(const std::string& value) {
    return value.empty() ? std::nullopt : std::optional(value);
}

DirectorySettingsType directory_of(const ServerSetup& setup) {
    DirectorySettingsType directory;
    if (!setup.pam_service.empty()) {
        directory.Kind = DirectoryKind::Pam;
        directory.PamService = setup.pam_service;
    } else if (!setup.ldap_uri.empty()) {
        directory.Kind = DirectoryKind::Ldap;
        directory.LdapUri = setup.ldap_uri;
        directory.LdapUserBase = given(setup.ldap_user_base);
        directory.LdapGroupBase = given(setup.ldap_group_base);
    }
    return directory;
}

Answer show_settings(const ServerSetup& setup, const Call& call) {
    const auto& certificate = setup.certificate;
    ServerSettings settings;
    settings.Href = call.links().href("/serverSettings");
    settings.Type = "ServerSettings";
    settings.Certificate = {.Subject = certificate.subject,
                            .Issuer = certificate.issuer,
                            .ValidFromTimeUTC = certificate.valid_from,
                            .ValidUntilTimeUTC = certificate.valid_until,
                            .Sha256Fingerprint = certificate.sha256,
                            .IsSelfSigned = certificate.is_self_signed,
                            .File = setup.certificate_file};
    settings.Directory = directory_of(setup);
    return ok(std::move(settings));
}

}  // namespace

std::vector<Route> server_settings_routes(const ServerSetup& setup) {
    return {{.method = "GET",
             .path = "/serverSettings",
             .callers = Callers::administrators(),
             .handler = [&setup](const Call& call) { return show_settings(setup, call); }}};
}

}  // namespace holdfast::api
