#include "catalog/reports.hpp"

#include <fmt/format.h>

#include "catalog/sources.hpp"

namespace holdfast::catalog {
namespace {

// A restore point was made.
constexpr std::string_view made_a_point = "t.result IN ('Success', 'Warning')";

// Sessions of machines (t) with their hosts (h), as the source of task sessions calls them.
constexpr std::string_view tasks = "backup_task_sessions t LEFT JOIN managed_servers h ON h.id = t.server_id";

// One query for one viewer. Rows are those of a source: under its names of tables, and where the viewer sees
// them.
class ReportQuery {
  public:
    explicit ReportQuery(const Viewer& viewer) : viewer_(viewer) {}

    std::string seen(const Source& source) const {
        return viewer_.sees_all || source.visible.empty() ? "1 = 1" : source.visible;
    }
    Query over(Connection& connection, const std::string& sql) const {
        auto query = connection.query(sql);
        // A value that the text does not name would be refused.
        if (sql.find(":viewer") != std::string::npos) query.bind("viewer", viewer_.account);
        return query;
    }

    std::string running_jobs() const {
        return "(SELECT COUNT(*) FROM backup_sessions s WHERE s.ended_at IS NULL AND s.kind = 'Job' AND " +
               seen(backup_session_source()) + ")";
    }
    std::string scheduled_jobs() const {
        return fmt::format("(SELECT COUNT(*) FROM jobs j WHERE j.schedule_enabled = 1 AND {} = 1 AND {})",
                           job_source().find("ScheduleConfigured")->sql, seen(job_source()));
    }

