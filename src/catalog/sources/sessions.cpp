// Sessions of jobs, of the machines in them, of restores, and of the system itself. An account sees those of
// its machines.
#include "catalog/sources.hpp"
#include "catalog/sources/fields.hpp"
#include "catalog/visibility.hpp"

namespace holdfast::catalog {
namespace {

BackupSession read_session(const Row& row) {
    BackupSession session;
    session.id = row.id("id");
    session.job = row.id("job_id");
    session.job_name = row.text("job_name");
    session.owner = row.text("owner");
    session.created = row.time("created_at");
    session.ended = row.optional_time("ended_at");
    session.state = row.text("state");
    session.result = row.text("result");
    session.progress = static_cast<int>(row.number("progress"));
    session.is_retry = row.flag("is_retry");
    session.reason = row.text("reason");
    session.restore_point = row.optional_id("restore_point_id");
    session.kind = row.text("kind");
    session.job_type = job_type_from(row.text("job_type"));
    session.has_job = !row.is_null("known_job");
    session.has_restore_point = !row.is_null("known_point");
    return session;
}

std::string session_columns(const std::string& reason) {
    return "s.id AS id, s.job_id AS job_id, s.job_name AS job_name, s.owner AS owner,"
           " s.created_at AS created_at, s.ended_at AS ended_at, s.state AS state, s.result AS result,"
           " s.progress AS progress, s.is_retry AS is_retry, " +
           reason +
           " AS reason, s.restore_point_id AS restore_point_id, s.kind AS kind, s.job_type AS job_type,"
           " j.id AS known_job, p.id AS known_point";
}

TaskSession read_task(const Row& row) {
    TaskSession task;
    task.id = row.id("id");
    task.session = row.id("session_id");
    task.server = row.id("server_id");
    task.domain = row.id("domain_id");
    task.vm_name = row.text("vm_name");
    task.created = row.time("created_at");
    task.ended = row.optional_time("ended_at");
    task.state = row.text("state");
    task.result = row.text("result");
    task.reason = row.text("reason");
    task.total_size = row.number("total_size");
    task.read_bytes = row.number("read_bytes");
    task.transferred_bytes = row.number("transferred_bytes");
    task.vm_restore_point = row.optional_id("vm_restore_point_id");
    task.job_name = row.text("job_name");
    task.session_created = row.time("session_created_at");
    task.hierarchy_root = row.optional_id("hierarchy_root_id").value_or(Uuid());
    task.has_vm_restore_point = !row.is_null("known_point");
    return task;
}

RestoreSession read_restore(const Row& row) {
    RestoreSession session;
    session.id = row.id("id");
    session.kind = row.text("kind");
    session.owner = row.text("owner");
    session.vm_restore_point = row.id("vm_restore_point_id");
    session.vm_name = row.text("vm_name");
    session.started_by = row.text("started_by");
    session.created = row.time("created_at");
    session.ended = row.optional_time("ended_at");
    session.state = row.text("state");
    session.result = row.text("result");
    session.progress = static_cast<int>(row.number("progress"));
    session.reason = row.text("reason");
    session.restored_ref = row.text("restored_ref");
    session.has_vm_restore_point = !row.is_null("known_point");
    return session;
}

SystemSession read_system(const Row& row) {
    SystemSession session;
    session.id = row.id("id");
    session.kind = row.text("kind");
    session.name = row.text("name");
    session.owner = row.text("owner");
    session.created = row.time("created_at");
    session.ended = row.optional_time("ended_at");
    session.result = row.text("result");
    session.message = row.text("message");
    session.is_cancelled = row.flag("is_cancelled");
    return session;
}

}  // namespace

const RecordSource<BackupSession>& backup_session_source() {
    static const auto source = [] {
        RecordSource<BackupSession> made;
        made.name = "BackupJobSession";
        made.columns = session_columns("s.reason");
        made.table = "backup_sessions s";
        made.joins = {{"j", "LEFT JOIN jobs j ON j.id = s.job_id"},
                      {"p", "LEFT JOIN restore_points p ON p.id = s.restore_point_id"}};
        made.of_others = peer_backup_session_source;
        made.id = "s.id";
        made.created = "s.created_at";
        made.is_long = true;
        const auto seen_tasks =
            "backup_task_sessions t JOIN managed_servers h ON h.id = t.server_id WHERE t.session_id = s.id"
            " AND " +
            visible_machine("h.hierarchy_root_id", "t.domain_id");
        made.visible = "EXISTS (SELECT 1 FROM " + seen_tasks + ")";
        // The session's own reason may be that of a machine that is not seen.
        made.visible_columns =
            session_columns("(SELECT t.vm_name || ': ' || t.reason FROM " + seen_tasks +
                            " AND t.result = s.result AND t.reason <> '' AND s.reason <> ''"
                            " ORDER BY t.created_at, t.id LIMIT 1)");
        made.fields = {
            fields::id("UID", "s.id"),
            fields::name_at_time("Name", "s.job_name", "s.created_at"),
            fields::kept_choice("JobType", "s.job_type",
                                {"Backup", "BackupCopy", "ImmediateBackupCopy", "ImmediateBackupCopyWorker",
                                 "AgentBackup", "AgentManagement", "NasBackup"}),
            fields::id("JobUid", "s.job_id"),
            fields::text("JobName", "s.job_name"),
            fields::time("CreationTime", "s.created_at"),
            fields::end_time("s.ended_at"),
            fields::kept_choice("State", "s.state", fields::session_states()),
            fields::kept_choice("Result", "s.result", fields::results()),
            fields::boolean("IsRetry", "s.is_retry"),
            fields::server_id(),
            fields::server_name()};
        made.parents = {{"job", "s.job_id"}, {"session", "s.id"}};
        made.read = read_session;
        return made;
    }();
    return source;
}

const RecordSource<TaskSession>& task_session_source() {
    static const auto source = [] {
        RecordSource<TaskSession> made;
        made.name = "BackupTaskSession";
        made.columns =
            "t.id AS id, t.session_id AS session_id, t.server_id AS server_id, t.domain_id AS domain_id,"
            " t.vm_name AS vm_name, t.created_at AS created_at, t.ended_at AS ended_at, t.state AS state,"
            " t.result AS result, t.reason AS reason, t.total_size AS total_size,"
            " t.read_bytes AS read_bytes, t.transferred_bytes AS transferred_bytes,"
            " t.vm_restore_point_id AS vm_restore_point_id, s.job_name AS job_name,"
            " s.created_at AS session_created_at, h.hierarchy_root_id AS hierarchy_root_id,"
            " v.id AS known_point";
        made.table = "backup_task_sessions t";
        // Its name and its job are those of its session.
        made.joins = {{"s", "LEFT JOIN backup_sessions s ON s.id = t.session_id"},
                      {"h", "LEFT JOIN managed_servers h ON h.id = t.server_id"},
                      {"v", "LEFT JOIN vm_restore_points v ON v.id = t.vm_restore_point_id"}};
        made.id = "t.id";
        made.created = "t.created_at";
        made.is_long = true;
        made.visible = visible_machine("h.hierarchy_root_id", "t.domain_id");
        made.fields = {fields::id("UID", "t.id"),
                       fields::name_at_time("Name", "t.vm_name", "t.created_at"),
                       fields::time("CreationTime", "t.created_at"),
                       fields::end_time("t.ended_at"),
                       fields::kept_choice("State", "t.state", {"InProgress", "Pending", "Completed"}),
                       fields::kept_choice("Result", "t.result", fields::results()),
                       fields::text("Reason", "t.reason"),
                       fields::number("TotalSize", "t.total_size"),
                       fields::id("JobSessionUid", "t.session_id"),
                       fields::id("JobUid", "s.job_id"),
                       fields::text("JobName", "s.job_name"),
                       fields::server_id(),
                       fields::server_name(),
                       fields::text("VmDisplayName", "t.vm_name")};
        made.parents = {{"session", "t.session_id"}};
        made.read = read_task;
        return made;
    }();
    return source;
}

const RecordSource<RestoreSession>& restore_session_source() {
    static const auto source = [] {
        RecordSource<RestoreSession> made;
        made.name = "RestoreSession";
        made.columns =
            "r.id AS id, r.kind AS kind, r.owner AS owner, r.vm_restore_point_id AS vm_restore_point_id,"
            " r.vm_name AS vm_name, r.started_by AS started_by, r.created_at AS created_at,"
            " r.ended_at AS ended_at, r.state AS state, r.result AS result, r.progress AS progress,"
            " r.reason AS reason, r.restored_ref AS restored_ref, v.id AS known_point";
        made.table = "restore_sessions r";
        made.joins = {{"v", "LEFT JOIN vm_restore_points v ON v.id = r.vm_restore_point_id"}};
        made.id = "r.id";
        made.created = "r.created_at";
        made.is_long = true;
        // By the machine that was restored from, which is known as long as its restore point is, or because
        // the account started it.
        made.visible = "(" + visible_machine("v.hierarchy_root_id", "v.domain_id") +
                       " OR r.started_by = (SELECT a.name FROM accounts a WHERE a.id = :viewer))";
        made.fields = {
            fields::id("UID", "r.id"),
            fields::text("Name",
                         "(CASE r.kind WHEN 'FileLevelRestore' THEN 'FLR' ELSE 'Restore' END) || '_['"
                         " || r.vm_name || ']@' || time_to_seconds(r.created_at)"),
            fields::choice("Type", "r.kind", {"FileLevelRestore", "RestoreVm"}),
            fields::time("CreationTime", "r.created_at"),
            fields::end_time("r.ended_at"),
            fields::kept_choice("State", "r.state", {"Starting", "Stopping", "Working", "Stopped"}),
            fields::kept_choice("Result", "r.result", fields::results()),
            fields::server_id(),
            fields::server_name(),
            fields::text("VmDisplayName", "r.vm_name")};
        made.read = read_restore;
        return made;
    }();
    return source;
}

const RecordSource<SystemSession>& system_session_source() {
    static const auto source = [] {
        RecordSource<SystemSession> made;
        made.name = "SystemSession";
        made.columns =
            "y.id AS id, y.kind AS kind, y.name AS name, y.owner AS owner, y.created_at AS created_at,"
            " y.ended_at AS ended_at, y.result AS result, y.message AS message,"
            " y.is_cancelled AS is_cancelled";
        made.table = "system_sessions y";
        made.id = "y.id";
        made.created = "y.created_at";
        made.visible = "1 = 0";
        made.fields = {
            fields::id("UID", "y.id"),
            fields::text("Name", "y.name || ' @' || time_in_full(y.created_at)"),
            fields::choice(
                "SessionType", "y.kind",
                {"CatalogConsolidation", "CatalogCrawlJob", "CatalogReplicationJob", "CollectJob",
                 "SecurityScopesRebuild", "VcPluginJob", "LicAutoUpdate", "DatabaseMaintenance",
                 "HistoryCollectJob", "LicenseRevoke", "SyncCheckForProductUpdatesOption", "LogExport"}),
            fields::time("CreationTime", "y.created_at"),
            fields::end_time("y.ended_at"),
            fields::choice("State",
                           "(CASE y.result WHEN 'Success' THEN 'CompletedSuccessfully' WHEN 'Warning' THEN"
                           " 'CompletedWarning' WHEN 'Failed' THEN 'Failed' ELSE 'InProgress' END)",
                           {"InProgress", "CompletedSuccessfully", "CompletedWarning", "Failed"}),
            fields::choice("Result", "y.result", fields::results())};
        made.read = read_system;
        return made;
    }();
    return source;
}

}  // namespace holdfast::catalog
