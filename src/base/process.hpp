// Child processes: started without a shell, ended with their parent, never waited for without a limit.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file.hpp"

namespace holdfast {

struct ProcessOptions {
    std::vector<std::pair<std::string, std::string>> environment;  // added to our own
    std::string input;                    // written to standard input, which is /dev/null when this is empty
    bool ends_with_parent = true;         // killed by the kernel when Holdfast dies
    std::filesystem::path output_file{};  // where standard output and error go together; empty: a pipe
    // Standard input in the place of `input`: a loan for the time of start(); -1: none.
    int input_descriptor = -1;
};

// A running child. Destroying it kills and reaps it.
class Process {
  public:
    // Throws not_supported when the program is not installed.
    static Process start(const std::vector<std::string>& arguments, const ProcessOptions& options = {});
    Process(Process&& other) noexcept;
    Process& operator=(Process&&) = delete;
    ~Process();

    pid_t pid() const { return pid_; }
    // The exit status (128 + signal for a death by signal), or nothing when it still runs after `limit`.
    std::optional<int> wait(std::chrono::milliseconds limit);
    // SIGTERM, then SIGKILL after `grace`.
    void stop(std::chrono::milliseconds grace);
    // The end of what it has printed so far (at most 64 KiB), for errors.
    std::string output();

  private:
    Process() = default;
    void drain();

    pid_t pid_ = -1;
    UniqueFd pidfd_;
    UniqueFd output_pipe_;
    std::filesystem::path output_file_;
    std::string output_;
    std::optional<int> status_;
};

// Runs a command to its end and gives what it printed on standard output and error. An exit status other than
// 0, or no end within `limit`, throws unavailable with the command's name and what it printed last.
std::string run_command(const std::vector<std::string>& arguments, std::chrono::milliseconds limit,
                        const ProcessOptions& options = {});

}  // namespace holdfast
