// Runs of backup and copy jobs: started by a user, by the schedule or as a retry; and backups besides, of
// single machines. Each is on a thread of its own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "catalog/backup_sessions.hpp"
#include "catalog/jobs.hpp"
#include "catalog/repositories.hpp"
#include "catalog/restore_points.hpp"
#include "protection/environment.hpp"
#include "protection/host_connections.hpp"
#include "protection/machine_slots.hpp"
#include "protection/open_repositories.hpp"
#include "protection/retention.hpp"
#include "protection/vm_backup.hpp"

namespace holdfast::protection {

enum class RunKind {
    normal,
    retry,   // of the machines that failed in the last run
    verify,  // all is read, and what the records of changed blocks missed is told
};
// A backup that belongs to no job: all of these machines in full, as one restore point of a backup of its
// own.
struct ZipRequest {
    Uuid repository;
    std::vector<Machine> machines;
    std::optional<Timestamp> expires;  // none: it is kept
    catalog::GuestProcessing guest{};
    catalog::CompressionLevel compression = catalog::CompressionLevel::optimal;
};

enum class StopWhen {
    at_once,
    after_current_machines,  // those that are begun are finished, no more are begun
};

enum class EndedBy { itself, request };

// Any thread.
class BackupRuns {
  public:
    // Told when a session has ended, from the run's own thread; and whether somebody had asked for that end.
    using OnEnd = std::function<void(const catalog::BackupSession&, EndedBy)>;

    BackupRuns(const Environment& environment, HostConnections& hosts, OpenRepositories& repositories,
               RetentionKeeper& retention, const MachineLimits& limits = {});
    ~BackupRuns();
    // Asks all runs to end and waits for them. Before anything that on_end() uses goes.
    void stop_all();

    // Opens the session and gives its id; the work goes on in the background. conflict when the job runs
    // already, or when a retry finds nothing that failed.
    Uuid start(const Uuid& job, RunKind kind);
    // One machine as its job would back it up now, into a restore point of its own: the job is the one with
    // the newest restore point of the machine. conflict where none has one, or when that job runs already.
    Uuid start_quick(const Machine& machine);
    // not_found for an unknown repository; unavailable while many of these run.
    Uuid start_zip(const ZipRequest& request);
    // Asks the run to end soon; conflict when the job does not run here. What was to end after the current
    // machines may still be stopped at once.
    void stop_job(const Uuid& job, const std::string& who, StopWhen when = StopWhen::at_once);
    void stop_session(const Uuid& session, const std::string& who);
    bool is_running(const Uuid& job);
    // Whether a copy job, which does not run, has restore points to copy with which no run of this process
    // has failed.
    bool has_new_to_copy(const catalog::Job& job);
    // Nothing runs at all.
    bool is_idle();

    // Set once, before anything starts.
    void on_end(OnEnd callback) { on_end_ = std::move(callback); }

  private:
    struct Run;

    catalog::BackupSession new_session(const catalog::Job& job) const;
    std::vector<catalog::TaskSession> plan_copies(const catalog::Job& job,
                                                  const catalog::BackupSession& session) const;
    // Opens the session and gives the work a thread.
    Uuid launch(catalog::Job job, catalog::BackupSession session, std::vector<catalog::TaskSession> tasks,
                StartFrom start_from);
    // With the lock held.
    void require_room_for_zip() const;
    void stop_run(Run& run, const std::string& who, StopWhen when);
    void reap();

    const Environment& environment_;
    HostConnections& hosts_;
    OpenRepositories& repositories_;
    RetentionKeeper& retention_;
    MachineSlots slots_;  // of all runs
    catalog::Jobs jobs_;
    catalog::BackupSessions sessions_;
    catalog::RestorePoints points_;
    catalog::Repositories records_;
    const Timestamp started_ = now();
    OnEnd on_end_;
    std::mutex mutex_;
    std::map<Uuid, std::unique_ptr<Run>> runs_;  // by session
};

}  // namespace holdfast::protection
