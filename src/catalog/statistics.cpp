#include "catalog/statistics.hpp"

namespace holdfast::catalog {
namespace {

// The newest sessions of a job are found through their index, so that old ones cost nothing. A quick backup
// of one machine is no run of the job.
constexpr const char* select_jobs =
    "SELECT j.name AS name, j.schedule_enabled AS schedule_enabled, j.next_run AS next_run,"
    " s.created_at AS started_at, s.ended_at AS ended_at, COALESCE(s.result, '') AS result,"
    " (SELECT COUNT(*) FROM backup_sessions r WHERE r.job_id = j.id AND r.ended_at IS NULL"
    "  AND r.kind = 'Job') AS running,"
    " (SELECT COUNT(*) FROM job_objects o WHERE o.job_id = j.id) AS machines,"
    " (SELECT CAST(COALESCE(SUM(t.read_bytes), 0) AS BIGINT) FROM backup_task_sessions t"
    "  WHERE t.session_id = s.id) AS read_bytes,"
    " (SELECT CAST(COALESCE(SUM(t.transferred_bytes), 0) AS BIGINT) FROM backup_task_sessions t"
    "  WHERE t.session_id = s.id) AS transferred_bytes,"
    " (SELECT g.ended_at FROM backup_sessions g WHERE g.job_id = j.id AND g.result IN ('Success', 'Warning')"
    "  AND g.kind = 'Job' ORDER BY g.created_at DESC LIMIT 1) AS success_at"
    " FROM jobs j LEFT JOIN backup_sessions s ON s.id ="
    " (SELECT e.id FROM backup_sessions e WHERE e.job_id = j.id AND e.ended_at IS NOT NULL"
    "  AND e.kind = 'Job' ORDER BY e.created_at DESC LIMIT 1)"
    " ORDER BY j.created_at, j.id LIMIT :limit";

constexpr const char* select_backups =
    "SELECT b.name AS name, r.name AS repository, COUNT(DISTINCT p.id) AS points, COUNT(v.id) AS vm_points,"
    " CAST(COALESCE(SUM(v.backup_size), 0) AS BIGINT) AS bytes, MAX(p.created_at) AS newest"
    " FROM backups b JOIN repositories r ON r.id = b.repository_id"
    " LEFT JOIN restore_points p ON p.backup_id = b.id"
    " LEFT JOIN vm_restore_points v ON v.restore_point_id = p.id"
    " GROUP BY b.name, r.name ORDER BY MIN(b.created_at), b.name, r.name LIMIT :limit";

constexpr const char* select_totals =
    "SELECT (SELECT COUNT(*) FROM jobs) AS jobs, (SELECT COUNT(*) FROM backups) AS backups,"
    " (SELECT COUNT(*) FROM repositories) AS repositories,"
    " (SELECT COUNT(*) FROM backup_sessions WHERE ended_at IS NULL) AS backup_sessions,"
    " (SELECT COUNT(*) FROM restore_sessions WHERE ended_at IS NULL) AS restore_sessions,"
    " (SELECT COUNT(*) FROM tasks WHERE ended_at IS NULL) AS tasks";

JobFigures read_job(const Row& row) {
    return {.name = row.text("name"),
            .schedule_enabled = row.flag("schedule_enabled"),
            .is_running = row.number("running") > 0,
            .machines = row.number("machines"),
            .next_run = row.optional_time("next_run"),
            .started = row.optional_time("started_at"),
            .ended = row.optional_time("ended_at"),
            .result = row.text("result"),
            .read_bytes = row.number("read_bytes"),
            .transferred_bytes = row.number("transferred_bytes"),
            .last_success = row.optional_time("success_at")};
}

BackupFigures read_backup(const Row& row) {
    return {.name = row.text("name"),
            .repository = row.text("repository"),
            .restore_points = row.number("points"),
            .vm_restore_points = row.number("vm_points"),
            .backup_bytes = row.number("bytes"),
            .newest = row.optional_time("newest")};
}

TotalFigures read_totals(const Row& row) {
    return {.jobs = row.number("jobs"),
            .backups = row.number("backups"),
            .repositories = row.number("repositories"),
            .running_backup_sessions = row.number("backup_sessions"),
            .running_restore_sessions = row.number("restore_sessions"),
            .running_tasks = row.number("tasks")};
}

RepositoryFigures read_repository(const Row& row) {
    return {row.text("name"), row.number("capacity"), row.number("free_space")};
}

}  // namespace

std::vector<JobFigures> Statistics::jobs(std::size_t limit) {
    return database_.read([&](Connection& connection) {
        return connection.query(select_jobs).bind("limit", limit).rows(read_job);
    });
}

std::vector<BackupFigures> Statistics::backups(std::size_t limit) {
    return database_.read([&](Connection& connection) {
        return connection.query(select_backups).bind("limit", limit).rows(read_backup);
    });
}

std::vector<RepositoryFigures> Statistics::repositories(std::size_t limit) {
    return database_.read([&](Connection& connection) {
        return connection
            .query("SELECT name, capacity, free_space FROM repositories ORDER BY created_at, id LIMIT :limit")
            .bind("limit", limit)
            .rows(read_repository);
    });
}

TotalFigures Statistics::totals() {
    return database_.read([](Connection& connection) {
        return connection.query(select_totals).first(read_totals).value_or(TotalFigures());
    });
}

std::vector<std::pair<Uuid, Uuid>> Statistics::machines_with_restore_points() {
    return database_.read([](Connection& connection) {
        return connection.query("SELECT DISTINCT hierarchy_root_id, domain_id FROM vm_restore_points")
            .rows([](const Row& row) { return std::pair(row.id("hierarchy_root_id"), row.id("domain_id")); });
    });
}

}  // namespace holdfast::catalog
