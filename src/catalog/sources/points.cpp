// Backups, restore points and the machines in them. An account sees those that hold one of its machines.
#include "catalog/sources.hpp"
#include "catalog/sources/fields.hpp"
#include "catalog/visibility.hpp"

namespace holdfast::catalog {
namespace {

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
    point.consistency = row.text("consistency");
    point.backup_name = row.text("backup_name");
    point.repository_path = row.text("repository_path");
    point.restore_point_created = row.time("restore_point_created_at");
    return point;
}

// An addition to EM's fields.
Field consistency_field() {
    auto field = fields::choice("Consistency",
                                "(CASE v.consistency WHEN 'filesystem' THEN 'FileSystemConsistent'"
                                " WHEN 'offline' THEN 'Offline' ELSE 'CrashConsistent' END)",
                                {"CrashConsistent", "FileSystemConsistent", "Offline"});
    field.column = "v.consistency";
    field.stored = {"'crash'", "'filesystem'", "'offline'"};
    return field;
}

RecordSource<VmRestorePoint> machine_source() {
    RecordSource<VmRestorePoint> source;
    source.columns =
        "v.id AS id, v.file_id AS file_id, v.restore_point_id AS restore_point_id, p.backup_id AS backup_id,"
        " b.repository_id AS repository_id, v.hierarchy_root_id AS hierarchy_root_id,"
        " v.domain_id AS domain_id, v.vm_name AS vm_name, v.created_at AS created_at, v.is_full AS is_full,"
        " v.snapshot_id AS snapshot_id, v.data_size AS data_size, v.backup_size AS backup_size,"
        " v.consistency AS consistency,"
        " b.name AS backup_name, r.path AS repository_path, p.created_at AS restore_point_created_at";
    source.table = "vm_restore_points v";
    source.joins = {{"p", "LEFT JOIN restore_points p ON p.id = v.restore_point_id"},
                    {"b", "LEFT JOIN backups b ON b.id = p.backup_id"},
                    {"r", "LEFT JOIN repositories r ON r.id = b.repository_id"}};
    source.id = "v.id";
    source.created = "v.created_at";
    source.is_long = true;
    source.visible = visible_machine("v.hierarchy_root_id", "v.domain_id");
    source.parents = {
        {"backup", "p.backup_id"}, {"restore point", "v.restore_point_id"}, {"file", "v.file_id"}};
    source.read = read_vm_point;
    return source;
}

}  // namespace

const RecordSource<Backup>& backup_source() {
    static const auto source = [] {
        RecordSource<Backup> made;
        made.name = "Backup";
        made.columns =
            "b.id AS id, b.name AS name, b.job_id AS job_id, b.repository_id AS repository_id,"
            " r.name AS repository_name, b.expires_at AS expires_at";
        made.table = "backups b";
        made.joins = {{"r", "LEFT JOIN repositories r ON r.id = b.repository_id"},
                      {"j", "LEFT JOIN jobs j ON j.id = b.job_id"}};
        made.of_others = peer_backup_source;
        made.id = "b.id";
        made.created = "b.created_at";
        made.visible =
            "EXISTS (SELECT 1 FROM restore_points p JOIN vm_restore_points v ON v.restore_point_id = p.id"
            " WHERE p.backup_id = b.id AND " +
            visible_machine("v.hierarchy_root_id", "v.domain_id") + ")";
        made.fields = {
            fields::id("UID", "b.id"),
            fields::text("Name", "b.name"),
            fields::id("JobUid", "b.job_id"),
            fields::text("JobName", "COALESCE(j.name, b.name)"),  // the job may be gone
            fields::id("RepositoryUid", "b.repository_id"),
            fields::text("RepositoryName", "r.name"),
            fields::choice(
                "Platform", "'CustomPlatform'",
                {"VMware", "HyperV", "vCloud", "AgentForLinux", "AgentForWindows", "CustomPlatform"}),
            fields::choice("BackupType", "'Standard'", {"Standard", "ParentBackup", "ChildBackup"})};
        made.parents = {{"repository", "b.repository_id"}};
        made.read = [](const Row& row) {
            return Backup{row.id("id"),
                          row.text("name"),
                          row.id("job_id"),
                          row.id("repository_id"),
                          row.text("repository_name"),
                          row.optional_time("expires_at")};
        };
        return made;
    }();
    return source;
}

