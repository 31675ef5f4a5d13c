// How many requests were answered, with which status and how quickly: kept since the start of the process.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>

namespace holdfast::http {

// Any thread.
class RequestCounts {
  public:
    // Upper bounds of the classes of durations, in seconds; one more class holds what took longer.
    static constexpr std::array bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                       0.25,  0.5,    1.0,   2.5,  5.0,   10.0};

    struct Totals {
        std::map<int, std::uint64_t> by_status;  // those that were sent at all
        std::array<std::uint64_t, bounds.size() + 1> by_duration{};
        double seconds = 0;  // all durations together
    };

    // `took` goes from the last byte of the request to the first one of the answer.
    void add(int status, std::chrono::microseconds took);
    Totals totals() const;

  private:
    static constexpr int first_status = 100;
    static constexpr std::size_t statuses = 500;

    std::array<std::atomic<std::uint64_t>, statuses> by_status_{};
    std::array<std::atomic<std::uint64_t>, bounds.size() + 1> by_duration_{};
    std::atomic<std::uint64_t> microseconds_ = 0;
};

}  // namespace holdfast::http
