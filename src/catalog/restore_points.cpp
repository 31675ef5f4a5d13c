#include "catalog/restore_points.hpp"

#include "base/error.hpp"

namespace holdfast::catalog {
namespace {

const std::string select_backup = "SELECT id, name, job_id, repository_id FROM backups";
const std::string select_point =
    "SELECT p.id AS id, p.backup_id AS backup_id, b.name AS backup_name, p.created_at AS created_at"
    " FROM restore_points p JOIN backups b ON b.id = p.backup_id";
const std::string select_vm_point =
    "SELECT v.id AS id, v.file_id AS file_id, v.restore_point_id AS restore_point_id, p.backup_id AS "
    "backup_id,"
    " b.repository_id AS repository_id, v.hierarchy_root_id AS hierarchy_root_id, v.domain_id AS domain_id,"
    " v.vm_name AS vm_name, v.created_at AS created_at, v.is_full AS is_full, v.snapshot_id AS snapshot_id,"
    " v.data_size AS data_size, v.backup_size AS backup_size"
    " FROM vm_restore_points v JOIN restore_points p ON p.id = v.restore_point_id JOIN backups b ON b.id = "
    "p.backup_id";
const std::string newest_points_first = " ORDER BY p.created_at DESC, p.id";
const std::string newest_machines_first = " ORDER BY v.created_at DESC, v.id";

Backup read_backup(const Row& row) {
    return {row.id("id"), row.text("name"), row.id("job_id"), row.id("repository_id")};
}

RestorePoint read_point(const Row& row) {
    return {row.id("id"), row.id("backup_id"), row.text("backup_name"), row.time("created_at")};
}

VmRestorePoint read_vm_point(const Row& row) {
    VmRestorePoint point;
    point.id = row.id("id");
    point.file = row.id("file_id");
    point.restore_point = row.id("restore_point_id");
    point.backup = row.id("backup_id");
    point.repository = row.id("repository_id");
    point.hierarchy_root = row.id("hierarchy_root_id");
    point.domain = row.id("domain_id");
    point.vm_name = row.text("vm_name");
    point.created = row.time("created_at");
    point.is_full = row.flag("is_full");
    point.snapshot = row.text("snapshot_id");
    point.data_size = row.number("data_size");
    point.backup_size = row.number("backup_size");
    return point;
}

// All rows, or those whose `column` has that id.
template <typename Read>
auto select_where(Database& database, const std::string& select, const std::string& column, const Uuid& id,
                  const std::string& order, Read read) {
    return database.read([&](Connection& connection) {
        return connection.query(select + " WHERE " + column + " = :id" + order).bind("id", id).rows(read);
    });
}

template <typename Read>
auto select_all(Database& database, const std::string& select, const std::string& order, Read read) {
    return database.read([&](Connection& connection) { return connection.query(select + order).rows(read); });
}

template <typename T>
std::optional<T> only(std::vector<T> rows) {
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
}

}  // namespace

std::vector<Backup> RestorePoints::list_backups() {
    return select_all(database_, select_backup, " ORDER BY name, id", read_backup);
}
std::vector<Backup> RestorePoints::list_backups_in(const Uuid& repository) {
    return select_where(database_, select_backup, "repository_id", repository, " ORDER BY name, id",
                        read_backup);
}
std::optional<Backup> RestorePoints::find_backup(const Uuid& id) {
    return only(select_where(database_, select_backup, "id", id, "", read_backup));
}

std::vector<RestorePoint> RestorePoints::list() {
    return select_all(database_, select_point, newest_points_first, read_point);
}
std::vector<RestorePoint> RestorePoints::list_of_backup(const Uuid& backup) {
    return select_where(database_, select_point, "p.backup_id", backup, newest_points_first, read_point);
}
std::optional<RestorePoint> RestorePoints::find(const Uuid& id) {
    return only(select_where(database_, select_point, "p.id", id, "", read_point));
}

std::vector<VmRestorePoint> RestorePoints::list_vm_points() {
    return select_all(database_, select_vm_point, newest_machines_first, read_vm_point);
}
std::vector<VmRestorePoint> RestorePoints::list_vm_points_of(const Uuid& restore_point) {
    return select_where(database_, select_vm_point, "v.restore_point_id", restore_point,
                        newest_machines_first, read_vm_point);
}
std::vector<VmRestorePoint> RestorePoints::list_vm_points_in_backup(const Uuid& backup) {
    return select_where(database_, select_vm_point, "p.backup_id", backup, newest_machines_first,
                        read_vm_point);
}
std::optional<VmRestorePoint> RestorePoints::find_vm_point(const Uuid& id) {
    return only(select_where(database_, select_vm_point, "v.id", id, "", read_vm_point));
}
std::optional<VmRestorePoint> RestorePoints::find_by_file(const Uuid& file) {
    return only(select_where(database_, select_vm_point, "v.file_id", file, "", read_vm_point));
}

Backup RestorePoints::backup_for(const Uuid& job, const std::string& job_name, const Uuid& repository) {
    return database_.transaction([&](Connection& connection) {
        auto found = connection.query(select_backup + " WHERE job_id = :job AND repository_id = :repository")
                         .bind("job", job)
                         .bind("repository", repository)
                         .first(read_backup);
        if (found) return *found;
        Backup backup{Uuid::random(), job_name, job, repository};
        connection
            .query(
                "INSERT INTO backups (id, name, job_id, repository_id, created_at)"
                " VALUES (:id, :name, :job, :repository, :created)")
            .bind("id", backup.id)
            .bind("name", backup.name)
            .bind("job", job)
            .bind("repository", repository)
            .bind("created", now())
            .run();
        return backup;
    });
}

void RestorePoints::add(const RestorePoint& point, const VmRestorePoint& vm_point) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "INSERT INTO restore_points (id, backup_id, created_at) VALUES (:id, :backup, :created)"
                " ON CONFLICT (id) DO NOTHING")
            .bind("id", point.id)
            .bind("backup", point.backup)
            .bind("created", point.created)
            .run();
        connection
            .query(
                "INSERT INTO vm_restore_points (id, file_id, restore_point_id, hierarchy_root_id, domain_id, "
                "vm_name,"
                " created_at, is_full, snapshot_id, data_size, backup_size)"
                " VALUES (:id, :file, :point, :root, :domain, :name, :created, :full, :snapshot, :data, "
                ":backup)")
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
            .run();
    });
}

void RestorePoints::remove(const Uuid& restore_point) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "INSERT INTO snapshots_to_forget (repository_id, snapshot_id)"
                " SELECT b.repository_id, v.snapshot_id FROM vm_restore_points v"
                " JOIN restore_points p ON p.id = v.restore_point_id JOIN backups b ON b.id = p.backup_id"
                " WHERE p.id = :id ON CONFLICT DO NOTHING")
            .bind("id", restore_point)
            .run();
        connection.query("DELETE FROM vm_restore_points WHERE restore_point_id = :id")
            .bind("id", restore_point)
            .run();
        connection.query("DELETE FROM restore_points WHERE id = :id").bind("id", restore_point).run();
    });
}

}  // namespace holdfast::catalog
