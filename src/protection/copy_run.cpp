#include "protection/copy_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <shared_mutex>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "protection/machine_snapshot.hpp"
#include "protection/progress_reporter.hpp"
#include "protection/session_end.hpp"
#include "repository/snapshot_copier.hpp"

namespace holdfast::protection {
namespace {

// A repository with originals, for as long as a run copies from it: no prune of this server comes in between.
class CopySource {
  public:
    CopySource(OpenRepositories& repositories, const Uuid& id, repository::Repository& target)
        : gate_(repositories.gate(id)),
          in_use_(*gate_),
          repository_(repositories.open(id)),
          target_(target) {}

    repository::SnapshotCopier& copier() {
        if (!copier_) copier_ = repository::SnapshotCopier::start(*repository_, target_);
        return *copier_;
    }
    // After a failure: the next machine begins anew.
    void drop_copier() { copier_.reset(); }

  private:
    std::shared_ptr<std::shared_mutex> gate_;
    std::shared_lock<std::shared_mutex> in_use_;
    std::shared_ptr<repository::Repository> repository_;
    repository::Repository& target_;
    std::unique_ptr<repository::SnapshotCopier> copier_;
};

repository::SnapshotId snapshot_of(const catalog::VmRestorePoint& point) {
    auto id = repository::SnapshotId::parse(point.snapshot);
    if (!id)
        throw Error(ErrorKind::corrupt,
                    "The catalog has no snapshot of the restore point " + point.id.to_string());
    return *id;
}

}  // namespace

// Where the copies go, and from where they come.
struct CopyRun::Target {
    const catalog::Job& job;
    catalog::Backup backup;
    std::shared_ptr<repository::Repository> repository;
    std::map<Uuid, CopySource> sources{};     // by repository
    std::set<std::pair<Uuid, Uuid>> known{};  // machines with copies

    CopySource& source(OpenRepositories& repositories, const Uuid& id) {
        auto found = sources.find(id);
        if (found == sources.end()) found = sources.try_emplace(id, repositories, id, *repository).first;
        return found->second;
    }
};

CopyRun::CopyRun(const Environment& environment, OpenRepositories& repositories, RetentionKeeper& retention)
    : environment_(environment),
      repositories_(repositories),
      retention_(retention),
      sessions_(environment.database),
      points_(environment.database) {}

catalog::BackupSession CopyRun::run(const catalog::Job& job, catalog::BackupSession session,
                                    std::vector<catalog::TaskSession> tasks, std::stop_token stop,
                                    const std::function<std::string()>& who_stopped) {
    StopScope scope(stop);
    spdlog::info("Session {} of the job {} started with {} machines to copy", session.id.to_string(),
                 job.name, tasks.size());
    session.restore_point.reset();  // of the run that is retried; what it copied is complete
    try {
        copy_machines(job, session, tasks, stop, who_stopped);
        session.result = worst_result(tasks);
        if (session.result != catalog::result::success) session.reason = first_reason(tasks, session.result);
        if (session.restore_point) retention_.keep(job, session.restore_point, stop);
    } catch (const std::exception& error) {
        session.result = catalog::result::failed;
        session.reason = error.what();
        fail_unreached(sessions_, tasks, session.reason);
    }
    end_session(sessions_, session);
    return session;
}

void CopyRun::copy_machines(const catalog::Job& job, catalog::BackupSession& session,
                            std::vector<catalog::TaskSession>& tasks, std::stop_token stop,
                            const std::function<std::string()>& who_stopped) {
    session.state = catalog::state::working;
    sessions_.update(session);
    // Held over all machines, so that no prune comes in between; one that runs is waited for.
    auto gate = repositories_.gate(job.repository);
    std::shared_lock in_use(*gate);
    Target target{job, points_.backup_for(job.id, job.name, job.repository),
                  repositories_.open(job.repository)};
    for (const auto& point : points_.list_vm_points_in_backup(target.backup.id))
        target.known.emplace(point.hierarchy_root, point.domain);
    auto machines = plan_copy(environment_.database, job);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        auto& task = tasks[i];
        task.state = catalog::state::in_progress;
        task.created = now();
        try {
            throw_if_stopped(stop);
            auto machine = std::ranges::find_if(machines, [&](const MachineToCopy& one) {
                return one.hierarchy_root == task.hierarchy_root && one.domain == task.domain;
            });
            if (machine == machines.end())
                throw Error(ErrorKind::not_found,
                            "The restore points of this machine were removed before they were copied");
            copy_machine(target, *machine, session, task, static_cast<int>(100 / tasks.size()), stop);
        } catch (const Error& error) {
            task.result = catalog::result::failed;
            task.reason = error.kind() == ErrorKind::cancelled && stop.stop_requested()
                              ? fmt::format("Stopped by {}.", who_stopped())
                              : error.what();
        } catch (const std::exception& error) {
            task.result = catalog::result::failed;
            task.reason = error.what();
        }
        task.state = catalog::state::completed;
        task.ended = now();
        sessions_.update_task(task);
        session.progress = static_cast<int>((i + 1) * 100 / tasks.size());
        sessions_.update(session);
        spdlog::info("Copying of {} ended: {} {}", task.vm_name, task.result, task.reason);
    }
}

