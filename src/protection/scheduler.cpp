#include "protection/scheduler.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "protection/next_run.hpp"

namespace holdfast::protection {
namespace {

constexpr std::chrono::seconds longest_sleep{30};
constexpr std::chrono::hours between_catch_ups{1};
constexpr std::chrono::minutes between_looks_at_copies{5};

int server_offset_minutes(Timestamp time) {
    std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm local{};
    ::localtime_r(&seconds, &local);
    return static_cast<int>(local.tm_gmtoff / 60);
}

bool is_immediate_copy(const catalog::Job& job) {
    return job.type == catalog::JobType::immediate_backup_copy;
}

// The hours of an immediate copy are those of its continuous schedule.
bool may_run(const catalog::Job& job, Timestamp time) {
    if (is_immediate_copy(job))
        return is_allowed(job.schedule.continuous.grid, time, server_offset_minutes(time));
    return !job.schedule.window.enabled ||
           is_allowed(job.schedule.window.grid, time, server_offset_minutes(time));
}

// An immediate copy follows its sources, not the clock.
std::optional<Timestamp> next_run_of(const catalog::Job& job, Timestamp after) {
    if (is_immediate_copy(job)) return std::nullopt;
    return next_run(job.schedule, after, server_offset_minutes(after));
}

}  // namespace

Scheduler::Scheduler(const Environment& environment, BackupRuns& runs, RetentionKeeper& retention)
    : jobs_(environment.database),
      sessions_(environment.database),
      runs_(runs),
      retention_(retention),
      last_catch_up_(now()),
      thread_([this](std::stop_token stop) { run(stop); }) {}

Scheduler::~Scheduler() {
    thread_.request_stop();
    thread_.join();
}

void Scheduler::wake() {
    std::lock_guard lock(mutex_);
    look_again_ = true;
    changed_.notify_all();
}

void Scheduler::begin_anew(catalog::Job& job, Timestamp time) {
    job.next_run = job.schedule_enabled ? next_run_of(job, time) : std::nullopt;
    job.retries_left = 0;
}

void Scheduler::run(std::stop_token stop) {
    StopScope scope(stop);
    bool is_woken = true;
    while (!stop.stop_requested()) {
        Timestamp next = now() + longest_sleep;
        try {
            next = std::min(next, start_due(now()));
            if (is_woken || now() - last_look_at_copies_ > between_looks_at_copies) {
                last_look_at_copies_ = now();
                start_missed_copies();
            }
            if (now() - last_catch_up_ > between_catch_ups) {
                last_catch_up_ = now();
                retention_.catch_up();
            }
        } catch (const std::exception& error) {
            spdlog::warn("The schedule could not be read: {}", error.what());
        }
        std::unique_lock lock(mutex_);
        changed_.wait_until(lock, stop, next, [&] { return look_again_; });
        is_woken = std::exchange(look_again_, false);
    }
}

Timestamp Scheduler::start_due(Timestamp time) {
    Timestamp next = time + longest_sleep;
    for (auto& job : jobs_.list()) {
        stop_outside_window(job, time);
        if (!job.schedule_enabled || !job.next_run) continue;
        if (*job.next_run > time) {
            next = std::min(next, *job.next_run);
            continue;
        }
        // A quick backup is no run of the job: the job waits for its end, and is woken by it.
        if (sessions_.has_open_quick_backup(job.id)) continue;
        // The following regular moment is stored first: a crash in between misses one run instead of running
        // for ever.
        auto following = next_run_of(job, time);
        jobs_.set_next_run(job.id, following, 0);
        if (following) next = std::min(next, *following);
        if (job.retries_left > 0) {
            std::lock_guard lock(mutex_);
            retries_left_[job.id] = job.retries_left;
        }
        start(job, job.retries_left > 0 ? RunKind::retry : RunKind::normal);
    }
    return next;
}

void Scheduler::start(const catalog::Job& job, RunKind kind) {
    if (!may_run(job, now())) {
        spdlog::info("The job {} is not started: it is outside its backup window", job.name);
        return;
    }
    try {
        runs_.start(job.id, kind);
    } catch (const Error& error) {
        spdlog::warn("The schedule could not start the job {}: {}", job.name, error.what());
    }
}

void Scheduler::stop_outside_window(const catalog::Job& job, Timestamp time) {
    if (may_run(job, time) || !runs_.is_running(job.id)) return;
    try {
        runs_.stop_job(job.id, "the end of the backup window");
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::conflict) throw;  // it has just ended by itself
    }
}

void Scheduler::start_copy_if_new(const catalog::Job& job) {
    if (!job.schedule_enabled || !may_run(job, now()) || !runs_.has_new_to_copy(job)) return;
    try {
        runs_.start(job.id, RunKind::normal);
    } catch (const Error& error) {
        // Somebody was faster.
        if (error.kind() != ErrorKind::conflict) throw;
    }
}

void Scheduler::start_missed_copies() {
    for (const auto& job : jobs_.list()) {
        if (!is_immediate_copy(job)) continue;
        bool more_comes = std::ranges::any_of(
            job.sources, [&](const auto& source) { return runs_.is_running(source.job); });
        if (!more_comes) start_copy_if_new(job);
    }
}

void Scheduler::start_copies_after(const Uuid& ended) {
    for (const auto& job : jobs_.list()) {
        if (!is_immediate_copy(job)) continue;
        if (job.id == ended ||
            std::ranges::find(job.sources, ended, &catalog::LinkedJob::job) != job.sources.end())
            start_copy_if_new(job);
    }
}

void Scheduler::session_ended(const catalog::BackupSession& session, EndedBy ended_by) {
    // Also what was made before somebody stopped a run is copied; a copy that was stopped is not begun again.
    if (ended_by == EndedBy::itself || !catalog::is_copy(session.job_type)) start_copies_after(session.job);
    if (session.kind != catalog::session_kind::job) return wake();
    if (ended_by == EndedBy::request) return;
    auto job = jobs_.find(session.job);
    bool failed = session.result == catalog::result::failed;
    if (job && job->schedule_enabled && job->schedule.is_configured()) {
        const auto& retry = job->schedule.retry;
        int left = retry.times;
        if (session.is_retry) {
            std::lock_guard lock(mutex_);
            auto known = retries_left_.find(job->id);
            left = known == retries_left_.end() ? 0 : known->second - 1;
        }
        if (failed && retry.enabled && left > 0)
            jobs_.set_next_run(job->id, now() + std::chrono::minutes(std::max(retry.wait_minutes, 0)), left);
    }
    for (const auto& follower : jobs_.list()) {
        const auto& chaining = follower.schedule.chaining;
        if (!follower.schedule_enabled || !chaining.enabled ||
            chaining.previous_job != session.job.to_string())
            continue;
        if (sessions_.has_open_quick_backup(follower.id))
            jobs_.set_next_run(follower.id, now(), 0);  // due when that has ended
        else
            start(follower, RunKind::normal);
    }
    wake();
}

}  // namespace holdfast::protection
