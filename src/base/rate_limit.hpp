// So many bytes a second, for all who share it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace holdfast {

// Any thread. A piece of work of any size may begin as soon as those before it are paid for: over time no
// more than the rate goes through, and no less where there is enough to do. After a pause an eighth of a
// second's worth may go at once.
class RateLimit {
  public:
    // 0: no limit.
    explicit RateLimit(std::uint64_t bytes_per_second);

    // Waits until `bytes` may go. Throws cancelled when `stop` is requested meanwhile.
    void take(std::uint64_t bytes, const std::stop_token& stop);

  private:
    using Clock = std::chrono::steady_clock;

    const std::uint64_t bytes_per_second_;
    std::mutex mutex_;
    std::condition_variable_any never_;  // only a stop ends a wait early
    Clock::time_point paid_until_;       // what was taken so far is paid for then
};

}  // namespace holdfast
