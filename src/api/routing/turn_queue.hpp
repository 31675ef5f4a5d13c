// A few at a time, and a few that wait for it; who comes then is told to come back.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "api/routing/answer.hpp"

namespace holdfast::api {

// "Too many logons are under way": 503 with Retry-After.
StatusError come_back(std::chrono::milliseconds after);

// Any thread.
class TurnQueue {
  public:
    TurnQueue(std::size_t at_once, std::size_t waiting, std::chrono::seconds patience)
        : at_once_(at_once), most_waiting_(waiting), patience_(patience) {}

    // Given back when it goes, before the queue does.
    class Turn {
      public:
        Turn(Turn&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
        ~Turn();

      private:
        friend class TurnQueue;
        explicit Turn(TurnQueue& queue) : queue_(&queue) {}
        TurnQueue* queue_;
    };

    // Waits for it. Throws come_back() where too many wait, or for too long.
    Turn take();
    // Nothing where none is free.
    std::optional<Turn> take_if_free();

  private:
    const std::size_t at_once_;
    const std::size_t most_waiting_;
    const std::chrono::seconds patience_;
    std::mutex mutex_;
    std::condition_variable free_;
    std::size_t taken_ = 0;
    std::size_t waiting_ = 0;
};

}  // namespace holdfast::api
