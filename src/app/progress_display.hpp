// How far a command is: a bar on the terminal for people, JSON lines for programs.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "base/progress.hpp"

namespace holdfast {

enum class ProgressForm { none, bar, json_lines };

// Shows `progress` from a thread of its own until it is destroyed; the terminal's line is empty then.
class ProgressDisplay {
  public:
    ProgressDisplay(const Progress& progress, ProgressForm form, std::string work);
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;
    ~ProgressDisplay();

    // What is being done from now on, "vda".
    void set_work(std::string work);
    // Takes the bar away; it comes back when the lock is let go.
    std::unique_lock<std::mutex> hide();

  private:
    void run(std::stop_token stop);
    void draw_bar();
    void print_line();

    const Progress& progress_;
    const ProgressForm form_;
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    std::mutex mutex_;
    std::string work_;
    bool is_drawn_ = false;
    std::condition_variable_any wake_;
    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace holdfast