const RecordSource<RestorePoint>& restore_point_source() {
    static const auto source = [] {
        RecordSource<RestorePoint> made;
        made.name = "RestorePoint";
        made.columns =
            "p.id AS id, p.backup_id AS backup_id, b.name AS backup_name, p.created_at AS created_at,"
            " p.is_partial AS is_partial, p.copied_from AS copied_from, p.source_job_id AS source_job_id";
        made.table = "restore_points p";
        made.joins = {{"b", "LEFT JOIN backups b ON b.id = p.backup_id"}};
        made.of_others = peer_restore_point_source;
        made.id = "p.id";
        // It is kept when its first machine is backed up, long after the session began whose time it has: by
        // that time it would come in between others, and shift the pages of who lists them.
        made.created = "(SELECT MIN(v.created_at) FROM vm_restore_points v WHERE v.restore_point_id = p.id)";
        made.is_long = true;
        made.visible = "EXISTS (SELECT 1 FROM vm_restore_points v WHERE v.restore_point_id = p.id AND " +
                       visible_machine("v.hierarchy_root_id", "v.domain_id") + ")";
        made.fields = {fields::id("UID", "p.id"),
                       fields::text("Name", "time_in_full(p.created_at)"),
                       fields::time("CreationTime", "p.created_at"),
                       fields::id("BackupUid", "p.backup_id"),
                       fields::text("BackupName", "b.name"),
                       fields::server_id(),
                       fields::server_name()};
        made.parents = {{"backup", "p.backup_id"}, {"restore point", "p.id"}};
        made.read = [](const Row& row) {
            return RestorePoint{row.id("id"),
                                row.id("backup_id"),
                                row.text("backup_name"),
                                row.time("created_at"),
                                row.flag("is_partial"),
                                row.optional_id("copied_from"),
                                row.optional_id("source_job_id")};
        };
        return made;
    }();
    return source;
}

const RecordSource<VmRestorePoint>& vm_restore_point_source() {
    static const auto source = [] {
        auto made = machine_source();
        made.name = "VmRestorePoint";
        made.fields = {fields::id("UID", "v.id"),
                       fields::name_at_time("Name", "v.vm_name", "v.created_at"),
                       fields::time("CreationTime", "v.created_at"),
                       fields::full_or_not("Type", "v.is_full", "Full", "Increment",
                                           {"Full", "Increment", "ReverseIncrement"}),
                       fields::full_or_not("Algorithm", "v.is_full", "Full", "Incremental",
                                           {"Full", "ReversedIncremental", "Incremental", "SyntheticFull"}),
                       fields::id("RestorePointId", "v.restore_point_id"),
                       fields::text("RestorePointName", "time_in_full(p.created_at)"),
                       fields::text("VmDisplayName", "v.vm_name"),
                       fields::id("VmUid", "v.domain_id"),
                       consistency_field(),
                       fields::server_id(),
                       fields::server_name()};
        return made;
    }();
    return source;
}

const RecordSource<VmRestorePoint>& backup_file_source() {
    static const auto source = [] {
        auto made = machine_source();
        made.name = "BackupFile";
        made.fields = {fields::id("UID", "v.file_id"),
                       fields::text("Name", "v.snapshot_id"),
                       fields::time("CreationTimeUTC", "v.created_at"),
                       fields::number("BackupSize", "v.backup_size"),
                       fields::number("DataSize", "v.data_size"),
                       {"CompressRatio", FieldKind::real, "CAST(1 AS DOUBLE PRECISION)"},
                       fields::full_or_not("FileType", "v.is_full", "vbk", "vib", {"vbk", "vib", "vrb"}),
                       fields::id("BackupUid", "p.backup_id"),
                       fields::text("BackupName", "b.name"),
                       fields::server_id(),
                       fields::server_name()};
        return made;
    }();
    return source;
}

}  // namespace holdfast::catalog
