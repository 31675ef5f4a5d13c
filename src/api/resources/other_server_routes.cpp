#include "api/resources/other_server_routes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <optional>
#include <utility>

#include "api/resources/handler.hpp"
#include "api/resources/other_server_collection.hpp"
#include "api/resources/other_server_objects.hpp"
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
        fmt::format("This of the backup server {} is shown and changed by that server only", other.name))
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
    std::string failure;
    try {
        collect_of_other(services.database, services.secrets, server);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled) throw;
        failure = fmt::format(" What it has could not be collected: {}", error.what());
    }
    return {
        .message = fmt::format("The backup server {} was added. The SHA-256 fingerprint of its certificate "
                               "is {}; another certificate will be refused.{}",
                               server.name, server.fingerprint, failure),
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
    auto collected = collect_of_other(services.database, services.secrets, server);
    std::string told;
    if (!collected.unreadable.empty())
        told += fmt::format(" The account {} there may not list its {}.", server.username,
                            fmt::join(collected.unreadable, ", "));
    if (collected.left_out > 0)
        told += fmt::format(" {} were left out: under their ids something else is known already.",
                            collected.left_out);
    return {.message =
                fmt::format("The backup server {} answers at {}/api/, with version {}. Collected {} of what "
                            "it has.{}",
                            collected.name, peer::url_of(server.address, server.port), collected.version,
                            collected.objects, told)};
}

// What the whole server of `call` has of that kind.
template <typename Item, typename List>
Answer list_of_other(const Services& services, const Call& call,
                     const catalog::RecordSource<catalog::PeerRecord>& source) {
    return list_of<List>(services, call, source, services.selection_in(call, "server", call.id()),
                         represent_other<Item>);
}

Error only_there(const Server& server, const std::string& what) {
    return Error(ErrorKind::not_supported, fmt::format("{} of the backup server {} only", what, server.name))
        .advise(fmt::format("Ask it: {}/api/.", peer::url_of(server.address, server.port)));
}

// What was done there is done, whether it can be shown here at once or not.
void refresh(const Services& services, const Server& server, peer::PeerSession& session,
             const std::string& path) {
    try {
        refresh_of_other(services.database, server.id, session, path);
    } catch (const std::exception& error) {
        spdlog::warn("{} of the backup server {} is not shown as it is now: {}", path, server.name,
                     error.what());
    }
}

// Passes an action on, follows its task there, and shows what it led to.
TaskOutcome act_there(const Services& services, const Server& server, const std::string& path) {
    try {
        peer::PeerSession session(access_to(server, services.secrets), {.all = std::chrono::minutes(2)});
        auto done = session.run("/api" + path);
        refresh(services, server, session, path.substr(0, path.find('?')));
        TaskOutcome outcome{.message = fmt::format("{}: {}", server.name, done.message)};
        for (const auto& href : done.related) {
            auto here = path_here(href);
            if (!here) continue;
            refresh(services, server, session, *here);
            auto is_session = here->starts_with("/backupSessions/");
            outcome.links.push_back({"Related", *here, is_session ? "BackupJobSession" : "Job", {}});
        }
        return outcome;
    } catch (Error& error) {
        tell_age(error, server);
        throw;
    }
}

// "/jobs/{ID}" and what is below it, for one of another server.
class OtherObject {
  public:
    OtherObject(const Services& services, const Call& call, const PeerKind& kind, catalog::PeerRecord record,
                Server server)
        : services_(services),
          call_(call),
          kind_(kind),
          record_(std::move(record)),
          server_(std::move(server)) {}

