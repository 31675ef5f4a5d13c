#include "catalog/restore_points.hpp"

#include "catalog/sources.hpp"

namespace holdfast::catalog {
namespace {

const std::string newest_points_first = " ORDER BY p.created_at DESC, p.id";
const std::string newest_machines_first = " ORDER BY v.created_at DESC, v.id";

// Those whose `column` has that id.
template <typename Record>
std::vector<Record> select_where(Database& database, const RecordSource<Record>& source,
                                 const std::string& column, const Uuid& id, const std::string& order = "") {
    return database.look_up([&](Connection& connection) {
        return connection.query(source.select() + " WHERE " + column + " = :id" + order)
            .bind("id", id)
            .rows(source.read);
    });
}

template <typename T>
std::optional<T> only(std::vector<T> rows) {
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
}

void insert_backup(Connection& connection, const Backup& backup) {
    connection
        .query(
            "INSERT INTO backups (id, name, job_id, repository_id, created_at, expires_at)"
            " VALUES (:id, :name, :job, :repository, :created, :expires)")
        .bind("id", backup.id)
        .bind("name", backup.name)
        .bind("job", backup.job)
        .bind("repository", backup.repository)
        .bind("created", now())
        .bind("expires", backup.expires)
        .run();
}

// Of the points that the condition names, over "p" and "b".
void note_snapshots_to_forget(Connection& connection, const std::string& column, const Uuid& id) {
    connection
        .query(
            "INSERT INTO snapshots_to_forget (repository_id, snapshot_id)"
            " SELECT b.repository_id, v.snapshot_id FROM vm_restore_points v"
            " JOIN restore_points p ON p.id = v.restore_point_id JOIN backups b ON b.id = p.backup_id"
            " WHERE " +
            column + " = :id ON CONFLICT DO NOTHING")
        .bind("id", id)
        .run();
}

}  // namespace

std::optional<Backup> RestorePoints::find_backup(const Uuid& id) {
    return only(select_where(database_, backup_source(), "b.id", id));
}

std::vector<Backup> RestorePoints::list_backups_of_job(const Uuid& job) {
    return select_where(database_, backup_source(), "b.job_id", job);
}

std::vector<Backup> RestorePoints::list_expired_backups(Timestamp time) {
    return database_.read([&](Connection& connection) {
        return connection
            .query(backup_source().select() +
                   " WHERE b.expires_at <= :time AND NOT EXISTS (SELECT 1 FROM backup_sessions s"
                   " WHERE s.job_id = b.job_id AND s.ended_at IS NULL)")
            .bind("time", time)
            .rows(backup_source().read);
    });
}

std::optional<Uuid> RestorePoints::job_with_newest_point(const Uuid& hierarchy_root, const Uuid& domain) {
    return database_.read([&](Connection& connection) {
        return connection
            .query(
                "SELECT j.id AS id FROM jobs j JOIN job_objects o ON o.job_id = j.id"
                " JOIN managed_servers h ON h.id = o.server_id"
                " JOIN backups b ON b.job_id = j.id AND b.repository_id = j.repository_id"
                " JOIN restore_points p ON p.backup_id = b.id"
                " JOIN vm_restore_points v ON v.restore_point_id = p.id"
                " AND v.hierarchy_root_id = h.hierarchy_root_id AND v.domain_id = o.domain_id"
                " WHERE h.hierarchy_root_id = :root AND o.domain_id = :domain AND j.job_type = 'Backup'"
                " ORDER BY v.created_at DESC LIMIT 1")
            .bind("root", hierarchy_root)
            .bind("domain", domain)
            .first([](const Row& row) { return row.id("id"); });
    });
}

std::vector<RestorePoint> RestorePoints::list_of_backup(const Uuid& backup) {
    return select_where(database_, restore_point_source(), "p.backup_id", backup, newest_points_first);
}
std::optional<RestorePoint> RestorePoints::find(const Uuid& id) {
    return only(select_where(database_, restore_point_source(), "p.id", id));
}

bool RestorePoints::has_snapshot(const std::string& snapshot) {
    return database_.look_up([&](Connection& connection) {
        return connection.query("SELECT 1 AS one FROM vm_restore_points WHERE snapshot_id = :snapshot")
            .bind("snapshot", snapshot)
            .first([](const Row&) { return true; })
            .has_value();
    });
}
std::vector<VmRestorePoint> RestorePoints::list_vm_points_in_backup(const Uuid& backup) {
    return select_where(database_, vm_restore_point_source(), "p.backup_id", backup, newest_machines_first);
}

std::vector<VmRestorePoint> RestorePoints::list_backed_up(const Uuid& hierarchy_root, const Uuid& domain) {
    return database_.read([&](Connection& connection) {
        return connection
            .query(vm_restore_point_source().select() +
                   " WHERE v.hierarchy_root_id = :root AND v.domain_id = :domain AND EXISTS"
                   " (SELECT 1 FROM jobs j WHERE j.id = b.job_id AND j.job_type = 'Backup')" +
                   newest_machines_first)
            .bind("root", hierarchy_root)
            .bind("domain", domain)
            .rows(vm_restore_point_source().read);
    });
}

std::optional<RestorePoint> RestorePoints::find_copy(const Uuid& backup, const Uuid& copied_from) {
    return database_.read([&](Connection& connection) {
        return connection
            .query(restore_point_source().select() +
                   " WHERE p.backup_id = :backup AND p.copied_from = :original")
            .bind("backup", backup)
            .bind("original", copied_from)
            .first(restore_point_source().read);
    });
}

std::optional<VmRestorePoint> RestorePoints::find_vm_point(const Uuid& id) {
    return only(select_where(database_, vm_restore_point_source(), "v.id", id));
}
std::optional<VmRestorePoint> RestorePoints::find_by_file(const Uuid& file) {
    return only(select_where(database_, vm_restore_point_source(), "v.file_id", file));
}

Backup RestorePoints::backup_for(const Uuid& job, const std::string& job_name, const Uuid& repository) {
    return database_.transaction([&](Connection& connection) {
        auto found =
            connection
                .query(backup_source().select() + " WHERE b.job_id = :job AND b.repository_id = :repository")
                .bind("job", job)
                .bind("repository", repository)
                .first(backup_source().read);
        if (found) return *found;
        Backup backup{Uuid::random(), job_name, job, repository};
        insert_backup(connection, backup);
        return backup;
    });
}

void RestorePoints::add_backup(const Backup& backup) {
    database_.transaction([&](Connection& connection) { insert_backup(connection, backup); });
}

void RestorePoints::add(const RestorePoint& point, const VmRestorePoint& vm_point) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "INSERT INTO restore_points (id, backup_id, created_at, is_partial, copied_from,"
                " source_job_id) VALUES (:id, :backup, :created, :partial, :copied_from, :source_job)"
                " ON CONFLICT (id) DO NOTHING")
            .bind("id", point.id)
            .bind("backup", point.backup)
            .bind("created", point.created)
            .bind("partial", point.is_partial)
            .bind("copied_from", point.copied_from)
            .bind("source_job", point.source_job)
            .run();
        connection
            .query(
                "INSERT INTO vm_restore_points (id, file_id, restore_point_id, hierarchy_root_id, domain_id, "
                "vm_name,"
                " created_at, is_full, snapshot_id, data_size, backup_size,"
                " consistency)"
                " VALUES (:id, :file, :point, :root, :domain, :name, :created, :full, :snapshot, :data, "
                ":backup, :consistency)")
            .bind("id", vm_point.id)
            .bind("file", vm_point.file)
            .bind("point", point.id)
            .bind("root", vm_point.hierarchy_root)
            .bind("domain", vm_point.domain)
            .bind("name", vm_point.vm_name)
            .bind("created", vm_point.created)
            .bind("full", vm_point.is_full)
            .bind("snapshot", vm_point.snapshot)
            .bind("data", vm_point.data_size)
            .bind("backup", vm_point.backup_size)
            .bind("consistency", vm_point.consistency)
            .run();
    });
}

void RestorePoints::remove(const Uuid& restore_point) {
    database_.transaction([&](Connection& connection) {
        note_snapshots_to_forget(connection, "p.id", restore_point);
        connection.query("DELETE FROM vm_restore_points WHERE restore_point_id = :id")
            .bind("id", restore_point)
            .run();
        connection.query("DELETE FROM restore_points WHERE id = :id").bind("id", restore_point).run();
    });
}

void RestorePoints::remove_backup(const Uuid& backup) {
    database_.transaction([&](Connection& connection) {
        note_snapshots_to_forget(connection, "b.id", backup);
        connection.query("DELETE FROM backups WHERE id = :id").bind("id", backup).run();
    });
}

void RestorePoints::remove_empty_backups(const Uuid& job) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "DELETE FROM backups WHERE job_id = :job AND NOT EXISTS"
                " (SELECT 1 FROM restore_points p WHERE p.backup_id = backups.id)")
            .bind("job", job)
            .run();
    });
}

}  // namespace holdfast::catalog
