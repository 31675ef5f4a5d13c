// Logon sessions and their tasks, kept so that a client that follows a task sees how it ended also after a
// restart.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/database.hpp"

namespace holdfast::catalog {

struct LogonRecord {
    std::string id;      // a hash of the session's id, which is a secret
    std::string sealed;  // the session itself, sealed by SecretBox
    Timestamp last_used;
};

struct TaskRecord {
    Uuid account;               // sees it, and nobody else does
    std::string logon_session;  // LogonRecord::id of the session that began it, which may be over
    int number = 0;             // task-<number>
    std::string owner;          // the installation that runs it
    std::string operation;
    Timestamp created;
    std::optional<Timestamp> ended;
    bool succeeded = false;
    std::string message;
    std::string links;  // JSON, as the API wrote it
};

class LogonRecords {
  public:
    explicit LogonRecords(Database& database) : database_(database) {}

    std::vector<LogonRecord> list();
    void save(const LogonRecord& record);
    // Its tasks stay.
    void remove(const std::string& id);

    // Gives it the next number of its account, at least `task.number`. The account's ended tasks that are
    // most_tasks numbers older go.
    int add_task(const TaskRecord& task);
    void update_task(const TaskRecord& task);
    void remove_task(const Uuid& account, int number);
    std::optional<TaskRecord> find_task(const Uuid& account, int number);
    // Those under way and those that ended since then, oldest first; the first thousand.
    std::vector<TaskRecord> list_current_tasks(Timestamp ended_since);
    // Those of logon sessions that are over.
    void remove_tasks_ended_before(Timestamp time);
    static constexpr int most_tasks = 10'000;
    void fail_interrupted_tasks(const std::string& owner, const std::string& message);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
