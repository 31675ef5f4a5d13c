#include "catalog/managed_servers.hpp"

#include "base/error.hpp"
#include "catalog/sources.hpp"

namespace holdfast::catalog {
namespace {

std::optional<ManagedServer> find_where(Database& database, const std::string& column, const Uuid& id) {
    const auto& source = managed_server_source();
    return database.read([&](Connection& connection) {
        return connection.query(source.select() + " WHERE " + column + " = :id")
            .bind("id", id)
            .first(source.read);
    });
}

}  // namespace

std::vector<ManagedServer> ManagedServers::list() {
    const auto& source = managed_server_source();
    return database_.read([&](Connection& connection) {
        return connection.query(source.select() + " ORDER BY h.name, h.id").rows(source.read);
    });
}

std::optional<ManagedServer> ManagedServers::find(const Uuid& id) {
    return find_where(database_, "h.id", id);
}

std::optional<ManagedServer> ManagedServers::find_by_hierarchy_root(const Uuid& id) {
    return find_where(database_, "h.hierarchy_root_id", id);
}

void ManagedServers::add(const ManagedServer& server) {
    database_.transaction([&](Connection& connection) {
        auto taken = connection.query("SELECT name FROM managed_servers WHERE uri = :uri")
                         .bind("uri", server.uri)
                         .first([](const Row& row) { return row.text("name"); });
        if (taken)
            throw Error(ErrorKind::conflict, "The host " + server.uri + " is there already, as " + *taken);
        connection
            .query(
                "INSERT INTO managed_servers (id, hierarchy_root_id, name, description, uri, host_id, "
                "created_at)"
                " VALUES (:id, :root, :name, :description, :uri, :host, :created)")
            .bind("id", server.id)
            .bind("root", server.hierarchy_root)
            .bind("name", server.name)
            .bind("description", server.description)
            .bind("uri", server.uri)
            .bind("host", server.host_id)
            .bind("created", now())
            .run();
    });
}

void ManagedServers::set_host_id(const Uuid& id, const std::string& host_id) {
    database_.transaction([&](Connection& connection) {
        connection.query("UPDATE managed_servers SET host_id = :host WHERE id = :id")
            .bind("host", host_id)
            .bind("id", id)
            .run();
    });
}

void ManagedServers::remove(const Uuid& id) {
    database_.transaction([&](Connection& connection) {
        auto job = connection
                       .query(
                           "SELECT j.name AS name FROM job_objects o JOIN jobs j ON j.id = o.job_id"
                           " WHERE o.server_id = :id ORDER BY j.name")
                       .bind("id", id)
                       .first([](const Row& row) { return row.text("name"); });
        if (job)
            throw Error(ErrorKind::conflict, "The job " + *job + " protects machines of this host")
                .advise("Delete the job or take the machines out of it first.");
        auto recovered = connection
                             .query(
                                 "SELECT i.vm_name AS name FROM instant_recoveries i JOIN managed_servers m"
                                 " ON m.hierarchy_root_id = i.hierarchy_root_id WHERE m.id = :id")
                             .bind("id", id)
                             .first([](const Row& row) { return row.text("name"); });
        if (recovered)
            throw Error(ErrorKind::conflict,
                        "The machine " + *recovered + " runs from a repository on this host")
                .advise("Migrate or discard it first.");
        auto verified = connection
                            .query(
                                "SELECT s.vm_name AS name FROM boot_verifications b"
                                " JOIN restore_sessions s ON s.id = b.id"
                                " JOIN managed_servers m ON m.hierarchy_root_id = b.hierarchy_root_id"
                                " WHERE m.id = :id AND b.is_removed = 0")
                            .bind("id", id)
                            .first([](const Row& row) { return row.text("name"); });
        if (verified)
            throw Error(ErrorKind::conflict, "The boot of " + *verified + " is being verified on this host")
                .advise("Wait for its restore session to end, or stop it first.");
        auto machine = connection
                           .query(
                               "SELECT vm_name FROM backup_task_sessions"
                               " WHERE server_id = :id AND ended_at IS NULL")
                           .bind("id", id)
                           .first([](const Row& row) { return row.text("vm_name"); });
        if (machine)
            throw Error(ErrorKind::conflict, "The machine " + *machine + " of this host is being backed up")
                .advise("Wait for its session to end, or stop it first.");
        connection.query("DELETE FROM managed_servers WHERE id = :id").bind("id", id).run();
    });
}

}  // namespace holdfast::catalog
