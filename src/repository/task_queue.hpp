// Work that begets more work, done by a few threads until none is left.
#pragma once

#include <array>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <vector>

#include "repository/first_error.hpp"

namespace holdfast::repository {

// Tasks of the highest urgency go first, and of those the latest: what finishes something under way goes
// before what starts something new, so little is under way at a time. A task must not wait for another.
class TaskQueue {
  public:
    using Task = std::move_only_function<void()>;
    enum class Urgency { high, middle, low };

    // Any thread. After a failure the task is dropped.
    void push(Urgency urgency, Task task);

    // Once. Returns when all tasks have ended, those that they pushed included. The first failure, or a
    // request to stop, keeps further tasks from starting and is thrown here.
    void run(unsigned threads, const std::stop_token& stop);

  private:
    void work(const std::stop_token& stop);
    bool is_empty() const;
    Task take();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::array<std::vector<Task>, 3> tasks_;  // by urgency
    std::size_t running_ = 0;
    FirstError error_;
};

}  // namespace holdfast::repository
