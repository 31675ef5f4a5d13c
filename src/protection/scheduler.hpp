// Starts jobs when their schedules say so.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "catalog/jobs.hpp"
#include "protection/backup_runs.hpp"
#include "protection/environment.hpp"

namespace holdfast::protection {

// One thread. A run that was missed while the server was down starts at once, a single time.
class Scheduler {
  public:
    Scheduler(const Environment& environment, BackupRuns& runs, RetentionKeeper& retention);
    ~Scheduler();

    // Jobs have changed: look again now.
    void wake();
    // Gives a new job, or one whose schedule was changed, its next run; retries that were due are dropped.
    static void begin_anew(catalog::Job& job, Timestamp time);
    // A session has ended: retries that the schedule wants (not of what somebody stopped), jobs that run
    // after this one, and those that copy what it has made.
    void session_ended(const catalog::BackupSession& session, EndedBy ended_by);

  private:
    void run(std::stop_token stop);
    // Starts what is due; the moment to look again.
    Timestamp start_due(Timestamp time);
    void start(const catalog::Job& job, RunKind kind);
    void stop_outside_window(const catalog::Job& job, Timestamp time);
    // Immediate copy jobs of which nobody told: what came while the server was down, or outside of their
    // hours.
    void start_missed_copies();
    // Those that copy from that job, or are that job, where there is something new.
    void start_copies_after(const Uuid& job);
    void start_copy_if_new(const catalog::Job& job);

    catalog::Jobs jobs_;
    catalog::BackupSessions sessions_;
    BackupRuns& runs_;
    RetentionKeeper& retention_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool look_again_ = false;
    std::map<Uuid, int> retries_left_;  // of jobs whose retry runs now
    Timestamp last_catch_up_;
    Timestamp last_look_at_copies_{};
    std::jthread thread_;
};

}  // namespace holdfast::protection
