#include "repository/task_queue.hpp"

#include <algorithm>
#include <thread>

#include "base/cancellation.hpp"

namespace holdfast::repository {

void TaskQueue::push(Urgency urgency, Task task) {
    std::lock_guard guard(mutex_);
    tasks_[static_cast<std::size_t>(urgency)].push_back(std::move(task));
    changed_.notify_one();
}

void TaskQueue::run(unsigned threads, const std::stop_token& stop) {
    {
        std::vector<std::jthread> workers;
        for (unsigned i = 0; i < threads; ++i)
            workers.emplace_back([&, outer = StopScope::current()] {
                StopScope scope(outer);
                work(stop);
            });
    }
    for (auto& tasks : tasks_) tasks.clear();
    error_.rethrow_if_any();
}

void TaskQueue::work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [&] { return !is_empty() || running_ == 0 || error_.happened(); });
        if (error_.happened() || is_empty()) break;
        {
            Task task = take();
            ++running_;
            lock.unlock();
            try {
                throw_if_stopped(stop);
                task();
            } catch (...) {
                error_.keep_current();
            }
        }  // what the task holds is freed outside the lock
        lock.lock();
        --running_;
    }
    changed_.notify_all();
}

bool TaskQueue::is_empty() const {
    return std::ranges::all_of(tasks_, [](const auto& tasks) { return tasks.empty(); });
}

TaskQueue::Task TaskQueue::take() {
    auto tasks = std::ranges::find_if(tasks_, [](const auto& list) { return !list.empty(); });
    Task task = std::move(tasks->back());
    tasks->pop_back();
    return task;
}

}  // namespace holdfast::repository
