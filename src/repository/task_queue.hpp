// Work that begets more work, done by a few threads until none is left.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
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

    // Of one urgency.
    struct Limit {
        unsigned running;     // so many at a time
        std::size_t waiting;  // while so many wait, nothing less urgent is started
    };
    using Limits = std::array<Limit, 3>;  // by urgency

    // Any thread. After a failure the task is dropped.
    void push(Urgency urgency, Task task);

    // Once. Returns when all tasks have ended, those that they pushed included. The first failure, or a
    // request to stop, keeps further tasks from starting and is thrown here. As many threads as the limits
    // let run, or `threads`.
    void run(const Limits& limits, const std::stop_token& stop);
    void run(unsigned threads, const std::stop_token& stop);

  private:
    void run(const Limits& limits, unsigned threads, const std::stop_token& stop);
    void work(const Limits& limits, const std::stop_token& stop);
    bool is_empty() const;
    bool is_idle() const;
    // The urgency of the task to start next; none where there is no task, or limits keep them from starting.
    std::optional<std::size_t> next(const Limits& limits) const;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::array<std::vector<Task>, 3> tasks_;  // by urgency
    std::array<unsigned, 3> running_{};       // the same
    FirstError error_;
};

}  // namespace holdfast::repository
