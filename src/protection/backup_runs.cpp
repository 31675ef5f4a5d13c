#include "protection/backup_runs.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "protection/backup_run.hpp"
#include "protection/copy_plan.hpp"
#include "protection/copy_run.hpp"

namespace holdfast::protection {

struct BackupRuns::Run {
    catalog::BackupSession session;
    std::string stopped_by;    // guarded by BackupRuns::mutex_
    std::stop_source no_more;  // machines are begun
    std::atomic<bool> ended = false;
    std::jthread thread;
};

BackupRuns::BackupRuns(const Environment& environment, HostConnections& hosts, OpenRepositories& repositories,
                       RetentionKeeper& retention, const MachineLimits& limits)
    : environment_(environment),
      hosts_(hosts),
      repositories_(repositories),
      retention_(retention),
      slots_(limits),
      jobs_(environment.database),
      sessions_(environment.database),
      points_(environment.database),
      records_(environment.database) {}

BackupRuns::~BackupRuns() {
    stop_all();
}

void BackupRuns::stop_all() {
    std::map<Uuid, std::unique_ptr<Run>> runs;
    {
        std::lock_guard lock(mutex_);
        for (auto& [id, run] : runs_) stop_run(*run, "the end of the server", StopWhen::at_once);
        runs.swap(runs_);
    }
    runs.clear();  // joins; without the lock, which the ending runs need
}

namespace {

// Anybody who sees a machine may ask for one.
constexpr std::ptrdiff_t most_zips = 8;

// Of one machine, not begun.
catalog::TaskSession new_task(const catalog::BackupSession& session, const Uuid& server, const Uuid& domain,
                              const std::string& vm_name) {
    catalog::TaskSession task;
    task.id = Uuid::random();
    task.session = session.id;
    task.server = server;
    task.domain = domain;
    task.vm_name = vm_name;
    task.created = session.created;
    return task;
}

template <typename Condition>
std::vector<catalog::TaskSession> plan(const catalog::Job& job, const catalog::BackupSession& session,
                                       Condition takes_part) {
    std::vector<catalog::TaskSession> tasks;
    for (const auto& object : job.objects)
        if (takes_part(object)) tasks.push_back(new_task(session, object.server, object.domain, object.name));
    return tasks;
}

// What all machines are called together, and when: the name of their backup.
std::string name_of(const std::vector<Machine>& machines, Timestamp time) {
    auto when = format_for_name(time);
    std::ranges::replace(when, ' ', 'T');
    return (machines.size() == 1 ? machines.front().domain.name : "VeeamZIP") + "_" + when;
}

}  // namespace

catalog::BackupSession BackupRuns::new_session(const catalog::Job& job) const {
    catalog::BackupSession session;
    session.id = Uuid::random();
    session.job = job.id;
    session.job_name = job.name;
    session.job_type = job.type;
    session.owner = environment_.owner;
    session.created = now();
    return session;
}

Uuid BackupRuns::start(const Uuid& job_id, RunKind kind) {
    auto job = jobs_.find(job_id);
    if (!job) throw Error(ErrorKind::not_found, "There is no job " + job_id.to_string());
    if (kind == RunKind::verify && catalog::is_copy(job->type))
        throw Error(ErrorKind::invalid_input,
                    "The job " + job->name + " copies: it reads no machines' disks to verify");
    auto session = new_session(*job);
    session.is_retry = kind == RunKind::retry;
    std::vector<catalog::TaskSession> failed;
    if (session.is_retry) {
        auto newest = sessions_.newest_of_job(job_id);
        if (newest) session.restore_point = newest->restore_point;
        if (newest) failed = sessions_.failed_tasks_of(newest->id);
        if (failed.empty() && (!newest || newest->ended))
            throw Error(ErrorKind::conflict, "Nothing failed in the last run of the job " + job->name)
                .advise("Start the job to make a new restore point.");
    }
    auto takes_part = [&](const auto& machine) {
        return !session.is_retry || std::ranges::any_of(failed, [&](const auto& task) {
            return task.server == machine.server && task.domain == machine.domain;
        });
    };
    auto tasks = catalog::is_copy(job->type) ? plan_copies(*job, session) : plan(*job, session, takes_part);
    if (catalog::is_copy(job->type))
        std::erase_if(tasks, [&](const auto& task) { return !takes_part(task); });
    return launch(std::move(*job), std::move(session), std::move(tasks),
                  kind == RunKind::verify ? StartFrom::verified_checkpoint : StartFrom::last_checkpoint);
}

// Of an immediate copy only the machines with something new, where there are any: each backup session of a
// source starts one.
std::vector<catalog::TaskSession> BackupRuns::plan_copies(const catalog::Job& job,
                                                          const catalog::BackupSession& session) const {
    auto machines = plan_copy(environment_.database, job);
    bool has_new = std::ranges::any_of(machines, [](const auto& one) { return !one.points.empty(); });
    if (job.type == catalog::JobType::immediate_backup_copy && has_new)
        std::erase_if(machines, [](const auto& one) { return one.points.empty(); });
    std::vector<catalog::TaskSession> tasks;
    for (const auto& machine : machines) {
        auto& task = tasks.emplace_back(new_task(session, machine.server, machine.domain, machine.name));
        task.hierarchy_root = machine.hierarchy_root;
    }
    return tasks;
}

bool BackupRuns::has_new_to_copy(const catalog::Job& job) {
    auto newest = sessions_.newest_of_job(job.id);
    if (newest && !newest->ended) return false;
    // What the end of a server broke off is begun again once.
    bool was_well = !newest || newest->result != catalog::result::failed || *newest->ended <= started_;
    for (const auto& machine : plan_copy(environment_.database, job))
        for (const auto& point : machine.points)
            if (was_well || point.point.created > newest->created) return true;
    return false;
}

Uuid BackupRuns::start_quick(const Machine& machine) {
    auto has_machine = [&](const auto& object) {
        return object.server == machine.server.id && object.domain == machine.domain.uuid;
    };
    auto id = points_.job_with_newest_point(machine.server.hierarchy_root, machine.domain.uuid);
    auto job = id ? jobs_.find(*id) : std::nullopt;
    if (!job) {
        bool is_protected = std::ranges::any_of(jobs_.list(), [&](const auto& candidate) {
            return !catalog::is_copy(candidate.type) && std::ranges::any_of(candidate.objects, has_machine);
        });
        throw Error(ErrorKind::conflict,
                    is_protected ? "No job has a restore point of the machine " + machine.domain.name + " yet"
                                 : "No job protects the machine " + machine.domain.name)
            .advise(is_protected ? "Run its job first." : "Add it to a backup job, and run that first.");
    }
    auto session = new_session(*job);
    session.kind = catalog::session_kind::quick;
    auto tasks = plan(*job, session, has_machine);
    return launch(std::move(*job), std::move(session), std::move(tasks), StartFrom::last_checkpoint);
}

Uuid BackupRuns::start_zip(const ZipRequest& request) {
    if (!records_.find(request.repository))
        throw Error(ErrorKind::not_found, "There is no repository " + request.repository.to_string());
    catalog::Job job;
    job.id = Uuid::random();
    job.name = name_of(request.machines, now());
    job.repository = request.repository;
    job.guest = request.guest;
    job.compression = request.compression;
    for (const auto& machine : request.machines)
        job.objects.push_back({Uuid::random(), machine.server.id, machine.domain.uuid, machine.domain.name});
    auto session = new_session(job);
    session.kind = catalog::session_kind::zip;
    auto tasks = plan(job, session, [](const auto&) { return true; });
    auto id = job.id;
    points_.add_backup({Uuid::random(), job.name, job.id, job.repository, "", request.expires});
    try {
        return launch(std::move(job), std::move(session), std::move(tasks), StartFrom::nothing);
    } catch (...) {
        points_.remove_empty_backups(id);
        throw;
    }
}

void BackupRuns::require_room_for_zip() const {
    auto running = std::ranges::count_if(runs_, [](const auto& entry) {
        return entry.second->session.kind == catalog::session_kind::zip && !entry.second->ended;
    });
    if (running >= most_zips)
        throw Error(ErrorKind::unavailable, "Too many backups outside of jobs run already")
            .advise("Let one of them end, then try again.");
}

Uuid BackupRuns::launch(catalog::Job job, catalog::BackupSession session,
                        std::vector<catalog::TaskSession> tasks, StartFrom start_from) {
    if (tasks.empty() && catalog::is_copy(job.type))
        throw Error(ErrorKind::conflict, "The job " + job.name + " has no restore points to copy")
            .advise("Run the jobs that it is linked to first.");
    if (tasks.empty())
        throw Error(ErrorKind::conflict, "The job " + job.name + " has no machines to back up");
    auto run = std::make_unique<Run>();
    run->session = std::move(session);
    std::lock_guard lock(mutex_);
    reap();
    if (run->session.kind == catalog::session_kind::zip) require_room_for_zip();
    // A session whose end could not be stored (the database was away) must not keep its job from running for
    // ever.
    bool runs_now =
        std::ranges::any_of(runs_, [&](const auto& entry) { return entry.second->session.job == job.id; });
    if (!runs_now)
        sessions_.fail_open_of_job(job.id, environment_.owner, "The end of this run could not be stored.");
    sessions_.start(run->session, tasks);
    auto* raw = run.get();
    auto id = run->session.id;
    runs_.emplace(id, std::move(run));
    raw->thread = std::jthread([this, raw, start_from, job = std::move(job),
                                tasks = std::move(tasks)](std::stop_token stop) mutable {
        auto who = [this, raw] {
            std::lock_guard guard(mutex_);
            return raw->stopped_by;
        };
        auto no_more = raw->no_more.get_token();
        // A copy ends at once however it is stopped: what has arrived is not copied again.
        auto ended = catalog::is_copy(job.type)
                         ? CopyRun(environment_, repositories_, retention_)
                               .run(job, raw->session, std::move(tasks), no_more, who)
                         : BackupRun(environment_, hosts_, repositories_, retention_, slots_)
                               .run(job, raw->session, std::move(tasks), start_from, {stop, no_more, who});
        try {
            if (on_end_) on_end_(ended, no_more.stop_requested() ? EndedBy::request : EndedBy::itself);
        } catch (const std::exception& error) {
            spdlog::error("What follows the job {} could not be started: {}", ended.job_name, error.what());
        }
        raw->ended = true;
    });
    return id;
}

void BackupRuns::stop_run(Run& run, const std::string& who, StopWhen when) {
    if (run.ended || run.thread.get_stop_token().stop_requested()) return;
    if (when == StopWhen::after_current_machines && run.no_more.stop_requested()) return;
    run.stopped_by = who;
    run.no_more.request_stop();
    if (when == StopWhen::at_once) run.thread.request_stop();
}

void BackupRuns::stop_job(const Uuid& job, const std::string& who, StopWhen when) {
    std::lock_guard lock(mutex_);
    for (auto& [id, run] : runs_)
        if (run->session.job == job && !run->ended) return stop_run(*run, who, when);
    throw Error(ErrorKind::conflict, "The job is not running");
}

void BackupRuns::stop_session(const Uuid& session, const std::string& who) {
    std::lock_guard lock(mutex_);
    auto found = runs_.find(session);
    if (found == runs_.end() || found->second->ended)
        throw Error(ErrorKind::conflict, "The session has ended already");
    stop_run(*found->second, who, StopWhen::at_once);
}

bool BackupRuns::is_running(const Uuid& job) {
    std::lock_guard lock(mutex_);
    return std::ranges::any_of(
        runs_, [&](const auto& entry) { return entry.second->session.job == job && !entry.second->ended; });
}

bool BackupRuns::is_idle() {
    std::lock_guard lock(mutex_);
    return std::ranges::all_of(runs_, [](const auto& entry) { return entry.second->ended.load(); });
}

void BackupRuns::reap() {
    std::erase_if(runs_, [](const auto& entry) { return entry.second->ended.load(); });
}

}  // namespace holdfast::protection
