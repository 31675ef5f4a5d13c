#include "catalog/repositories.hpp"

#include "base/error.hpp"
#include "catalog/sources.hpp"

namespace holdfast::catalog {
std::vector<Repository> Repositories::list() {
    return database_.read([](Connection& connection) {
        return connection.query(repository_source().select() + " ORDER BY r.name, r.id")
            .rows(repository_source().read);
    });
}

std::optional<Repository> Repositories::find(const Uuid& id) {
    return database_.read([&](Connection& connection) {
        return connection.query(repository_source().select() + " WHERE r.id = :id")
            .bind("id", id)
            .first(repository_source().read);
    });
}

void Repositories::add(const Repository& repository) {
    database_.transaction([&](Connection& connection) {
        auto taken = connection.query("SELECT name FROM repositories WHERE name = :name OR path = :path")
                         .bind("name", repository.name)
                         .bind("path", repository.path)
                         .first([](const Row& row) { return row.text("name"); });
        if (taken)
            throw Error(ErrorKind::conflict,
                        "The repository " + *taken + " has that name or that path already");
        connection
            .query(
                "INSERT INTO repositories (id, name, description, path, restic_id, sealed_password, capacity,"
                " free_space, created_at)"
                " VALUES (:id, :name, :description, :path, :restic, :password, :capacity, :free, :created)")
            .bind("id", repository.id)
            .bind("name", repository.name)
            .bind("description", repository.description)
            .bind("path", repository.path)
            .bind("restic", repository.restic_id)
            .bind("password", repository.sealed_password)
            .bind("capacity", repository.capacity)
            .bind("free", repository.free_space)
            .bind("created", now())
            .run();
    });
}

void Repositories::update_space(const Uuid& id, std::int64_t capacity, std::int64_t free_space) {
    database_.transaction([&](Connection& connection) {
        connection.query("UPDATE repositories SET capacity = :capacity, free_space = :free WHERE id = :id")
            .bind("capacity", capacity)
            .bind("free", free_space)
            .bind("id", id)
            .run();
    });
}

void Repositories::set_password(const Uuid& id, const std::string& sealed_password) {
    database_.transaction([&](Connection& connection) {
        auto changed = connection.query("UPDATE repositories SET sealed_password = :password WHERE id = :id")
                           .bind("password", sealed_password)
                           .bind("id", id)
                           .run();
        if (changed == 0) throw Error(ErrorKind::not_found, "There is no repository " + id.to_string());
    });
}

void Repositories::remove(const Uuid& id) {
    database_.transaction([&](Connection& connection) {
        auto job = connection.query("SELECT name FROM jobs WHERE repository_id = :id ORDER BY name")
                       .bind("id", id)
                       .first([](const Row& row) { return row.text("name"); });
        if (job)
            throw Error(ErrorKind::conflict, "The job " + *job + " writes to this repository")
                .advise("Delete the job or give it another repository first.");
        auto open = connection
                        .query(
                            "SELECT s.job_name AS name FROM backup_sessions s"
                            " JOIN backups b ON b.job_id = s.job_id"
                            " WHERE b.repository_id = :id AND s.ended_at IS NULL")
                        .bind("id", id)
                        .first([](const Row& row) { return row.text("name"); });
        if (open)
            throw Error(ErrorKind::conflict, "The backup " + *open + " is being written to this repository")
                .advise("Wait for its session to end, or stop it first.");
        auto restored = connection
                            .query(
                                "SELECT s.vm_name AS name FROM restore_sessions s"
                                " JOIN vm_restore_points v ON v.id = s.vm_restore_point_id"
                                " JOIN restore_points p ON p.id = v.restore_point_id"
                                " JOIN backups b ON b.id = p.backup_id"
                                " WHERE b.repository_id = :id AND s.ended_at IS NULL")
                            .bind("id", id)
                            .first([](const Row& row) { return row.text("name"); });
        if (restored)
            throw Error(ErrorKind::conflict,
                        "A restore point of " + *restored +
                            " in this repository is being restored or mounted, or a machine runs from it")
                .advise("Wait for its restore session to end, or end it first.");
        connection.query("DELETE FROM backups WHERE repository_id = :id").bind("id", id).run();
        connection.query("DELETE FROM repositories WHERE id = :id").bind("id", id).run();
    });
}

std::vector<std::string> Repositories::snapshots_to_forget(const Uuid& id) {
    return database_.read([&](Connection& connection) {
        return connection.query("SELECT snapshot_id FROM snapshots_to_forget WHERE repository_id = :id")
            .bind("id", id)
            .rows([](const Row& row) { return row.text("snapshot_id"); });
    });
}

void Repositories::note_to_forget(const Uuid& id, std::span<const std::string> snapshots) {
    database_.transaction([&](Connection& connection) {
        for (const auto& snapshot : snapshots)
            connection
                .query(
                    "INSERT INTO snapshots_to_forget (repository_id, snapshot_id) VALUES (:id, :snapshot)"
                    " ON CONFLICT DO NOTHING")
                .bind("id", id)
                .bind("snapshot", snapshot)
                .run();
    });
}

void Repositories::forgot(const Uuid& id, const std::string& snapshot) {
    database_.transaction([&](Connection& connection) {
        connection
            .query("DELETE FROM snapshots_to_forget WHERE repository_id = :id AND snapshot_id = :snapshot")
            .bind("id", id)
            .bind("snapshot", snapshot)
            .run();
    });
}

}  // namespace holdfast::catalog
