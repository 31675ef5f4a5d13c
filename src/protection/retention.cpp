#include "protection/retention.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "protection/gfs_points.hpp"
#include "protection/repository_upkeep.hpp"
#include "protection/system_work.hpp"

namespace holdfast::protection {

std::vector<catalog::RestorePoint> points_to_remove(const std::vector<catalog::RestorePoint>& points,
                                                    const catalog::Retention& retention, Timestamp today) {
    std::vector<catalog::RestorePoint> removed;
    auto by_the_calendar = gfs_points(points, retention.gfs, today);
    int newer_runs = 0;
    for (const auto& point : points) {
        bool kept = retention.kind == catalog::RetentionKind::Cycles
                        ? newer_runs < std::max(retention.cycles, 1)
                        : point.created > today - std::chrono::days(std::max(retention.days, 1));
        bool is_newest = &point == &points.front();
        if (!kept && !is_newest && !by_the_calendar.contains(point.id)) removed.push_back(point);
        if (!point.is_partial) ++newer_runs;
    }
    return removed;
}

namespace {

// Copies of several jobs' points are counted for each of these jobs. In their order.
std::map<std::optional<Uuid>, std::vector<catalog::RestorePoint>> by_source(
    std::vector<catalog::RestorePoint> points) {
    std::map<std::optional<Uuid>, std::vector<catalog::RestorePoint>> sorted;
    for (auto& point : points) sorted[point.source_job].push_back(std::move(point));
    return sorted;
}

}  // namespace

RetentionKeeper::RetentionKeeper(const Environment& environment, OpenRepositories& repositories)
    : environment_(environment),
      records_(environment.database),
      points_(environment.database),
      restores_(environment.database),
      repositories_(repositories) {}

void RetentionKeeper::keep(const catalog::Job& job, const std::optional<Uuid>& newest, std::stop_token stop) {
    auto point = newest ? points_.find(*newest) : std::nullopt;
    if (!point) return;
    SystemWork work(environment_, catalog::system_work::maintenance, "Retention of " + job.name);
    try {
        auto stays = indispensable(point->backup);
        for (const auto& [source, points] : by_source(points_.list_of_backup(point->backup)))
            for (const auto& old : points_to_remove(points, job.retention, now())) {
                if (stays.contains(old.id)) continue;
                points_.remove(old.id);
                work.tell(fmt::format("The restore point from {} was removed", format_utc(old.created)));
            }
        give_space_back(job.repository, work, stop);
        work.succeed();
    } catch (const Error& error) {
        work.fail(error);
        spdlog::warn("Retention of the job {} is postponed: {}", job.name, error.what());
    }
}

std::set<Uuid> RetentionKeeper::indispensable(const Uuid& backup) {
    std::set<Uuid> stays;
    std::set<Uuid> machines;
    auto in_use = restores_.points_in_use();
    // Newest first: the first point of a machine is its newest, which may be older than the runs that the
    // policy counts.
    for (const auto& point : points_.list_vm_points_in_backup(backup))
        if (machines.insert(point.domain).second || in_use.contains(point.id))
            stays.insert(point.restore_point);
    return stays;
}

void RetentionKeeper::remove_expired() {
    SystemWork work(environment_, catalog::system_work::maintenance, "Retention of backups without a job");
    try {
        auto in_use = restores_.points_in_use();
        for (const auto& backup : points_.list_expired_backups(now())) {
            auto machines = points_.list_vm_points_in_backup(backup.id);
            if (std::ranges::any_of(machines, [&](const auto& point) { return in_use.contains(point.id); }))
                continue;
            points_.remove_backup(backup.id);
            work.tell(fmt::format("The backup {} has expired and was removed", backup.name));
        }
        work.succeed();
    } catch (const Error& error) {
        work.fail(error);
        spdlog::warn("Removal of expired backups is postponed: {}", error.what());
    }
}

void RetentionKeeper::catch_up() {
    remove_expired();
    for (const auto& repository : records_.list()) {
        SystemWork work(environment_, catalog::system_work::maintenance, "Retention in " + repository.name);
        try {
            give_space_back(repository.id, work, {});
            work.succeed();
        } catch (const Error& error) {
            work.fail(error);
            spdlog::debug("Pruning of {} is postponed: {}", repository.name, error.what());
        }
    }
}

void RetentionKeeper::give_space_back(const Uuid& repository, SystemWork& work, std::stop_token stop) {
    // Where the repository is in use the names stay noted, and the next run tries again.
    if (!records_.snapshots_to_forget(repository).empty())
        forget_and_prune(environment_, repositories_, repository, work, stop);
    repositories_.refresh_space(repository);
}

}  // namespace holdfast::protection
