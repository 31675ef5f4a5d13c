#include "catalog/backup_servers.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace holdfast::catalog {
namespace {

const std::string select_servers =
    "SELECT id, name, description, address, port, username, sealed_password, fingerprint, version,"
    " collected_at, failure FROM backup_servers";

BackupServer read_server(const Row& row) {
    return {.id = row.id("id"),
            .name = row.text("name"),
            .description = row.text("description"),
            .address = row.text("address"),
            .port = static_cast<std::uint16_t>(row.number("port")),
            .username = row.text("username"),
            .sealed_password = row.text("sealed_password"),
            .fingerprint = row.text("fingerprint"),
            .version = row.text("version"),
            .collected = row.optional_time("collected_at"),
            .failure = row.text("failure")};
}

std::optional<BackupServer> find_server(Connection& connection, const Uuid& id) {
    return connection.query(select_servers + " WHERE id = :id").bind("id", id).first(read_server);
}

// From here on other writers of the row wait, on PostgreSQL too.
BackupServer hold_server(Connection& connection, const Uuid& id) {
    if (connection.query("UPDATE backup_servers SET id = id WHERE id = :id").bind("id", id).run() == 0)
        throw Error(ErrorKind::not_found, "There is no backup server " + id.to_string());
    return find_server(connection, id).value();
}

std::int64_t count_servers(Connection& connection) {
    return connection.query("SELECT COUNT(*) AS servers FROM backup_servers")
        .first([](const Row& row) { return row.number("servers"); })
        .value();
}

// Everything but the id, which tells which one it is.
Query& bind_rest(Query& query, const BackupServer& server) {
    return query.bind("name", server.name)
        .bind("description", server.description)
        .bind("address", server.address)
        .bind("port", int{server.port})
        .bind("username", server.username)
        .bind("password", server.sealed_password)
        .bind("fingerprint", server.fingerprint)
        .bind("version", server.version);
}

}  // namespace

std::int64_t BackupServers::count() {
    return database_.read(count_servers);
}

std::optional<BackupServer> BackupServers::find(const Uuid& id) {
    return database_.read([&](Connection& connection) { return find_server(connection, id); });
}

void BackupServers::add(const BackupServer& server) {
    database_.transaction([&](Connection& connection) {
        if (auto known = find_server(connection, server.id))
            throw Error(ErrorKind::conflict, fmt::format("The backup server {} is there already, as {} at {}",
                                                         server.id.to_string(), known->name, known->address))
                .advise("Edit it where its address or password has changed.");
        if (count_servers(connection) >= most)
            throw Error(ErrorKind::conflict, fmt::format("There are {} other backup servers already", most));
        auto query = connection.query(
            "INSERT INTO backup_servers (id, name, description, address, port, username, sealed_password,"
            " fingerprint, version, created_at) VALUES (:id, :name, :description, :address, :port, :username,"
            " :password, :fingerprint, :version, :created)");
        bind_rest(query, server).bind("id", server.id).bind("created", now()).run();
    });
}

void BackupServers::edit(const Uuid& id, const std::function<void(BackupServer&)>& change) {
    database_.transaction([&](Connection& connection) {
        auto server = hold_server(connection, id);
        change(server);
        auto query = connection.query(
            "UPDATE backup_servers SET name = :name, description = :description, address = :address,"
            " port = :port, username = :username, sealed_password = :password, fingerprint = :fingerprint,"
            " version = :version WHERE id = :id");
        bind_rest(query, server).bind("id", id).run();
    });
}

void BackupServers::note_collected(const Uuid& id, Timestamp when) {
    database_.transaction([&](Connection& connection) {
        connection.query("UPDATE backup_servers SET collected_at = :collected, failure = '' WHERE id = :id")
            .bind("collected", when)
            .bind("id", id)
            .run();
    });
}

void BackupServers::note_failure(const Uuid& id, const std::string& why) {
    database_.transaction([&](Connection& connection) {
        connection.query("UPDATE backup_servers SET failure = :failure WHERE id = :id")
            .bind("failure", why)
            .bind("id", id)
            .run();
    });
}

std::vector<BackupServer> BackupServers::list() {
    return database_.look_up([&](Connection& connection) {
        return connection.query(select_servers + " ORDER BY name, id").rows(read_server);
    });
}

void BackupServers::remove(const Uuid& id, const std::function<void(const BackupServer&)>& check) {
    database_.transaction([&](Connection& connection) {
        check(hold_server(connection, id));
        connection.query("DELETE FROM backup_servers WHERE id = :id").bind("id", id).run();
    });
}

}  // namespace holdfast::catalog
