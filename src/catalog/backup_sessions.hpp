// Runs of jobs (backup sessions) and of each machine in them (task sessions).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/database.hpp"
#include "catalog/job_type.hpp"

namespace holdfast::catalog {

// EM's words, as the API and the database write them.
namespace state {
inline constexpr std::string_view starting = "Starting";
inline constexpr std::string_view working = "Working";
inline constexpr std::string_view stopping = "Stopping";
inline constexpr std::string_view stopped = "Stopped";
inline constexpr std::string_view pending = "Pending";         // of a task session
inline constexpr std::string_view in_progress = "InProgress";  // of a task session
inline constexpr std::string_view completed = "Completed";     // of a task session
}  // namespace state

namespace result {
inline constexpr std::string_view none = "None";
inline constexpr std::string_view success = "Success";
inline constexpr std::string_view warning = "Warning";
inline constexpr std::string_view failed = "Failed";
}  // namespace result

// What a session is a run of.
namespace session_kind {
inline constexpr std::string_view job = "Job";            // of all machines of a job, or of those that failed
inline constexpr std::string_view quick = "QuickBackup";  // of one machine of a job, besides
inline constexpr std::string_view zip = "VeeamZip";       // of machines that the job, an id only, is made for
}  // namespace session_kind

struct BackupSession {
    Uuid id;
    Uuid job;
    std::string job_name;
    std::string owner;  // the installation that runs it
    Timestamp created;
    std::optional<Timestamp> ended;
    std::string state = std::string(state::starting);
    std::string result = std::string(result::none);
    int progress = 0;  // percent
    bool is_retry = false;
    std::string reason;
    std::optional<Uuid> restore_point;
    std::string kind = std::string(session_kind::job);
    JobType job_type = JobType::backup;
    // Read, never stored: both may be gone while the session is remembered.
    bool has_job = false;
    bool has_restore_point = false;
};

struct TaskSession {
    Uuid id;
    Uuid session;
    Uuid server;
    Uuid domain;
    std::string vm_name;
    Timestamp created;  // while it is pending that of its session, then when it was begun
    std::optional<Timestamp> ended;
    std::string state = std::string(state::pending);
    std::string result = std::string(result::none);
    std::string reason;
    std::int64_t total_size = 0;         // of the machine's disks, bytes
    std::int64_t read_bytes = 0;         // from its disks
    std::int64_t transferred_bytes = 0;  // to the repository
    std::optional<Uuid> vm_restore_point;
    // Read, never stored.
    std::string job_name;
    Timestamp session_created{};
    Uuid hierarchy_root{};  // of the server; nil when that is gone
    bool has_vm_restore_point = false;
};

class BackupSessions {
  public:
    explicit BackupSessions(Database& database) : database_(database) {}

    std::optional<BackupSession> find(const Uuid& id);
    // The last run of the job itself: quick backups do not count.
    std::optional<BackupSession> newest_of_job(const Uuid& job);
    bool has_open_quick_backup(const Uuid& job);
    // Those under way and those that ended since then, oldest first; the first thousand.
    std::vector<BackupSession> list_current(Timestamp ended_since);
    std::vector<TaskSession> list_tasks_of(const Uuid& session);
    std::optional<TaskSession> find_task(const Uuid& id);
    // The machines that were not backed up in that session: what a retry takes up.
    std::vector<TaskSession> failed_tasks_of(const Uuid& session);

    // conflict when the job runs already: the database lets one run of a job be open at a time.
    void start(const BackupSession& session, const std::vector<TaskSession>& tasks);
    void update(const BackupSession& session);
    void update_task(const TaskSession& task);

    // Ends sessions of that job and owner that are still open although nothing runs.
    void fail_open_of_job(const Uuid& job, const std::string& owner, const std::string& reason);
    // Ends what a dead process of this owner left running as failed; what it was.
    std::vector<BackupSession> fail_interrupted(const std::string& owner, const std::string& reason);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