    Answer answer(const Route& route) const {
        if (route.method == "GET" && route.path == own_path()) return shown();
        if (route.path == "/jobs/{ID}/backupSessions") {
            auto selection = services_.selection_in(call_, "job", record_.id);
            selection.created_since = oldest_listed_session();
            return list_of<BackupJobSessions>(services_, call_, catalog::backup_session_source(), selection);
        }
        if (route.path == "/repositories/{ID}/backups")
            return list_of<Backups>(services_, call_, catalog::backup_source(),
                                    services_.selection_in(call_, "repository", record_.id));
        if (route.path == "/backups/{ID}/restorePoints")
            return list_of<RestorePoints>(services_, call_, catalog::restore_point_source(),
                                          services_.selection_in(call_, "backup", record_.id));
        auto path = fmt::format("/{}/{}?action={}", kind_.collection, record_.id.to_string(), route.action);
        if (route.method == "POST" && route.path == own_path() && path_here("/api" + path))
            return services_.start_task(call_, operation_of(route.action),
                                        [&services = services_, server = server_, path](std::stop_token) {
                                            return act_there(services, server, path);
                                        });
        throw only_there(server_, fmt::format("{} {} is done by the API", route.method, route.path));
    }

  private:
    std::string own_path() const { return fmt::format("/{}/{{ID}}", kind_.collection); }

    std::string operation_of(std::string_view action) const {
        if (kind_.name == "BackupJobSession") return "StopJobSession";
        if (action == "start") return "StartJob";
        if (action == "stop") return "StopJob";
        return action == "retry" ? "RetryJob" : "UpdateJob";
    }

    template <typename T>
    Answer shown_as() const {
        auto site = services_.site(call_);
        return one(call_, represent_other<T>(record_, site));
    }

    Answer shown() const {
        if (kind_.name == "Job") return shown_as<Job>();
        if (kind_.name == "Repository") return shown_as<Repository>();
        if (kind_.name == "ManagedServer") return shown_as<ManagedServer>();
        if (kind_.name == "Backup") return shown_as<Backup>();
        if (kind_.name == "RestorePoint") return shown_as<RestorePoint>();
        return shown_as<BackupJobSession>();
    }

    const Services& services_;
    const Call& call_;
    const PeerKind& kind_;
    const catalog::PeerRecord record_;
    const Server server_;
};

// Nothing where no other server has it, or the caller does not see what others have.
std::optional<OtherObject> find_other(const Services& services, const Call& call, const PeerKind& kind) {
    if (!services.viewer(call).sees_others) return std::nullopt;
    auto record = catalog::PeerObjects(services.database).find(kind.name, call.id());
    if (!record) return std::nullopt;
    auto server = catalog::BackupServers(services.database).find(record->server);
    if (!server) return std::nullopt;
    return OtherObject(services, call, kind, std::move(*record), std::move(*server));
}

}  // namespace

Answer collect_other_server(const Services& services, const Call& call) {
    auto server =
        require(catalog::BackupServers(services.database).find(call.id()), "backup server", call.id());
    return services.start_task(call, "CollectingBackupServer",
                               [&services, server](std::stop_token) { return ask_server(services, server); });
}

std::optional<Answer> list_of_other_server(const Services& services, const Call& call,
                                           std::string_view kind) {
    if (call.id() == services.server.id) return std::nullopt;
    require(catalog::BackupServers(services.database).find(call.id()), "backup server", call.id());
    if (kind == "Job") return list_of_other<Job, Jobs>(services, call, catalog::peer_job_source());
    if (kind == "ManagedServer")
        return list_of_other<ManagedServer, ManagedServers>(services, call,
                                                            catalog::peer_managed_server_source());
    return list_of_other<Repository, Repositories>(services, call, catalog::peer_repository_source());
}

Route also_for_others(const Services& services, Route route) {
    auto end = route.path.find("/{ID}", 1);
    const auto* kind =
        end == std::string_view::npos ? nullptr : find_peer_kind(route.path.substr(1, end - 1));
    if (kind == nullptr) return route;
    auto for_others = route;
    for_others.handler = nullptr;
    route.handler = [&services, kind, for_others, here = route.handler](const Call& call) {
        try {
            return here(call);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::not_found) throw;
            auto other = find_other(services, call, *kind);
            if (!other) throw;
            return other->answer(for_others);
        }
    };
    return route;
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