  private:
    Viewer viewer_;
};

// "how many rows have that result"
std::string count_of(std::string_view column, std::string_view result) {
    return fmt::format("COALESCE(SUM(CASE WHEN {} = '{}' THEN 1 ELSE 0 END), 0)", column, result);
}

// Of backups: a copy that fails leaves a machine as protected as it was.
std::string last_results(const ReportQuery& report) {
    return "SELECT (SELECT t.result FROM backup_task_sessions t WHERE t.server_id = m.server_id"
           " AND t.domain_id = m.domain_id AND t.ended_at IS NOT NULL AND NOT EXISTS"
           " (SELECT 1 FROM backup_sessions c WHERE c.id = t.session_id AND c.job_type <> 'Backup')"
           " ORDER BY t.ended_at DESC, t.id LIMIT 1) AS result"
           " FROM (SELECT DISTINCT o.server_id AS server_id, o.domain_id AS domain_id FROM job_objects o"
           " JOIN managed_servers h ON h.id = o.server_id"
           " JOIN jobs j ON j.id = o.job_id AND j.job_type = 'Backup' WHERE " +
           report.seen(job_object_source()) + ") m";
}

std::string sum_of_sizes(std::string_view is_full) {
    return fmt::format(
        "CAST(COALESCE(SUM(CASE WHEN v.is_full = {} THEN v.backup_size ELSE 0 END), 0) AS BIGINT)", is_full);
}

}  // namespace

OverviewReport Reports::overview() {
    ReportQuery report(viewer_);
    auto sql = fmt::format(
        "SELECT (SELECT COUNT(*) FROM repositories) AS repositories, {} AS running, {} AS scheduled,"
        " {} AS succeeded, {} AS warned, {} AS failed FROM ({}) l",
        report.running_jobs(), report.scheduled_jobs(), count_of("l.result", result::success),
        count_of("l.result", result::warning), count_of("l.result", result::failed), last_results(report));
    return database_.read([&](Connection& connection) {
        return report.over(connection, sql)
            .first([](const Row& row) {
                return OverviewReport{row.number("repositories"), row.number("running"),
                                      row.number("scheduled"),    row.number("succeeded"),
                                      row.number("warned"),       row.number("failed")};
            })
            .value();
    });
}

MachineReport Reports::machines(Timestamp since) {
    ReportQuery report(viewer_);
    auto seen_points = report.seen(vm_restore_point_source());
    auto sql = fmt::format(
        "SELECT p.machines AS machines, p.points AS points, p.full_size AS full_size,"
        " p.increment_size AS increment_size, d.source_size AS source_size,"
        " (CASE b.ended WHEN 0 THEN 0 ELSE 100 * b.made / b.ended END) AS percents FROM"
        " (SELECT COUNT(DISTINCT v.hierarchy_root_id || '.' || v.domain_id) AS machines, COUNT(*) AS points,"
        " {} AS full_size, {} AS increment_size FROM vm_restore_points v WHERE {}) p,"
        " (SELECT CAST(COALESCE(SUM(n.data_size), 0) AS BIGINT) AS source_size FROM"
        " (SELECT v.data_size AS data_size, ROW_NUMBER() OVER (PARTITION BY v.hierarchy_root_id, v.domain_id"
        " ORDER BY v.created_at DESC, v.id) AS place FROM vm_restore_points v WHERE {}) n"
        " WHERE n.place = 1) d,"
        " (SELECT COUNT(*) AS ended, COALESCE(SUM(CASE WHEN {} THEN 1 ELSE 0 END), 0) AS made FROM {}"
        " WHERE t.ended_at IS NOT NULL AND t.created_at >= :since AND {}) b",
        sum_of_sizes("1"), sum_of_sizes("0"), seen_points, seen_points, made_a_point, tasks,
        report.seen(task_session_source()));
    return database_.read([&](Connection& connection) {
        return report.over(connection, sql)
            .bind("since", since)
            .first([](const Row& row) {
                return MachineReport{row.number("machines"),    row.number("points"),
                                     row.number("full_size"),   row.number("increment_size"),
                                     row.number("source_size"), row.number("percents")};
            })
            .value();
    });
}

JobReport Reports::jobs(Timestamp since) {
    ReportQuery report(viewer_);
    // Backups besides the jobs are no runs of theirs.
    auto runs =
        "backup_sessions s WHERE s.ended_at IS NOT NULL AND s.kind = 'Job' AND s.created_at >= :since AND " +
        report.seen(backup_session_source());
    auto sql = fmt::format(
        "SELECT {} AS running, {} AS scheduled, r.runs AS runs, r.succeeded AS succeeded,"
        " r.warned AS warned, r.failed AS failed, r.longest AS longest,"
        " COALESCE((SELECT s.job_name FROM {} ORDER BY s.ended_at - s.created_at DESC, s.id LIMIT 1), '')"
        " AS longest_job FROM (SELECT COUNT(*) AS runs, {} AS succeeded, {} AS warned, {} AS failed,"
        " COALESCE(MAX(s.ended_at - s.created_at), 0) AS longest FROM {}) r",
        report.running_jobs(), report.scheduled_jobs(), runs, count_of("s.result", result::success),
        count_of("s.result", result::warning), count_of("s.result", result::failed), runs);
    return database_.read([&](Connection& connection) {
        return report.over(connection, sql)
            .bind("since", since)
            .first([](const Row& row) {
                auto longest = std::chrono::microseconds(row.number("longest"));
                return JobReport{row.number("running"),
                                 row.number("scheduled"),
                                 row.number("runs"),
                                 row.number("succeeded"),
                                 row.number("warned"),
                                 row.number("failed"),
                                 std::chrono::floor<std::chrono::seconds>(longest),
                                 row.text("longest_job")};
            })
            .value();
    });
}

std::vector<DayReport> Reports::days(const std::vector<Timestamp>& midnights) {
    ReportQuery report(viewer_);
    std::string days;
    for (std::size_t i = 1; i < midnights.size(); ++i)
        days += fmt::format("{}SELECT CAST(:m{} AS BIGINT) AS first, CAST(:m{} AS BIGINT) AS past",
                            i == 1 ? "" : " UNION ALL ", i, i - 1);
    if (days.empty()) return {};
    auto sql = fmt::format(
        "SELECT d.first AS first, COUNT(DISTINCT e.machine) AS machines FROM ({}) d LEFT JOIN"
        " (SELECT t.ended_at AS ended_at, t.server_id || '.' || t.domain_id AS machine FROM {}"
        " WHERE t.ended_at >= :m{} AND {} AND {}) e ON e.ended_at >= d.first AND e.ended_at < d.past"
        " GROUP BY d.first ORDER BY d.first DESC",
        days, tasks, midnights.size() - 1, made_a_point, report.seen(task_session_source()));
    return database_.read([&](Connection& connection) {
        auto query = report.over(connection, sql);
        for (std::size_t i = 0; i < midnights.size(); ++i) query.bind(fmt::format("m{}", i), midnights[i]);
        return query.rows(
            [](const Row& row) { return DayReport{row.time("first"), row.number("machines")}; });
    });
}

std::vector<RepositoryReport> Reports::repositories() {
    ReportQuery report(viewer_);
    auto sql =
        "SELECT r.name AS name, r.capacity AS capacity, r.free_space AS free_space,"
        " COALESCE(k.backup_size, 0) AS backup_size FROM repositories r LEFT JOIN"
        " (SELECT b.repository_id AS repository_id, CAST(SUM(v.backup_size) AS BIGINT) AS backup_size"
        " FROM vm_restore_points v JOIN restore_points p ON p.id = v.restore_point_id"
        " JOIN backups b ON b.id = p.backup_id WHERE " +
        report.seen(vm_restore_point_source()) +
        " GROUP BY b.repository_id) k ON k.repository_id = r.id ORDER BY r.created_at, r.id";
    return database_.read([&](Connection& connection) {
        return report.over(connection, sql).rows([](const Row& row) {
            return RepositoryReport{row.text("name"), row.number("capacity"), row.number("free_space"),
                                    row.number("backup_size")};
        });
    });
}

}  // namespace holdfast::catalog
