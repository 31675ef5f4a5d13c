// A queue between two stages of a pipeline that makes the faster one wait, so that memory stays bounded.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>

namespace holdfast {

template <typename T>
class BoundedQueue {
  public:
    explicit BoundedQueue(std::size_t limit) : limit_(limit) {}

    // Waits while the queue is full. False when the queue was closed: the value is dropped.
    bool push(T value) {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [&] { return items_.size() < limit_ || closed_; });
        if (closed_) return false;
        items_.push_back(std::move(value));
        filled_.notify_one();
        return true;
    }

    // Waits while the queue is empty. Nothing when it is closed and drained.
    std::optional<T> pop() {
        std::unique_lock lock(mutex_);
        filled_.wait(lock, [&] { return !items_.empty() || closed_; });
        if (items_.empty()) return std::nullopt;
        std::optional<T> value(std::move(items_.front()));
        items_.pop_front();
        room_.notify_one();
        return value;
    }

    // No more values come; what is queued is still handed out. Wakes all who wait. Any thread, any number of
    // times.
    void close() {
        std::lock_guard lock(mutex_);
        closed_ = true;
        filled_.notify_all();
        room_.notify_all();
    }

    // As close, and what is queued is dropped: for the end on an error.
    void abort() {
        std::lock_guard lock(mutex_);
        closed_ = true;
        items_.clear();
        filled_.notify_all();
        room_.notify_all();
    }

  private:
    const std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable room_;
    std::condition_variable filled_;
    std::deque<T> items_;
    bool closed_ = false;
};

}  // namespace holdfast
