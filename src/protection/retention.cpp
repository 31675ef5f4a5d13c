#include "protection/retention.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "protection/gfs_points.hpp"

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

RetentionKeeper::RetentionKeeper(const Environment& environment, OpenRepositories& repositories)
    : records_(environment.database),
      points_(environment.database),
      restores_(environment.database),
      repositories_(repositories) {}

void RetentionKeeper::keep(const catalog::Job& job, const std::optional<Uuid>& newest, std::stop_token stop) {
    auto point = newest ? points_.find(*newest) : std::nullopt;
    if (!point) return;
    try {
        auto stays = indispensable(point->backup);
        for (const auto& old :
             points_to_remove(points_.list_of_backup(point->backup), job.retention, now())) {
            if (stays.contains(old.id)) continue;
            points_.remove(old.id);
            spdlog::info("Restore point of {} from {} removed by retention", job.name,
                         format_utc(old.created));
        }
        give_space_back(job.repository, stop);
    } catch (const Error& error) {
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
    auto in_use = restores_.points_in_use();
    for (const auto& backup : points_.list_expired_backups(now())) {
        auto machines = points_.list_vm_points_in_backup(backup.id);
        if (std::ranges::any_of(machines, [&](const auto& point) { return in_use.contains(point.id); }))
            continue;
        points_.remove_backup(backup.id);
        spdlog::info("The backup {} has expired and was removed", backup.name);
    }
}

void RetentionKeeper::catch_up() {
    remove_expired();
    for (const auto& repository : records_.list()) {
        try {
            give_space_back(repository.id, {});
        } catch (const Error& error) {
            spdlog::debug("Pruning of {} is postponed: {}", repository.name, error.what());
        }
    }
}

void RetentionKeeper::give_space_back(const Uuid& repository, std::stop_token stop) {
    auto names = records_.snapshots_to_forget(repository);
    if (!names.empty()) {
        // Nobody of this server may read or write there meanwhile; whoever does is not kept waiting for long:
        // the names stay noted, and the next run tries again. Other programs are kept out by the repository's
        // own lock.
        auto gate = repositories_.gate(repository);
        std::unique_lock alone(*gate, std::try_to_lock);
        if (!alone) throw Error(ErrorKind::conflict, "The repository is in use");
        auto opened = repositories_.open(repository);
        std::vector<repository::SnapshotId> ids;
        for (const auto& name : names)
            if (auto id = repository::SnapshotId::parse(name)) ids.push_back(*id);
        opened->forget(ids);
        Progress progress;
        auto pruned = opened->prune(progress, stop);
        spdlog::info("Pruned {}: {} freed", repository.to_string(), format_bytes(pruned.freed_bytes));
        for (const auto& name : names) records_.forgot(repository, name);
    }
    repositories_.refresh_space(repository);
}

}  // namespace holdfast::protection
