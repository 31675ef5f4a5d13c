#include "api/resources/handler.hpp"
#include "api/resources/represent_security.hpp"
#include "api/resources/security_routes.hpp"

namespace holdfast::api {
namespace {

using catalog::Credentials;
using catalog::EncryptionPassword;

Credentials find_credentials(const Services& services, const Call& call) {
    require_this_server(services, call);
    return require(catalog::CredentialsStore(services.database).find(call.id(1)), "credentials record",
                   call.id(1));
}

EncryptionPassword find_password(const Services& services, const Call& call) {
    require_this_server(services, call);
    return require(catalog::EncryptionPasswords(services.database).find(call.id(1)), "password", call.id(1));
}

std::string sealed_password_of(const Services& services, const Uuid& id, const std::string& password) {
    return services.secrets.seal(Credentials::secret_name(id), password);
}

Answer list_credentials(const Services& services, const Call& call) {
    require_this_server(services, call);
    return list_of<CredentialsInfoList>(services, call, catalog::credentials_source());
}

Answer get_credentials(const Services& services, const Call& call) {
    auto site = services.site(call);
    return ok(represent(find_credentials(services, call), site));
}

std::string required_username(const std::optional<std::string>& name) {
    if (!name || name->empty())
        throw Error(ErrorKind::invalid_input, "Username is missing: credentials are of somebody");
    return *name;
}

Answer create_credentials(const Services& services, const Call& call) {
    require_this_server(services, call);
    auto spec = call.body<CredentialsInfoSpec>();
    Credentials credentials{Uuid::random(), required_username(spec.Username), spec.Description.value_or("")};
    credentials.sealed_password = sealed_password_of(services, credentials.id, spec.Password.value_or(""));
    catalog::CredentialsStore(services.database).add(credentials);
    auto site = services.site(call);
    return created_at(represent(credentials, site));
}

// What is left out stays; so does the password where it is empty, as answers have it.
Answer edit_credentials(const Services& services, const Call& call) {
    auto id = find_credentials(services, call).id;
    auto edit = call.body<CredentialsInfo>();
    auto site = services.site(call);
    catalog::CredentialsStore(services.database).edit(id, [&](Credentials& credentials) {
        require_match(call.precondition(), represent(credentials, site));
        if (edit.Username) credentials.username = required_username(edit.Username);
        if (edit.Description) credentials.description = *edit.Description;
        if (edit.Password && !edit.Password->empty())
            credentials.sealed_password = sealed_password_of(services, id, *edit.Password);
    });
    return no_content();
}

Answer delete_credentials(const Services& services, const Call& call) {
    auto site = services.site(call);
    catalog::CredentialsStore(services.database)
        .remove(find_credentials(services, call).id, [&](const Credentials& credentials) {
            require_match(call.precondition(), represent(credentials, site));
        });
    return no_content();
}

Answer list_passwords(const Services& services, const Call& call) {
    require_this_server(services, call);
    return list_of<PasswordKeyInfoList>(services, call, catalog::encryption_password_source());
}

Answer get_password(const Services& services, const Call& call) {
    auto site = services.site(call);
    return ok(represent(find_password(services, call), site));
}

// 202 without a task: so EM documents it.
Answer create_password(const Services& services, const Call& call) {
    require_this_server(services, call);
    auto spec = call.body<PasswordKeyInfoSpec>();
    if (!spec.Password || spec.Password->empty())
        throw Error(ErrorKind::invalid_input, "Password is missing: there is nothing to encrypt with");
    EncryptionPassword password{Uuid::random(), spec.Hint.value_or(""), "", now()};
    password.sealed_password =
        services.secrets.seal(EncryptionPassword::secret_name(password.id), *spec.Password);
    catalog::EncryptionPasswords(services.database).add(password);
    auto site = services.site(call);
    auto answer = created_at(represent(password, site));
    answer.status = 202;
    return answer;
}

Answer edit_password(const Services& services, const Call& call) {
    auto id = find_password(services, call).id;
    auto edit = call.body<PasswordKeyInfoSpec>();
    if (edit.Password && !edit.Password->empty())
        throw Error(ErrorKind::invalid_input, "The password cannot be changed: what it encrypted needs it")
            .advise("Send only Hint, or make another password.");
    if (!edit.Hint) return no_content();
    auto site = services.site(call);
    catalog::EncryptionPasswords(services.database).edit(id, [&](EncryptionPassword& password) {
        require_match(call.precondition(), represent(password, site));
        password.hint = *edit.Hint;
        password.modified = now();
    });
    return no_content();
}

Answer delete_password(const Services& services, const Call& call) {
    auto site = services.site(call);
    catalog::EncryptionPasswords(services.database)
        .remove(find_password(services, call).id, [&](const EncryptionPassword& password) {
            require_match(call.precondition(), represent(password, site));
        });
    return no_content();
}

}  // namespace

std::vector<Route> credentials_routes(const Services& services) {
    auto row = [&](std::string_view method, std::string_view path, std::string_view action, Callers callers,
                   auto handler) {
        return Route{.method = method,
                     .path = path,
                     .action = action,
                     .callers = callers,
                     .handler = bind_handler(services, handler)};
    };
    constexpr auto administrators = Callers::administrators();
    constexpr std::string_view credentials = "/backupServers/{ID}/credentials";
    constexpr std::string_view some_credentials = "/backupServers/{ID}/credentials/{ID}";
    constexpr std::string_view passwords = "/backupServers/{ID}/passwords";
    constexpr std::string_view password = "/backupServers/{ID}/passwords/{ID}";
    return {
        row("GET", credentials, "", readers, list_credentials),
        row("POST", credentials, "create", administrators, create_credentials),
        row("GET", some_credentials, "", readers, get_credentials),
        row("PUT", some_credentials, "", administrators, edit_credentials),
        row("DELETE", some_credentials, "", administrators, delete_credentials),
        row("GET", passwords, "", readers, list_passwords),
        row("POST", passwords, "create", administrators, create_password),
        row("GET", password, "", readers, get_password),
        row("PUT", password, "", administrators, edit_password),
        row("DELETE", password, "", administrators, delete_password),
    };
}

}  // namespace holdfast::api
