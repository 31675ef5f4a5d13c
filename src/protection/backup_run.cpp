#include "protection/backup_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <shared_mutex>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "protection/progress_reporter.hpp"
#include "protection/session_end.hpp"

namespace holdfast::protection {
BackupRun::BackupRun(const Environment& environment, HostConnections& hosts, OpenRepositories& repositories,
                     RetentionKeeper& retention)
    : environment_(environment),
      hosts_(hosts),
      repositories_(repositories),
      retention_(retention),
      jobs_(environment.database),
      sessions_(environment.database),
      points_(environment.database),
      servers_(environment.database) {}

catalog::BackupSession BackupRun::run(const catalog::Job& job, catalog::BackupSession session,
                                      std::vector<catalog::TaskSession> tasks, std::stop_token stop,
                                      const std::function<std::string()>& who_stopped) {
    StopScope scope(stop);
    spdlog::info("Session {} of the job {} started with {} machines", session.id.to_string(), job.name,
                 tasks.size());
    try {
        {
            // Held over all machines, so that no prune comes in between; one that runs is waited for.
            auto gate = repositories_.gate(job.repository);
            std::shared_lock in_use(*gate);
            run_machines(job, session, tasks, stop, who_stopped);
        }
        session.result = worst_result(tasks);
        if (session.result != catalog::result::success) session.reason = first_reason(tasks, session.result);
        // Of a backup without a job this only gives space back: its one point stays until it expires.
        if (session.restore_point)
            retention_.keep(job, session.restore_point, stop);
        else if (session.kind == catalog::session_kind::zip)
            points_.remove_empty_backups(job.id);
    } catch (const std::exception& error) {
        session.result = catalog::result::failed;
        session.reason = error.what();
        fail_unreached(sessions_, tasks, session.reason);
    }
    end_session(sessions_, session);
    return session;
}

void BackupRun::run_machines(const catalog::Job& job, catalog::BackupSession& session,
                             std::vector<catalog::TaskSession>& tasks, std::stop_token stop,
                             const std::function<std::string()>& who_stopped) {
    session.state = catalog::state::working;
    sessions_.update(session);
    auto backup = points_.backup_for(job.id, job.name, job.repository);
    // A retry completes the restore point of the run that it retries.
    auto continued = session.restore_point ? points_.find(*session.restore_point) : std::nullopt;
    auto point = continued ? *continued
                           : catalog::RestorePoint{Uuid::random(), backup.id, backup.name, session.created,
                                                   session.kind == catalog::session_kind::quick};
    session.restore_point = continued ? std::optional(continued->id) : std::nullopt;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        auto& task = tasks[i];
        task.state = catalog::state::in_progress;
        task.created = now();
        try {
            if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "The work was stopped on request");
            run_machine(job, session, task, point, static_cast<int>(100 / tasks.size()), stop);
        } catch (const Error& error) {
            task.result = catalog::result::failed;
            task.reason = error.kind() == ErrorKind::cancelled && stop.stop_requested()
                              ? fmt::format("Stopped by {}.", who_stopped())
                              : error.what();
        } catch (const std::exception& error) {
            task.result = catalog::result::failed;
            task.reason = error.what();
        }
        if (task.vm_restore_point) session.restore_point = point.id;
        task.state = catalog::state::completed;
        task.ended = now();
        sessions_.update_task(task);
        session.progress = static_cast<int>((i + 1) * 100 / tasks.size());
        sessions_.update(session);
        spdlog::info("Backup of {} ended: {} {}", task.vm_name, task.result, task.reason);
    }
}

void BackupRun::run_machine(const catalog::Job& job, catalog::BackupSession& session,
                            catalog::TaskSession& task, const catalog::RestorePoint& point, int share,
                            std::stop_token stop) {
    sessions_.update_task(task);
    auto object = *std::ranges::find_if(job.objects, [&](const auto& candidate) {
        return candidate.server == task.server && candidate.domain == task.domain;
    });
    auto server = servers_.find(task.server);
    if (!server) throw Error(ErrorKind::not_found, "The host of this machine was removed from Holdfast");
    auto repository = repositories_.open(job.repository);
    auto claim = hosts_.claim(task.server, task.domain, task.vm_name);
    auto& host = hosts_.connect(task.server);
    Progress progress;
    VmBackupResult made;
    {
        ProgressReporter reporter(progress, [&, before = session.progress](const Progress& seen) {
            task.total_size = static_cast<std::int64_t>(seen.total_bytes.load());
            task.read_bytes = static_cast<std::int64_t>(seen.read_bytes.load());
            task.transferred_bytes = static_cast<std::int64_t>(seen.transferred_bytes.load());
            sessions_.update_task(task);
            session.progress = before + seen.percent() * share / 100;
            if (stop.stop_requested()) session.state = catalog::state::stopping;
            sessions_.update(session);
        });
        made = back_up_machine(
            environment_, host, *repository,
            {job, object, session.id, point.id, server->name,
             session.kind == catalog::session_kind::zip ? StartFrom::nothing : StartFrom::last_checkpoint},
            progress, stop);
    }
    record(job, object, task, point, *server, made);
    if (made.checkpoint) drop_old_checkpoints(host, job, object, *made.checkpoint);
}

void BackupRun::record(const catalog::Job& job, const catalog::JobObject& object, catalog::TaskSession& task,
                       const catalog::RestorePoint& point, const catalog::ManagedServer& server,
                       const VmBackupResult& made) {
    catalog::VmRestorePoint vm_point;
    vm_point.id = Uuid::random();
    vm_point.file = Uuid::random();
    vm_point.hierarchy_root = server.hierarchy_root;
    vm_point.domain = object.domain;
    vm_point.vm_name = made.vm_name;
    vm_point.created = made.snapshot.time;
    vm_point.is_full = made.is_full;
    vm_point.snapshot = made.snapshot.id.to_string();
    vm_point.data_size = static_cast<std::int64_t>(made.data_size);
    vm_point.backup_size = static_cast<std::int64_t>(made.added_bytes);
    vm_point.consistency = made.consistency;
    points_.add(point, vm_point);
    // After the point: a crash in between makes the next run start from the older checkpoint, which is still
    // right.
    if (made.checkpoint) jobs_.set_checkpoint(job.id, object, {*made.checkpoint, vm_point.snapshot});
    task.vm_restore_point = vm_point.id;
    task.vm_name = made.vm_name;
    task.total_size = vm_point.data_size;
    task.read_bytes = static_cast<std::int64_t>(made.read_bytes);
    task.transferred_bytes = vm_point.backup_size;
    task.result = made.has_warnings ? catalog::result::warning : catalog::result::success;
    task.reason = fmt::format("{}", fmt::join(made.notes, " "));
}

void BackupRun::drop_old_checkpoints(hypervisor::Host& host, const catalog::Job& job,
                                     const catalog::JobObject& object, const std::string& keep) {
    try {
        for (const auto& name : host.checkpoints(object.domain))
            if (name.starts_with(checkpoint_prefix(job.id)) && name != keep)
                host.delete_checkpoint(object.domain, name);
    } catch (const Error& error) {
        // The next run tries again; an old checkpoint costs only its bitmap.
        spdlog::warn("An old checkpoint of {} is left over: {}", object.name, error.what());
    }
}

}  // namespace holdfast::protection