void CopyRun::copy_machine(Target& target, const MachineToCopy& machine, catalog::BackupSession& session,
                           catalog::TaskSession& task, int share, const std::stop_token& stop) {
    sessions_.update_task(task);
    if (machine.points.empty()) {
        task.result = catalog::result::success;
        task.reason = "It has no restore point that is newer than its last copy.";
        return;
    }
    for (const auto& point : machine.points) task.total_size += point.point.data_size;
    int share_of_point = share / static_cast<int>(machine.points.size());
    std::vector<std::string> lost;
    for (const auto& point : machine.points) {
        throw_if_stopped(stop);
        try {
            copy_point(target, point, session, task, share_of_point, stop);
        } catch (const Error& error) {
            // One that cannot be read any more must not keep newer ones from being copied, now or ever after.
            bool is_lost = error.kind() == ErrorKind::corrupt || error.kind() == ErrorKind::not_found;
            bool is_newest = &point == &machine.points.back();
            if (!is_lost || is_newest) throw;
            lost.push_back(fmt::format("The restore point from {} was left out: {}",
                                       format_utc(point.point.created), error.what()));
        }
    }
    task.result = lost.empty() ? catalog::result::success : catalog::result::warning;
    auto copied = machine.points.size() - lost.size();
    if (machine.points.size() > 1)
        lost.insert(lost.begin(), fmt::format("Restore points copied: {}.", copied));
    task.reason = fmt::format("{}", fmt::join(lost, " "));
}

void CopyRun::copy_point(Target& target, const PointToCopy& original, catalog::BackupSession& session,
                         catalog::TaskSession& task, int share, const std::stop_token& stop) {
    const auto& point = original.point;
    auto& source = target.source(repositories_, point.repository);
    auto tags = snapshot_tags(target.job.id, point.domain, session.id);
    Progress progress;
    repository::CopyResult made;
    const auto before = task;
    const int done = session.progress;
    try {
        ProgressReporter reporter(progress, [&](const Progress& seen) {
            task.read_bytes = before.read_bytes + static_cast<std::int64_t>(seen.read_bytes.load());
            task.transferred_bytes =
                before.transferred_bytes + static_cast<std::int64_t>(seen.transferred_bytes.load());
            sessions_.update_task(task);
            session.progress = done + seen.percent() * share / 100;
            if (stop.stop_requested()) session.state = catalog::state::stopping;
            sessions_.update(session);
        });
        made = source.copier().copy(snapshot_of(point), tags, progress, stop);
    } catch (const Error& error) {
        source.drop_copier();
        // Once its snapshot is gone it cannot be copied any more, and a retry copies a newer one.
        if (error.kind() == ErrorKind::not_found && !points_.find_vm_point(point.id))
            throw Error(ErrorKind::not_found,
                        fmt::format("The restore point of {} from {} was removed before it was copied",
                                    point.vm_name, format_utc(point.created)))
                .advise("Have the source keep its restore points for longer than a copy takes.");
        throw;
    }
    // What the last report came too early for.
    session.progress = done + share;
    task.read_bytes = before.read_bytes + static_cast<std::int64_t>(made.read_bytes);
    task.transferred_bytes = before.transferred_bytes + static_cast<std::int64_t>(made.added_bytes);
    record(target, original, made, session, task);
    target.known.emplace(point.hierarchy_root, point.domain);
}

void CopyRun::record(const Target& target, const PointToCopy& original, const repository::CopyResult& made,
                     catalog::BackupSession& session, catalog::TaskSession& task) {
    const auto& point = original.point;
    auto run = points_.find_copy(target.backup.id, point.restore_point);
    if (!run) {
        auto source = points_.find(point.restore_point);
        run = catalog::RestorePoint{Uuid::random(),
                                    target.backup.id,
                                    target.backup.name,
                                    point.restore_point_created,
                                    source && source->is_partial,
                                    point.restore_point,
                                    original.source_job};
    }
    auto copy = point;
    copy.id = Uuid::random();
    copy.file = Uuid::random();
    copy.snapshot = made.snapshot.id.to_string();
    copy.is_full = !target.known.contains({point.hierarchy_root, point.domain});
    copy.backup_size = static_cast<std::int64_t>(made.added_bytes);
    points_.add(*run, copy);
    session.restore_point = run->id;
    task.vm_restore_point = copy.id;
    task.vm_name = copy.vm_name;
}

}  // namespace holdfast::protection
