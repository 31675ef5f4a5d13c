// How long lists were when they were last counted: counting a million records for each page of them would
// take longer than reading the page.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>

namespace holdfast::catalog {

// Any thread.
class Counts {
  public:
    using Clock = std::chrono::steady_clock;

    // A list of 10,000 records or more is counted anew after ten seconds, shorter ones each time.
    std::uint64_t find_or(const std::string& list, const std::function<std::uint64_t()>& count);

  private:
    struct Counted {
        std::uint64_t count;
        Clock::time_point when;
    };

    std::mutex mutex_;
    std::unordered_map<std::string, Counted> long_lists_;
};

}  // namespace holdfast::catalog
