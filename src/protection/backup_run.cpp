#include "protection/backup_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <system_error>
#include <thread>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "protection/machine_storages.hpp"
#include "protection/progress_reporter.hpp"
#include "protection/run_session.hpp"
#include "protection/session_end.hpp"
#include "repository/first_error.hpp"

namespace holdfast::protection {
namespace {

// What `work` throws is how the backup of this machine ended.
template <typename Work>
void keep_failure(catalog::TaskSession& task, const RunStops& stops, Work work) {
    try {
        work();
    } catch (const Error& error) {
        task.result = catalog::result::failed;
        task.reason = error.kind() == ErrorKind::cancelled && stops.no_more.stop_requested()
                          ? fmt::format("Stopped by {}.", stops.who())
                          : error.what();
    } catch (const std::exception& error) {
        task.result = catalog::result::failed;
        task.reason = error.what();
    }
}

// Without them disks count by their folders: no reason to leave the machine without a backup.
std::vector<hypervisor::StoragePool> pools_of(hypervisor::Host& host) {
    try {
        return host.storage_pools();
    } catch (const Error& error) {
        spdlog::warn("The storage pools are not known now: {}", error.what());
        return {};
    }
}

// On this thread and on others, so many in all. Returns when all have ended.
template <typename Work>
void work_side_by_side(std::size_t threads, Work work) {
    std::vector<std::jthread> others;
    try {
        for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
    } catch (const std::system_error& error) {
        spdlog::warn("Fewer machines than allowed are backed up at a time: {}", error.what());
    }
    work();
}

}  // namespace

BackupRun::BackupRun(const Environment& environment, HostConnections& hosts, OpenRepositories& repositories,
                     RetentionKeeper& retention, MachineSlots& slots)
    : environment_(environment),
      hosts_(hosts),
      repositories_(repositories),
      retention_(retention),
      slots_(slots),
      jobs_(environment.database),
      sessions_(environment.database),
      points_(environment.database),
      servers_(environment.database) {}

catalog::BackupSession BackupRun::run(const catalog::Job& job, catalog::BackupSession session,
                                      std::vector<catalog::TaskSession> tasks, StartFrom start_from,
                                      const RunStops& stops) {
    StopScope scope(stops.at_once);
    spdlog::info("Session {} of the job {} started with {} machines", session.id.to_string(), job.name,
                 tasks.size());
    try {
        {
            // Held over all machines, so that no prune comes in between; one that runs is waited for.
            auto gate = repositories_.gate(job.repository);
            std::shared_lock in_use(*gate);
            run_machines(job, session, tasks, start_from, stops);
        }
        session.result = worst_result(tasks);
        if (session.result != catalog::result::success) session.reason = first_reason(tasks, session.result);
        // Of a backup without a job this only gives space back: its one point stays until it expires.
        if (session.restore_point)
            retention_.keep(job, session.restore_point, stops.at_once);
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

// Each task is touched by one thread at a time: the one that backs its machine up.
struct BackupRun::Machines {
    const catalog::Job& job;
    const catalog::RestorePoint& point;
    Uuid session;
    StartFrom start_from;
    std::vector<catalog::TaskSession>& tasks;
    RunSession& shown;
    const RunStops& stops;

    std::mutex turn{};     // held until the next machine has its slot: they are begun in their order
    std::size_t next = 0;  // to be begun
    RateLimit rate{job.read_limit};
    std::map<Uuid, std::vector<hypervisor::StoragePool>> pools{};  // of hosts; asked once
    repository::FirstError failed{};                               // of the run, not of a machine

    const catalog::JobObject& object_of(const catalog::TaskSession& task) const {
        return *std::ranges::find_if(job.objects, [&](const auto& candidate) {
            return candidate.server == task.server && candidate.domain == task.domain;
        });
    }
};

void BackupRun::run_machines(const catalog::Job& job, catalog::BackupSession& session,
                             std::vector<catalog::TaskSession>& tasks, StartFrom start_from,
                             const RunStops& stops) {
    session.state = catalog::state::working;
    sessions_.update(session);
    auto backup = points_.backup_for(job.id, job.name, job.repository);
    // A retry completes the restore point of the run that it retries.
    auto continued = session.restore_point ? points_.find(*session.restore_point) : std::nullopt;
    auto point = continued ? *continued
                           : catalog::RestorePoint{Uuid::random(), backup.id, backup.name, session.created,
                                                   session.kind == catalog::session_kind::quick};
    session.restore_point = continued ? std::optional(continued->id) : std::nullopt;
    RunSession shown(sessions_, session, tasks.size());
    Machines machines{.job = job,
                      .point = point,
                      .session = session.id,
                      .start_from = start_from,
                      .tasks = tasks,
                      .shown = shown,
                      .stops = stops};
    work_side_by_side(std::min<std::size_t>(tasks.size(), slots_.limits().per_repository), [&] {
        try {
            work_on(machines);
        } catch (...) {
            machines.failed.keep_current();
        }
    });
    machines.failed.rethrow_if_any();
}

void BackupRun::work_on(Machines& machines) {
    StopScope scope(machines.stops.at_once);
    while (true) {
        std::size_t number = 0;
        std::optional<MachineSlot> slot;
        {
            std::lock_guard turn(machines.turn);
            if (machines.failed.happened() || machines.next == machines.tasks.size()) return;
            number = machines.next++;
            auto& task = machines.tasks[number];
            keep_failure(task, machines.stops, [&] { slot.emplace(begin(machines, task)); });
        }
        auto& task = machines.tasks[number];
        if (slot) keep_failure(task, machines.stops, [&] { back_up(machines, number); });
        end(machines, number);
    }
}

MachineSlot BackupRun::begin(Machines& machines, catalog::TaskSession& task) {
    throw_if_stopped(machines.stops.no_more);
    auto slot = slots_.take(load_of(machines, task), machines.stops.no_more);
    task.state = catalog::state::in_progress;
    task.created = now();
    sessions_.update_task(task);
    return slot;
}

MachineLoad BackupRun::load_of(Machines& machines, const catalog::TaskSession& task) {
    if (!servers_.find(task.server))
        throw Error(ErrorKind::not_found, "The host of this machine was removed from Holdfast");
    auto& host = hosts_.connect(task.server);
    auto disks = host.disks(task.domain).disks;
    const auto& excluded = machines.object_of(task).excluded_disks;
    std::erase_if(
        disks, [&](const auto& disk) { return std::ranges::find(excluded, disk.target) != excluded.end(); });
    auto known = machines.pools.find(task.server);
    if (known == machines.pools.end()) known = machines.pools.emplace(task.server, pools_of(host)).first;
    return {task.server, machines.job.repository, storages_of(disks, known->second)};
}

void BackupRun::back_up(Machines& machines, std::size_t number) {
    auto& task = machines.tasks[number];
    const auto& object = machines.object_of(task);
    auto server = servers_.find(task.server);
    if (!server) throw Error(ErrorKind::not_found, "The host of this machine was removed from Holdfast");
    auto repository = repositories_.open(machines.job.repository);
    auto claim = hosts_.claim(task.server, task.domain, task.vm_name);
    auto& host = hosts_.connect(task.server);
    MachineProgress progress;
    VmBackupResult made;
    {
        ProgressReporter reporter(progress.disks, [&](const Progress& seen) {
            task.total_size = static_cast<std::int64_t>(progress.size.load());
            task.read_bytes = static_cast<std::int64_t>(seen.read_bytes.load());
            task.transferred_bytes = static_cast<std::int64_t>(seen.transferred_bytes.load());
            sessions_.update_task(task);
            if (machines.stops.no_more.stop_requested()) machines.shown.stopping();
            machines.shown.progressed(number, progress.percent());
        });
        made = back_up_machine(
            environment_, host, *repository,
            {machines.job, object, machines.session, machines.point.id, server->name, machines.start_from},
            machines.rate, progress, machines.stops.at_once);
    }
    record(machines.job, object, task, machines.point, *server, made);
    if (made.checkpoint) drop_old_checkpoints(host, machines.job, object, *made.checkpoint);
}

void BackupRun::end(Machines& machines, std::size_t number) {
    auto& task = machines.tasks[number];
    task.state = catalog::state::completed;
    task.ended = now();
    sessions_.update_task(task);
    if (task.vm_restore_point) machines.shown.made_point(machines.point.id);
    machines.shown.completed(number);
    spdlog::info("Backup of {} ended: {} {}", task.vm_name, task.result, task.reason);
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
