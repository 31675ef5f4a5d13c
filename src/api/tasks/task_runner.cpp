#include "api/tasks/task_runner.hpp"

#include <spdlog/spdlog.h>

#include <boost/describe.hpp>
#include <boost/json.hpp>

#include "base/cancellation.hpp"
#include "base/error.hpp"

namespace holdfast::api {

BOOST_DESCRIBE_STRUCT(TaskLink, (), (rel, path, type, name))

namespace {

// Tasks mostly wait: for libvirt, for an appliance, for a key derivation.
constexpr std::size_t threads = 16;
constexpr std::size_t most_waiting = 1000;
constexpr std::chrono::hours kept_for{24};

}  // namespace

TaskView to_view(const catalog::TaskRecord& record) {
    TaskView view;
    view.number = record.number;
    view.operation = record.operation;
    view.is_finished = record.ended.has_value();
    view.succeeded = record.succeeded;
    view.message = record.message;
    view.links = boost::json::value_to<std::vector<TaskLink>>(boost::json::parse(record.links));
    return view;
}

TaskRunner::TaskRunner(catalog::Database& database, std::string owner)
    : records_(database), owner_(std::move(owner)), queue_(most_waiting) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run_jobs(); });
}

void TaskRunner::stop() {
    {
        std::lock_guard lock(mutex_);
        for (auto& [key, stop] : running_) stop.request_stop();
    }
    queue_.abort();
    threads_.clear();
}

TaskView TaskRunner::start(const TaskOwner& owner, const std::string& operation, Work work) {
    std::lock_guard lock(mutex_);
    if (running_.size() >= most_waiting)
        throw Error(ErrorKind::unavailable, "Too many tasks are waiting already")
            .advise("Let some of them end, then try again.");
    auto job = std::make_shared<Job>();
    job->record = {.account = owner.account,
                   .logon_session = owner.logon_session,
                   .owner = owner_,
                   .operation = operation,
                   .created = now(),
                   .links = "[]"};
    int& last_number = last_numbers_[owner.account];
    job->record.number = last_number + 1;
    last_number = job->record.number = records_.add_task(job->record);
    job->work = std::move(work);
    auto view = to_view(job->record);
    running_.emplace(Key(owner.account, view.number), job->stop);
    queue_.push(std::move(job));  // has room: it holds as many as may run
    return view;
}

void TaskRunner::run_jobs() {
    while (auto job = queue_.pop()) run(**job);
}

void TaskRunner::run(Job& job) {
    StopScope scope(job.stop.get_token());
    auto& record = job.record;
    try {
        auto outcome = job.work(job.stop.get_token());
        record.succeeded = true;
        record.message = outcome.message;
        record.links = boost::json::serialize(boost::json::value_from(outcome.links));
    } catch (const Error& error) {
        record.message = error.what();
    } catch (const std::exception& error) {
        spdlog::error("The task {} of {} met a defect: {}", record.operation, record.number, error.what());
        record.message = "The operation met an internal error; the server's log tells more.";
    }
    job.work = nullptr;
    record.ended = now();
    try {
        records_.update_task(record);
    } catch (const std::exception& error) {
        spdlog::error("The end of the task {} could not be stored: {}", record.operation, error.what());
    }
    std::lock_guard lock(mutex_);
    running_.erase(Key(record.account, record.number));
}

std::optional<TaskView> TaskRunner::find(const Uuid& account, int number) {
    auto record = records_.find_task(account, number);
    if (!record) return std::nullopt;
    return to_view(*record);
}

bool TaskRunner::remove(const Uuid& account, int number) {
    if (!records_.find_task(account, number)) return false;
    {
        std::lock_guard lock(mutex_);
        if (auto found = running_.find(Key(account, number)); found != running_.end())
            found->second.request_stop();
    }
    records_.remove_task(account, number);
    return true;
}

void TaskRunner::forget_old() {
    try {
        records_.remove_tasks_ended_before(now() - kept_for);
    } catch (const Error& error) {
        spdlog::warn("Old tasks could not be removed: {}", error.what());
    }
}

}  // namespace holdfast::api
