#include "api/metrics/catalog_figures.hpp"

#include <map>
#include <set>

#include "api/metrics/exposition.hpp"
#include "catalog/backup_sessions.hpp"
#include "catalog/boot_verifications.hpp"
#include "catalog/notification_targets.hpp"
#include "catalog/statistics.hpp"

namespace holdfast::api {
namespace {

using Kind = Exposition::Kind;
using Jobs = std::vector<catalog::JobFigures>;
using Backups = std::vector<catalog::BackupFigures>;
using Repositories = std::vector<catalog::RepositoryFigures>;
using Machine = std::pair<Uuid, Uuid>;  // hierarchy root and domain

// Each is a label's value and makes ten series or so.
constexpr std::size_t most_named = 1'000;

double to_seconds(Timestamp time) {
    return static_cast<double>(to_micros(time)) / 1e6;
}

// A sample for each record for which `value` gives one. Not "job": Prometheus has that label itself.
template <typename Value>
void each_job(Exposition& page, const Jobs& jobs, Value value) {
    for (const auto& job : jobs)
        if (auto given = value(job)) page.sample({{"job_name", job.name}}, *given);
}

template <typename Value>
void each_backup(Exposition& page, const Backups& backups, Value value) {
    for (const auto& backup : backups)
        if (auto given = value(backup))
            page.sample({{"backup_name", backup.name}, {"repository_name", backup.repository}}, *given);
}

template <typename Value>
void each_repository(Exposition& page, const Repositories& repositories, Value value) {
    for (const auto& repository : repositories)
        if (auto given = value(repository)) page.sample({{"repository_name", repository.name}}, *given);
}

std::optional<double> seconds_of(const std::optional<Timestamp>& time) {
    return time ? std::optional(to_seconds(*time)) : std::nullopt;
}

void write_results(Exposition& page, const Jobs& jobs) {
    page.family("holdfast_job_last_result", Kind::gauge,
                "1 for the result of the last run that has ended, 0 for the others.");
    for (const auto& job : jobs) {
        for (const auto& [label, word] :
             {std::pair("success", catalog::result::success), std::pair("warning", catalog::result::warning),
              std::pair("failed", catalog::result::failed)})
            page.sample({{"job_name", job.name}, {"result", label}}, job.result == word ? 1 : 0);
    }
}

void write_last_runs(Exposition& page, const Jobs& jobs) {
    write_results(page, jobs);
    page.family("holdfast_job_last_end_timestamp_seconds", Kind::gauge,
                "When the last run ended, in seconds since 1970.");
    each_job(page, jobs, [](const auto& job) { return seconds_of(job.ended); });
    page.family("holdfast_job_last_success_timestamp_seconds", Kind::gauge,
                "When the last run ended that succeeded, with or without warnings, in seconds since 1970.");
    each_job(page, jobs, [](const auto& job) { return seconds_of(job.last_success); });
    page.family("holdfast_job_last_duration_seconds", Kind::gauge, "How long the last run took.");
    each_job(page, jobs, [](const auto& job) -> std::optional<double> {
        if (!job.started || !job.ended) return std::nullopt;
        return to_seconds(*job.ended) - to_seconds(*job.started);
    });
    page.family("holdfast_job_last_read_bytes", Kind::gauge, "What the last run read from disks.");
    each_job(page, jobs,
             [](const auto& job) { return job.ended ? std::optional(job.read_bytes) : std::nullopt; });
    page.family("holdfast_job_last_transferred_bytes", Kind::gauge,
                "What the last run added to its repository.");
    each_job(page, jobs,
             [](const auto& job) { return job.ended ? std::optional(job.transferred_bytes) : std::nullopt; });
}

void write_jobs(Exposition& page, const Jobs& jobs) {
    page.family("holdfast_job_running", Kind::gauge, "1 while the job runs.");
    each_job(page, jobs, [](const auto& job) { return std::optional(job.is_running ? 1 : 0); });
    page.family("holdfast_job_schedule_enabled", Kind::gauge, "1 where the job runs by its schedule.");
    each_job(page, jobs, [](const auto& job) { return std::optional(job.schedule_enabled ? 1 : 0); });
    page.family("holdfast_job_next_run_timestamp_seconds", Kind::gauge,
                "When the schedule starts the job next, in seconds since 1970.");
    each_job(page, jobs, [](const auto& job) { return seconds_of(job.next_run); });
    page.family("holdfast_job_machines", Kind::gauge, "Machines that the job backs up.");
    each_job(page, jobs, [](const auto& job) { return std::optional(job.machines); });
    write_last_runs(page, jobs);
}

void write_backups(Exposition& page, const Backups& backups) {
    page.family("holdfast_backup_restore_points", Kind::gauge, "Restore points of the backup.");
    each_backup(page, backups, [](const auto& backup) { return std::optional(backup.restore_points); });
    page.family("holdfast_backup_vm_restore_points", Kind::gauge,
                "Restore points of machines in the backup.");
    each_backup(page, backups, [](const auto& backup) { return std::optional(backup.vm_restore_points); });
    page.family("holdfast_backup_size_bytes", Kind::gauge,
                "What the restore points of the backup added to their repository.");
    each_backup(page, backups, [](const auto& backup) { return std::optional(backup.backup_bytes); });
    page.family("holdfast_backup_newest_restore_point_timestamp_seconds", Kind::gauge,
                "Time of the newest restore point, in seconds since 1970.");
    each_backup(page, backups, [](const auto& backup) { return seconds_of(backup.newest); });
}

// As they were after the last run that wrote there; nothing where a place does not tell its size.
void write_repositories(Exposition& page, const Repositories& repositories) {
    auto known = [](const auto& repository, std::int64_t value) {
        return repository.capacity > 0 ? std::optional(value) : std::nullopt;
    };
    page.family("holdfast_repository_capacity_bytes", Kind::gauge, "Size of the repository's place.");
    each_repository(page, repositories, [&](const auto& one) { return known(one, one.capacity); });
    page.family("holdfast_repository_free_bytes", Kind::gauge, "What is free of it.");
    each_repository(page, repositories, [&](const auto& one) { return known(one, one.free_space); });
    page.family("holdfast_repository_used_bytes", Kind::gauge, "What is taken of it, by whatever.");
    each_repository(page, repositories,
                    [&](const auto& one) { return known(one, one.capacity - one.free_space); });
}

// How long the result of a machine's verification is told.
constexpr std::chrono::days boots_told_for{30};

void write_boots(Exposition& page, const std::vector<catalog::LastBoot>& boots) {
    page.family("holdfast_boot_verification_last_result", Kind::gauge,
                "1 for the result of the last boot verification of a machine, 0 for the others.");
    for (const auto& boot : boots)
        for (const auto& [label, word] :
             {std::pair("success", catalog::result::success), std::pair("warning", catalog::result::warning),
              std::pair("failed", catalog::result::failed)})
            page.sample({{"vm_name", boot.vm_name}, {"result", label}}, boot.result == word ? 1 : 0);
    page.family("holdfast_boot_verification_last_end_timestamp_seconds", Kind::gauge, "When it ended.");
    for (const auto& boot : boots) page.sample({{"vm_name", boot.vm_name}}, to_seconds(boot.ended));
    page.family("holdfast_boot_verification_last_boot_seconds", Kind::gauge,
                "From the start of the machine until it had shown all that it was to show.");
    for (const auto& boot : boots)
        if (boot.boot_ms) page.sample({{"vm_name", boot.vm_name}}, static_cast<double>(*boot.boot_ms) / 1000);
}

void write_totals(Exposition& page, const catalog::TotalFigures& totals) {
    auto gauge = [&](std::string_view name, std::string_view help, std::int64_t value) {
        page.family(name, Kind::gauge, help);
        page.sample({}, value);
    };
    gauge("holdfast_jobs", "Jobs, whether each is shown by name or not.", totals.jobs);
    gauge("holdfast_backups", "Backups, whether each is shown by name or not.", totals.backups);
    gauge("holdfast_repositories", "Repositories, whether each is shown by name or not.",
          totals.repositories);
    gauge("holdfast_running_backup_sessions", "Runs of jobs under way.", totals.running_backup_sessions);
    gauge("holdfast_running_restore_sessions", "Restores and mounts under way.",
          totals.running_restore_sessions);
    gauge("holdfast_running_tasks", "Tasks that were begun by requests and have not ended.",
          totals.running_tasks);
}

// Hosts of one name are one.
struct HostFigures {
    bool answers = true;
    std::int64_t protected_machines = 0;
    std::int64_t unprotected_machines = 0;
};

std::map<std::string, HostFigures> figures_of(const std::vector<protection::CountedHost>& hosts,
                                              const std::set<Machine>& with_points) {
    std::map<std::string, HostFigures> figures;
    for (const auto& host : hosts) {
        auto& one = figures[host.name];
        one.answers = one.answers && host.answers;
        for (const auto& machine : host.machines)
            ++(with_points.contains({host.hierarchy_root, machine}) ? one.protected_machines
                                                                    : one.unprotected_machines);
    }
    return figures;
}

void write_machines(Exposition& page, const std::vector<protection::CountedHost>& hosts,
                    const std::vector<Machine>& with_points) {
    page.family("holdfast_machines_with_restore_points", Kind::gauge,
                "Machines that have a restore point, whether they are still there or not.");
    page.sample({}, with_points.size());
    auto figures = figures_of(hosts, {with_points.begin(), with_points.end()});
    page.family("holdfast_host_up", Kind::gauge, "1 where the host answered when it was asked last.");
    for (const auto& [name, host] : figures) page.sample({{"host_name", name}}, host.answers ? 1 : 0);
    page.family("holdfast_host_machines", Kind::gauge,
                "Machines that the host had when it answered last: with a restore point, and without.");
    for (const auto& [name, host] : figures) {
        page.sample({{"host_name", name}, {"protection", "protected"}}, host.protected_machines);
        page.sample({{"host_name", name}, {"protection", "unprotected"}}, host.unprotected_machines);
    }
}

void write_notifications(Exposition& page, const std::vector<catalog::NotificationTarget>& targets) {
    auto family = [&](std::string_view name, Kind kind, std::string_view help, auto figure) {
        page.family(name, kind, help);
        for (const auto& target : targets)
            page.sample({{"target_name", target.name}}, figure(target.figures));
    };
    family("holdfast_notifications_pending", Kind::gauge, "Notifications that the target does not have yet.",
           [](const auto& figures) { return figures.waiting; });
    family("holdfast_notifications_delivered_total", Kind::counter,
           "Notifications that the target has taken.", [](const auto& figures) { return figures.delivered; });
    family("holdfast_notifications_failed_total", Kind::counter, "Notifications that were given up.",
           [](const auto& figures) { return figures.given_up; });
}

}  // namespace

std::string catalog_page(catalog::Database& database, const std::vector<protection::CountedHost>& hosts) {
    catalog::Statistics statistics(database);
    Exposition page;
    write_totals(page, statistics.totals());
    write_jobs(page, statistics.jobs(most_named));
    write_backups(page, statistics.backups(most_named));
    write_repositories(page, statistics.repositories(most_named));
    write_boots(
        page, catalog::BootVerifications(database).last_of_each_machine(now() - boots_told_for, most_named));
    write_machines(page, hosts, statistics.machines_with_restore_points());
    write_notifications(page, catalog::NotificationTargets(database).list());
    return page.text();
}

}  // namespace holdfast::api
