#include "api/resources/report_routes.hpp"

#include <ctime>

#include "api/resources/handler.hpp"
#include "api/types/report.hpp"
#include "catalog/reports.hpp"

namespace holdfast::api {
namespace {

constexpr int days_of_machines = 7;

catalog::Reports reports(const Services& services, const Call& call) {
    return {services.database, services.viewer(call)};
}

Answer get_summary(const Services&, const Call& call) {
    auto frame = [&](const char* path, const char* name) {
        return call.links().link("Down", std::string("/reports/summary/") + path, "ReportFrame", name);
    };
    SummaryReport report;
    report.Links = LinkList{frame("overview", "Overview"), frame("vms_overview", "VmsOverview"),
                            frame("job_statistics", "JobStatistics"), frame("processed_vms", "ProcessedVms"),
                            frame("repository", "Repositories")};
    return ok(std::move(report));
}

// The server reads the machines itself: it is its only proxy, which is no server of its own.
Answer get_overview(const Services& services, const Call& call) {
    auto found = reports(services, call).overview();
    OverviewReportFrame frame;
    frame.BackupServers = 1 + catalog::BackupServers(services.database).count();
    frame.RepositoryServers = found.repositories;
    frame.RunningJobs = found.running_jobs;
    frame.ScheduledJobs = found.scheduled_jobs;
    frame.SuccessfulVmLastestStates = found.machines_succeeded;
    frame.WarningVmLastestStates = found.machines_with_warnings;
    frame.FailedVmLastestStates = found.machines_failed;
    return ok(std::move(frame));
}

// Of replicas there are none.
Answer get_machines(const Services& services, const Call& call) {
    auto found = reports(services, call).machines(oldest_listed_session());
    VmsOverviewReportFrame frame;
    frame.ProtectedVms = found.machines;
    frame.BackedUpVms = found.machines;
    frame.RestorePoints = found.restore_points;
    frame.FullBackupPointsSize = found.full_size;
    frame.IncrementalBackupPointsSize = found.increment_size;
    frame.SourceVmsSize = found.source_size;
    frame.SuccessBackupPercents = found.success_percents;
    return ok(std::move(frame));
}

Answer get_jobs(const Services& services, const Call& call) {
    auto found = reports(services, call).jobs(oldest_listed_session());
    JobStatisticsReportFrame frame;
    frame.RunningJobs = found.running;
    frame.ScheduledJobs = found.scheduled;
    frame.ScheduledBackupJobs = found.scheduled;
    frame.TotalJobRuns = found.runs;
    frame.SuccessfulJobRuns = found.succeeded;
    frame.WarningsJobRuns = found.with_warnings;
    frame.FailedJobRuns = found.failed;
    frame.MaxJobDuration = found.longest.count();
    frame.MaxBackupJobDuration = found.longest.count();
    frame.MaxDurationBackupJobName = found.longest_job;
    return ok(std::move(frame));
}

// Those around the last days, by the clock of the server, the newest first: today's end is one of them.
std::vector<Timestamp> midnights(Timestamp time, int days) {
    std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm today{};
    ::localtime_r(&seconds, &today);
    std::vector<Timestamp> found;
    for (int day = 1; day > -days; --day) {
        std::tm midnight{};
        midnight.tm_year = today.tm_year;
        midnight.tm_mon = today.tm_mon;
        midnight.tm_mday = today.tm_mday + day;
        midnight.tm_isdst = -1;  // whatever is in force on that day
        found.emplace_back(std::chrono::seconds(std::mktime(&midnight)));
    }
    return found;
}

Answer get_days(const Services& services, const Call& call) {
    ProcessedVmsReportFrame frame;
    for (const auto& found : reports(services, call).days(midnights(now(), days_of_machines))) {
        auto& day = frame.Day.emplace_back();
        day.Timestamp = found.begin;
        day.BackupedVms = found.machines;
    }
    return ok(std::move(frame));
}

Answer get_repositories(const Services& services, const Call& call) {
    RepositoryReportFrame frame;
    for (const auto& found : reports(services, call).repositories()) {
        auto& period = frame.Period.emplace_back();
        period.Name = found.name;
        period.BackupSize = found.backup_size;
        if (found.capacity == 0) continue;  // not known
        period.Capacity = found.capacity;
        period.FreeSpace = found.free_space;
    }
    return ok(std::move(frame));
}

}  // namespace

std::vector<Route> report_routes(const Services& services) {
    auto row = [&](std::string_view path, auto handler) {
        return Route{
            .method = "GET", .path = path, .callers = readers, .handler = bind_handler(services, handler)};
    };
    return {row("/reports/summary", get_summary),
            row("/reports/summary/overview", get_overview),
            row("/reports/summary/vms_overview", get_machines),
            row("/reports/summary/job_statistics", get_jobs),
            row("/reports/summary/processed_vms", get_days),
            row("/reports/summary/repository", get_repositories)};
}

}  // namespace holdfast::api
