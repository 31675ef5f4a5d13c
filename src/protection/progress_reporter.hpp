// Tells about progress once a second from a thread of its own, for as long as it lives.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/progress.hpp"

namespace holdfast::protection {

class ProgressReporter {
  public:
    // `report` is called from the reporter's thread; what it throws is logged and the next second tries
    // again.
    ProgressReporter(const Progress& progress, std::function<void(const Progress&)> report);
    // When this returns `report` does not run any more.
    ~ProgressReporter();

  private:
    void run(std::stop_token stop);

    const Progress& progress_;
    std::function<void(const Progress&)> report_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::jthread thread_;
};

}  // namespace holdfast::protection
