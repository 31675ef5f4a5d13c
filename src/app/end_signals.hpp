// SIGINT and SIGTERM as a request to stop.
#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace holdfast {

// While it lives, the first SIGINT, SIGTERM or SIGHUP requests a stop and the second ends the process at once
// (exit_cancelled). To be made before any other thread, so that all of them leave these signals alone.
class EndSignals {
  public:
    EndSignals();
    EndSignals(const EndSignals&) = delete;
    EndSignals& operator=(const EndSignals&) = delete;
    ~EndSignals();

    std::stop_token token() const { return stop_.get_token(); }

  private:
    void watch();

    std::stop_source stop_;
    std::atomic<bool> ending_ = false;
    std::thread watcher_;
};

}  // namespace holdfast
