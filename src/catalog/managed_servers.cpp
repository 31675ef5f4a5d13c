#include "catalog/managed_servers.hpp"

#include "base/error.hpp"

namespace holdfast::catalog {
namespace {

const std::string select =
    "SELECT id, hierarchy_root_id, name, description, uri, host_id FROM managed_servers";

ManagedServer read_server(const Row& row) {
    return {row.id("id"),    row.id("hierarchy_root_id"), row.text("name"), row.text("description"),
            row.text("uri"), row.text("host_id")};
}

}  // namespace

std::vector<ManagedServer> ManagedServers::list() {
    return database_.read([](Connection& connection) {
        return connection.query(select + " ORDER BY name, id").rows(read_server);
    });
}

std::optional<ManagedServer> ManagedServers::find(const Uuid& id) {
    return database_.read([&](Connection& connection) {
        return connection.query(select + " WHERE id = :id").bind("id", id).first(read_server);
    });
}

std::optional<ManagedServer> ManagedServers::find_by_hierarchy_root(const Uuid& id) {
    return database_.read([&](Connection& connection) {
        return connection.query(select + " WHERE hierarchy_root_id = :id").bind("id", id).first(read_server);
    });
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
        connection.query("DELETE FROM managed_servers WHERE id = :id").bind("id", id).run();
    });
}

}  // namespace holdfast::catalog
