// Tasks: what a POST, PUT or DELETE has begun and a client follows. They belong to an account, also when the
// logon session that began them is over, and are kept in the catalog.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/bounded_queue.hpp"
#include "catalog/logon_records.hpp"

namespace holdfast::api {

// A link of a finished task; `path` begins behind ".../api": "/backupSessions/<id>?format=Entity".
struct TaskLink {
    std::string rel;
    std::string path;
    std::optional<std::string> type;
    std::optional<std::string> name;
};

struct TaskOutcome {
    std::string message = "Ok";
    std::vector<TaskLink> links;
};

// What a task looks like to its owner.
struct TaskView {
    int number = 0;
    std::string operation;
    bool is_finished = false;
    bool succeeded = false;
    std::string message;
    std::vector<TaskLink> links;
};

TaskView to_view(const catalog::TaskRecord& record);

struct TaskOwner {
    Uuid account;
    std::string logon_session;  // its key: it lists what it began
};

// Any thread.
class TaskRunner {
  public:
    // Throws to fail the task: the text of the exception becomes its message.
    using Work = std::function<TaskOutcome(std::stop_token)>;

    TaskRunner(catalog::Database& database, std::string owner);
    ~TaskRunner() { stop(); }
    // Asks running work to stop, drops what waits (the next start tells that it was interrupted), and waits.
    // Before anything that the work uses goes.
    void stop();

    // Begins the work in the background. unavailable when too much waits already.
    TaskView start(const TaskOwner& owner, const std::string& operation, Work work);
    std::optional<TaskView> find(const Uuid& account, int number);
    // Stops it when it runs, and takes it out; false when there is no such task.
    bool remove(const Uuid& account, int number);

    // Now and then: those that ended a day ago, of logon sessions that are over. Does not throw.
    void forget_old();

  private:
    struct Job {
        catalog::TaskRecord record;
        Work work;
        std::stop_source stop;
    };
    using Key = std::pair<Uuid, int>;

    void run_jobs();
    void run(Job& job);

    catalog::LogonRecords records_;
    std::string owner_;
    BoundedQueue<std::shared_ptr<Job>> queue_;
    std::mutex mutex_;
    std::map<Key, std::stop_source> running_;
    // Of each account: a number is not given again while the work of a deleted task may still end.
    std::map<Uuid, int> last_numbers_;
    std::vector<std::jthread> threads_;
};

}  // namespace holdfast::api
