#include "api/resources/other_server_collection.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <set>

#include "api/resources/other_server_objects.hpp"
#include "api/routing/uri.hpp"
#include "base/cancellation.hpp"
#include "base/error.hpp"

namespace holdfast::api {
namespace {

constexpr std::chrono::minutes between_collections{15};
constexpr std::chrono::days kept_sessions{30};
constexpr std::size_t page_size = 100;
constexpr std::size_t most_objects = 100'000;  // of a kind, of a server

constexpr peer::PeerLimits limits{.all = std::chrono::minutes(5), .longest_answer = std::size_t{16} << 20};

// One server, one time.
class Collection {
  public:
    Collection(catalog::Database& database, const Uuid& server, peer::PeerSession& session)
        : objects_(database), server_(server), session_(session) {}

    CollectedOfOther all() {
        for (const auto& kind : peer_kinds()) {
            if (kind.name == "BackupJobSession")
                sessions(kind);
            else
                whole(kind);
        }
        return std::move(collected_);
    }

  private:
    // What is not there any more goes, too.
    void whole(const PeerKind& kind) {
        auto gone = objects_.ids_of(server_, kind.name);
        bool is_read = pages(kind, "", [&](const catalog::PeerObject& object) { gone.erase(object.id); });
        if (is_read) objects_.remove(server_, kind.name, gone);
    }

    // They do not change once they have ended, and nothing takes them away before they are not listed any
    // more.
    void sessions(const PeerKind& kind) {
        auto oldest = now() - kept_sessions;
        objects_.remove_older(server_, kind.name, oldest);
        auto since = std::max(objects_.changing_since(server_, kind.name).value_or(oldest), oldest);
        auto filter = fmt::format("CreationTime>=\"{}\"", format_utc(since));
        pages(kind, "&filter=" + percent_encode(filter, ""), [](const auto&) {});
    }

    template <typename See>
    bool pages(const PeerKind& kind, const std::string& filter, See see) {
        std::size_t told = 0;
        bool is_complete = true;
        for (int page = 1;; ++page) {
            auto items = session_.list(fmt::format("/api/{}?format=Entity&pageSize={}&page={}{}",
                                                   kind.collection, page_size, page, filter),
                                       std::string(kind.list));
            if (!items) {
                collected_.unreadable.emplace_back(kind.collection);
                return false;
            }
            told += items->size();
            if (told > most_objects)
                throw Error(ErrorKind::too_large,
                            fmt::format("There are more than {} {}", most_objects, kind.collection));
            std::vector<catalog::PeerObject> read;
            for (const auto& item : *items) {
                try {
                    auto object = read_peer_object(kind, server_, item);
                    if (!object) continue;
                    see(*object);
                    read.push_back(std::move(*object));
                } catch (const Error&) {
                    // One that cannot be read does not keep the others away; nor does it go for that.
                    ++collected_.left_out;
                    is_complete = false;
                }
            }
            collected_.left_out += objects_.store(server_, read);
            collected_.objects += read.size();
            if (items->size() < page_size) return is_complete;
        }
    }

    catalog::PeerObjects objects_;
    const Uuid server_;
    peer::PeerSession& session_;
    CollectedOfOther collected_;
};

CollectedOfOther collect(catalog::Database& database, const SecretBox& secrets,
                         const catalog::BackupServer& server) {
    peer::PeerSession session(access_to(server, secrets), limits);
    auto told = session.identity();
    if (told.id != server.id)
        throw Error(ErrorKind::conflict,
                    fmt::format("At {} there is another server than {}, {}",
                                peer::url_of(server.address, server.port), server.name, told.name));
    catalog::BackupServers(database).edit(server.id, [&](catalog::BackupServer& kept) {
        kept.name = told.name;
        kept.version = told.version;
    });
    auto begun = now();
    auto collected = Collection(database, server.id, session).all();
    collected.name = told.name;
    collected.version = told.version;
    catalog::BackupServers(database).note_collected(server.id, begun);
    return collected;
}

}  // namespace

peer::PeerAccess access_to(const catalog::BackupServer& server, std::string password) {
    return {.host = server.address,
            .port = server.port,
            .user = server.username,
            .password = std::move(password),
            .fingerprint = server.fingerprint};
}

peer::PeerAccess access_to(const catalog::BackupServer& server, const SecretBox& secrets) {
    return access_to(server,
                     secrets.unseal(catalog::BackupServer::secret_name(server.id), server.sealed_password));
}

CollectedOfOther collect_of_other(catalog::Database& database, const SecretBox& secrets,
                                  const catalog::BackupServer& server) {
    try {
        return collect(database, secrets, server);
    } catch (Error& error) {
        if (error.kind() == ErrorKind::cancelled) throw;
        catalog::BackupServers(database).note_failure(server.id, error.what());
        tell_age(error, server);
        throw;
    }
}

void tell_age(Error& error, const catalog::BackupServer& server) {
    if (error.kind() != ErrorKind::unavailable) return;
    error.advise(server.collected
                     ? fmt::format("What is shown of it is as of {}.", format_utc(*server.collected))
                     : "Nothing was collected of it so far.");
}

void refresh_of_other(catalog::Database& database, const Uuid& server, peer::PeerSession& session,
                      const std::string& path) {
    auto slash = path.find('/', 1);
    const auto* kind = slash == std::string::npos ? nullptr : find_peer_kind(path.substr(1, slash - 1));
    if (kind == nullptr) return;
    auto id = Uuid::parse(std::string_view(path).substr(slash + 1, 36));
    if (!id) return;
    auto entity = session.entity(fmt::format("/api/{}/{}?format=Entity", kind->collection, id->to_string()));
    if (!entity) return;
    if (auto object = read_peer_object(*kind, server, *entity))
        catalog::PeerObjects(database).store(server, {*object});
}

void OtherServersCollector::start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void OtherServersCollector::run(const std::stop_token& stop) {
    StopScope scope(stop);
    while (!stop.stop_requested()) {
        try {
            collect_all(stop);
        } catch (const std::exception& error) {
            if (!stop.stop_requested()) spdlog::warn("Other backup servers: {}", error.what());
        }
        std::unique_lock lock(mutex_);
        next_.wait_for(lock, stop, between_collections, [] { return false; });
    }
}

void OtherServersCollector::collect_all(const std::stop_token& stop) {
    for (const auto& server : catalog::BackupServers(database_).list()) {
        throw_if_stopped(stop);
        try {
            collect_of_other(database_, secrets_, server);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::cancelled) throw;
            spdlog::warn("The backup server {} was not collected: {}", server.name, error.what());
        }
    }
}

}  // namespace holdfast::api
