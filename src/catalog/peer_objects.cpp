#include "catalog/peer_objects.hpp"

#include "base/error.hpp"
#include "catalog/sources.hpp"

namespace holdfast::catalog {
namespace {

// Until the transaction ends the server stays.
void hold_server(Connection& connection, const Uuid& id) {
    if (connection.query("UPDATE backup_servers SET id = id WHERE id = :id").bind("id", id).run() == 0)
        throw Error(ErrorKind::not_found, "There is no backup server " + id.to_string());
}

std::string text_of(const std::optional<Uuid>& id) {
    return id ? id->to_string() : "";
}

// Whose it is does not change: of two servers with the same thing the first to tell of it keeps it.
std::uint64_t store_one(Connection& connection, const Uuid& server, const PeerObject& object,
                        Timestamp first_seen) {
    auto query = connection.query(
        "INSERT INTO peer_objects AS o (kind, id, server_id, entity, name, created_at, description, job_id,"
        " job_name, repository_id, repository_name, backup_id, backup_name, state, result,"
        " is_retry, ended_at, next_run, schedule_configured, schedule_enabled, capacity, free_space,"
        " job_type) VALUES (:kind, :id, :server, :entity, :name, :created, :description, :job, :job_name, "
        ":repository,"
        " :repository_name, :backup, :backup_name, :state, :result, :is_retry, :ended, :next_run,"
        " :configured, :enabled, :capacity, :free_space, :type)"
        " ON CONFLICT (kind, id) DO UPDATE SET entity = excluded.entity, name = excluded.name,"
        " description = excluded.description, job_id = excluded.job_id, job_name = excluded.job_name,"
        " repository_id = excluded.repository_id, repository_name = excluded.repository_name,"
        " backup_id = excluded.backup_id, backup_name = excluded.backup_name,"
        " state = excluded.state, result = excluded.result,"
        " is_retry = excluded.is_retry, ended_at = excluded.ended_at, next_run = excluded.next_run,"
        " schedule_configured = excluded.schedule_configured, schedule_enabled = excluded.schedule_enabled,"
        " capacity = excluded.capacity, free_space = excluded.free_space, job_type = excluded.job_type"
        " WHERE o.server_id = excluded.server_id");
    return query.bind("kind", object.kind)
        .bind("id", object.id)
        .bind("server", server)
        .bind("entity", object.entity)
        .bind("name", object.name)
        .bind("created", object.created.value_or(first_seen))
        .bind("description", object.description)
        .bind("job", text_of(object.job))
        .bind("job_name", object.job_name)
        .bind("repository", text_of(object.repository))
        .bind("repository_name", object.repository_name)
        .bind("backup", text_of(object.backup))
        .bind("backup_name", object.backup_name)
        .bind("state", object.state)
        .bind("result", object.result)
        .bind("is_retry", object.is_retry)
        .bind("ended", object.ended)
        .bind("next_run", object.next_run)
        .bind("configured", object.schedule_configured)
        .bind("enabled", object.schedule_enabled)
        .bind("capacity", object.capacity)
        .bind("free_space", object.free_space)
        .bind("type", object.job_type)
        .run();
}

}  // namespace

std::optional<PeerRecord> PeerObjects::find(std::string_view kind, const Uuid& id) {
    const auto* source = peer_source(kind);
    if (source == nullptr) return std::nullopt;
    return database_.look_up([&](Connection& connection) {
        return connection.query(source->select() + " WHERE o.id = :id").bind("id", id).first(source->read);
    });
}

std::size_t PeerObjects::store(const Uuid& server, const std::vector<PeerObject>& objects) {
    if (objects.empty()) return 0;
    return database_.transaction([&](Connection& connection) {
        hold_server(connection, server);
        std::size_t left_out = 0;
        auto first_seen = now();
        // Those of one moment keep the order in which they were told.
        for (const auto& object : objects) {
            if (store_one(connection, server, object, first_seen) == 0) ++left_out;
            first_seen += std::chrono::microseconds(1);
        }
        return left_out;
    });
}

std::set<Uuid> PeerObjects::ids_of(const Uuid& server, std::string_view kind) {
    auto ids = database_.look_up([&](Connection& connection) {
        return connection.query("SELECT id FROM peer_objects WHERE server_id = :server AND kind = :kind")
            .bind("server", server)
            .bind("kind", kind)
            .rows([](const Row& row) { return row.id("id"); });
    });
    return {ids.begin(), ids.end()};
}

void PeerObjects::remove(const Uuid& server, std::string_view kind, const std::set<Uuid>& ids) {
    if (ids.empty()) return;
    database_.transaction([&](Connection& connection) {
        for (const auto& id : ids)
            connection
                .query("DELETE FROM peer_objects WHERE kind = :kind AND id = :id AND server_id = :server")
                .bind("kind", kind)
                .bind("id", id)
                .bind("server", server)
                .run();
    });
}

void PeerObjects::remove_older(const Uuid& server, std::string_view kind, Timestamp than) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "DELETE FROM peer_objects WHERE server_id = :server AND kind = :kind AND created_at < :than")
            .bind("server", server)
            .bind("kind", kind)
            .bind("than", than)
            .run();
    });
}

std::optional<Timestamp> PeerObjects::changing_since(const Uuid& server, std::string_view kind) {
    return database_.look_up([&](Connection& connection) {
        auto since = connection
                         .query(
                             "SELECT COALESCE(MIN(CASE WHEN ended_at IS NULL THEN created_at END),"
                             " MAX(created_at)) AS since FROM peer_objects"
                             " WHERE server_id = :server AND kind = :kind")
                         .bind("server", server)
                         .bind("kind", kind)
                         .first([](const Row& row) { return row.optional_time("since"); });
        return since.value_or(std::nullopt);
    });
}

}  // namespace holdfast::catalog
