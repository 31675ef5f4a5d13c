#include "repository/task_queue.hpp"

#include <algorithm>
#include <cstdint>
#include <thread>

#include "base/cancellation.hpp"

namespace holdfast::repository {

void TaskQueue::push(Urgency urgency, Task task) {
    std::lock_guard guard(mutex_);
    tasks_[static_cast<std::size_t>(urgency)].push_back(std::move(task));
    changed_.notify_one();
}

void TaskQueue::run(const Limits& limits, const std::stop_token& stop) {
    unsigned threads = 0;
    for (const Limit& limit : limits) threads += limit.running;
    run(limits, threads, stop);
}

void TaskQueue::run(unsigned threads, const std::stop_token& stop) {
    Limits none;
    none.fill({threads, SIZE_MAX});
    run(none, threads, stop);
}

void TaskQueue::run(const Limits& limits, unsigned threads, const std::stop_token& stop) {
    {
        std::vector<std::jthread> workers;
        for (unsigned i = 0; i < threads; ++i)
            workers.emplace_back([&, outer = StopScope::current()] {
                StopScope scope(outer);
                work(limits, stop);
            });
    }
    for (auto& tasks : tasks_) tasks.clear();
    error_.rethrow_if_any();
}

void TaskQueue::work(const Limits& limits, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (true) {
        std::optional<std::size_t> urgency;
        changed_.wait(lock, [&] {
            urgency = next(limits);
            return urgency || is_idle() || error_.happened();
        });
        if (error_.happened() || !urgency) break;
        {
            Task task = std::move(tasks_[*urgency].back());
            tasks_[*urgency].pop_back();
            ++running_[*urgency];
            // Starting or ending one task may let more than one other start: each that starts wakes another.
            if (next(limits)) changed_.notify_one();
            lock.unlock();
            try {
                throw_if_stopped(stop);
                task();
            } catch (...) {
                error_.keep_current();
            }
        }  // what the task holds is freed outside the lock
        lock.lock();
        --running_[*urgency];
    }
    changed_.notify_all();
}

bool TaskQueue::is_empty() const {
    return std::ranges::all_of(tasks_, [](const auto& tasks) { return tasks.empty(); });
}

// Nothing is to be done, and nobody is at work who could push more.
bool TaskQueue::is_idle() const {
    return is_empty() && std::ranges::all_of(running_, [](unsigned count) { return count == 0; });
}

std::optional<std::size_t> TaskQueue::next(const Limits& limits) const {
    for (std::size_t urgency = 0; urgency < tasks_.size(); ++urgency) {
        std::size_t waiting = tasks_[urgency].size();
        if (waiting > 0 && running_[urgency] < limits[urgency].running) return urgency;
        if (waiting >= limits[urgency].waiting) return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace holdfast::repository
