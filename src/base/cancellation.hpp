// Stopping work that runs: a std::stop_token goes down, an Error of kind cancelled comes up.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

#include "base/error.hpp"

namespace holdfast {

inline void throw_if_stopped(const std::stop_token& stop) {
    if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "The work was stopped on request");
}

// Tells all that a thread waits for far below, the answer of a server for instance, what may stop its work:
// the token of the innermost scope. Threads that are started to share the work open one with the token of
// whoever started them.
class StopScope {
  public:
    // A token that nobody can ask to stop leaves that of the outer scope in force.
    explicit StopScope(std::stop_token stop)
        : outer_(stop.stop_possible() ? std::exchange(current_, std::move(stop)) : current_) {}
    StopScope(const StopScope&) = delete;
    StopScope& operator=(const StopScope&) = delete;
    ~StopScope() { current_ = std::move(outer_); }

    // Of this thread. Outside all scopes one that is never asked to stop.
    static const std::stop_token& current() { return current_; }

  private:
    static inline thread_local std::stop_token current_;
    std::stop_token outer_;
};

// Throws cancelled as soon as the work of this thread is to stop.
inline void pause_work(std::chrono::milliseconds duration) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, StopScope::current(), duration, [] { return false; });
    throw_if_stopped(StopScope::current());
}

// Locks what others may hold for long. Throws cancelled when the work of this thread is to stop meanwhile.
inline std::unique_lock<std::timed_mutex> lock_for_work(std::timed_mutex& mutex) {
    constexpr auto look_every = std::chrono::milliseconds(100);
    std::unique_lock lock(mutex, std::defer_lock);
    while (!lock.try_lock_for(look_every)) throw_if_stopped(StopScope::current());
    return lock;
}

}  // namespace holdfast
