#include "api/resources/other_server_routes.hpp"

#include <fmt/format.h>

#include "api/resources/handler.hpp"
#include "api/types/backup_server_spec.hpp"
#include "catalog/backup_servers.hpp"
#include "peer/peer_server.hpp"

namespace holdfast::api {

using Server = catalog::BackupServer;

void require_this_server(const Services& services, const Call& call) {
    if (call.id() == services.server.id) return;
    auto other =
        require(catalog::BackupServers(services.database).find(call.id()), "backup server", call.id());
    throw Error(
        ErrorKind::not_supported,
        fmt::format("What the backup server {} has is shown and changed by that server only", other.name))
        .advise(fmt::format("Ask it: {}/api/.", peer::url_of(other.address, other.port)));
}

namespace {

constexpr std::uint16_t usual_port = 9398;
constexpr std::size_t longest_description = 1024;

Server other_server(const Services& services, const Call& call, const std::string& not_of_this) {
    if (call.id() == services.server.id) throw Error(ErrorKind::not_supported, not_of_this);
    return require(catalog::BackupServers(services.database).find(call.id()), "backup server", call.id());
}

Server this_server(const Services& services) {
    return {.id = services.server.id,
            .name = services.server.name,
            .description = "Holdfast",
            .port = services.server.port,
            .version = services.server.version,
            .is_this = true};
}

Answer list_servers(const Services& services, const Call& call) {
    return list_of<BackupServers>(services, call, catalog::backup_server_source());
}

Answer get_server(const Services& services, const Call& call) {
    auto server =
        call.id() == services.server.id
            ? this_server(services)
            : require(catalog::BackupServers(services.database).find(call.id()), "backup server", call.id());
    auto site = services.site(call);
    return one(call, represent(server, site));
}

// What a body says of how a server is reached, or how it was reached so far; without the password.
Server described(Server server, const BackupServerSpec& spec) {
    server.address = std::string(spec.DnsNameOrIpAddress);
    if (spec.Description) server.description = *spec.Description;
    if (spec.Username) server.username = *spec.Username;
    if (spec.Port) server.port = *spec.Port;
    if (spec.VbrCertificateThumbprint && !spec.VbrCertificateThumbprint->empty())
        server.fingerprint = peer::parse_fingerprint(*spec.VbrCertificateThumbprint);
    peer::check_host(server.address);
    peer::check_user(server.username);
    if (server.port == 0) throw Error(ErrorKind::invalid_input, "Port cannot be 0");
    if (server.description.size() > longest_description)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("Description is longer than {} bytes", longest_description));
    return server;
}

// Empty: there is none in the body, or an empty one as answers have it.
std::string password_of(const BackupServerSpec& spec) {
    auto password = spec.Password.value_or("");
    if (password.size() > peer::longest_password)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("Password is longer than {} bytes", peer::longest_password));
    return password;
}

peer::PeerAccess access_to(const Server& server, std::string password) {
    return {.host = server.address,
            .port = server.port,
            .user = server.username,
            .password = std::move(password),
            .fingerprint = server.fingerprint};
}

TaskOutcome add_server(const Services& services, Server server, const std::string& password) {
    auto told = peer::ask_identity(access_to(server, password));
    if (told.id == services.server.id)
        throw Error(ErrorKind::conflict, fmt::format("At {} there is this server itself",
                                                     peer::url_of(server.address, server.port)));
    server.id = told.id;
    server.name = told.name;
    server.version = told.version;
    server.fingerprint = told.fingerprint;
    server.sealed_password = services.secrets.seal(Server::secret_name(server.id), password);
    catalog::BackupServers(services.database).add(server);
    return {
        .message = fmt::format("The backup server {} was added. The SHA-256 fingerprint of its certificate "
                               "is {}; another certificate will be refused.",
                               server.name, server.fingerprint),
        .links = {{"Related", "/backupServers/" + server.id.to_string() + "?format=Entity", "BackupServer",
                   server.name}}};
}

Answer create_server(const Services& services, const Call& call) {
    auto spec = call.body<BackupServerSpec>();
    auto server = described({.port = usual_port}, spec);
    auto password = password_of(spec);
    if (password.empty())
        throw Error(ErrorKind::invalid_input, "Password is missing: the other server asks for it");
    return services.start_task(call, "CreateBackupServer", [&services, server, password](std::stop_token) {
        return add_server(services, server, password);
    });
}

bool is_reached_alike(const Server& one, const Server& other) {
    return one.address == other.address && one.port == other.port && one.username == other.username &&
           one.fingerprint == other.fingerprint;
}

// Whoever edits sends the password again where it is to go to another place than it was given for: otherwise
// an edit could have it sent to anybody.
Answer edit_server(const Services& services, const Call& call) {
    // A body that is none is told of before what cannot be done with it.
    if (call.id() == services.server.id) call.body<BackupServerSpec>();
    auto id = other_server(services, call, "How this server itself is reached cannot be changed").id;
    auto spec = call.body<BackupServerSpec>();
    auto password = password_of(spec);
    auto site = services.site(call);
    catalog::BackupServers(services.database).edit(id, [&](Server& server) {
        require_match(call.precondition(), represent(server, site));
        auto edited = described(server, spec);
        if (password.empty() && !is_reached_alike(server, edited))
            throw Error(ErrorKind::invalid_input,
                        "Password is missing: it is needed where anything but the description changes");
        if (!password.empty())
            edited.sealed_password = services.secrets.seal(Server::secret_name(id), password);
        server = std::move(edited);
    });
    return no_content();
}

Answer delete_server(const Services& services, const Call& call) {
    auto id = other_server(services, call, "This server itself cannot be removed").id;
    auto site = services.site(call);
    catalog::BackupServers(services.database).remove(id, [&](const Server& server) {
        require_match(call.precondition(), represent(server, site));
    });
    return no_content();
}

TaskOutcome ask_server(const Services& services, const Server& server) {
    auto password = services.secrets.unseal(Server::secret_name(server.id), server.sealed_password);
    auto told = peer::ask_identity(access_to(server, std::move(password)));
    auto url = peer::url_of(server.address, server.port);
    if (told.id != server.id)
        throw Error(ErrorKind::conflict,
                    fmt::format("At {} there is another server than {}, {}", url, server.name, told.name));
    catalog::BackupServers(services.database).edit(server.id, [&](Server& kept) {
        kept.name = told.name;
        kept.version = told.version;
    });
    return {.message =
                fmt::format("The backup server {} answers, with version {}. What it has is shown by that "
                            "server only: {}/api/.",
                            told.name, told.version, url)};
}

}  // namespace

Answer collect_other_server(const Services& services, const Call& call) {
    auto server =
        require(catalog::BackupServers(services.database).find(call.id()), "backup server", call.id());
    return services.start_task(call, "CollectingBackupServer",
                               [&services, server](std::stop_token) { return ask_server(services, server); });
}

std::vector<Route> other_server_routes(const Services& services) {
    auto for_readers = rows_for(services, readers);
    auto for_administrators = rows_for(services, Callers::administrators());
    return {
        for_readers("GET", "/backupServers", "", list_servers),
        for_readers("GET", "/backupServers/{ID}", "", get_server),
        for_administrators("POST", "/backupServers", "create", create_server),
        for_administrators("PUT", "/backupServers/{ID}", "", edit_server),
        for_administrators("DELETE", "/backupServers/{ID}", "", delete_server),
    };
}

}  // namespace holdfast::api
