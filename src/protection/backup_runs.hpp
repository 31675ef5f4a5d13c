// Runs of backup jobs: started by a user, by the schedule or as a retry; each on a thread of its own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "catalog/backup_sessions.hpp"
#include "catalog/jobs.hpp"
#include "catalog/restore_points.hpp"
#include "protection/environment.hpp"
#include "protection/host_connections.hpp"
#include "protection/open_repositories.hpp"
#include "protection/retention.hpp"

namespace holdfast::protection {

enum class RunKind { normal, retry };
enum class EndedBy { itself, request };

// Any thread.
class BackupRuns {
  public:
    // Told when a session has ended, from the run's own thread; and whether somebody had asked for that end.
    using OnEnd = std::function<void(const catalog::BackupSession&, EndedBy)>;

    BackupRuns(const Environment& environment, HostConnections& hosts, OpenRepositories& repositories,
               RetentionKeeper& retention);
    ~BackupRuns();
    // Asks all runs to end and waits for them. Before anything that on_end() uses goes.
    void stop_all();

    // Opens the session and gives its id; the work goes on in the background. conflict when the job runs
    // already, or when a retry finds nothing that failed.
    Uuid start(const Uuid& job, RunKind kind);
    // Asks the run to end soon; conflict when the job does not run here.
    void stop_job(const Uuid& job, const std::string& who);
    void stop_session(const Uuid& session, const std::string& who);
    bool is_running(const Uuid& job);
    // Nothing runs at all.
    bool is_idle();

    // Set once, before anything starts.
    void on_end(OnEnd callback) { on_end_ = std::move(callback); }

  private:
    struct Run;

    void stop_run(Run& run, const std::string& who);
    void reap();

    const Environment& environment_;
    HostConnections& hosts_;
    OpenRepositories& repositories_;
    RetentionKeeper& retention_;
    catalog::Jobs jobs_;
    catalog::BackupSessions sessions_;
    OnEnd on_end_;
    std::mutex mutex_;
    std::map<Uuid, std::unique_ptr<Run>> runs_;  // by session
};

}  // namespace holdfast::protection
