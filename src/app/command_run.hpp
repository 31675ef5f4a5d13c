// What all commands on a repository share: their options, and one run with its output, errors and signals.
#pragma once

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/end_signals.hpp"
#include "app/password.hpp"
#include "app/progress_display.hpp"
#include "base/progress.hpp"
#include "repository/repository.hpp"

namespace holdfast {

struct CommonOptions {
    std::string repository;
    std::string password_file;
    bool json = false;
    bool quiet = false;
};

void add_common_options(CLI::App& command, CommonOptions& options);
// Examples, then the forms of a repository's URL and the exit statuses.
void add_footer(CLI::App& command, const std::string& examples);

class CommandRun {
  public:
    explicit CommandRun(const CommonOptions& options);

    std::string password(AskTimes times);
    // Throws what Repository::open throws, and what read_password throws.
    std::unique_ptr<repository::Repository> open();

    const CommonOptions& options() const { return options_; }
    std::stop_token stop() const { return signals_.token(); }
    Progress& progress() { return progress_; }
    // Starts to show the progress, which ends with end_progress() or with the run.
    void show_progress(std::string work);
    void end_progress() { display_.reset(); }

    // A line for people on standard output about what was done; nothing with --json or --quiet.
    void say(std::string_view line);
    // A line of what the command was asked to show: also with --quiet.
    void show(std::string_view line);
    // Something that went wrong and does not stop the rest: on standard error, or {"type":"warning"}.
    void warn(std::string_view text);
    // What a program reads: with --json only.
    void report(std::string_view type, const boost::json::object& fields);
    double seconds() const;

  private:
    std::unique_lock<std::mutex> hide_progress();

    const CommonOptions& options_;
    EndSignals signals_;
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    Progress progress_;
    std::unique_ptr<ProgressDisplay> display_;
};

// Runs `work`, which returns the exit status, and ends the program's parsing with it (CLI::RuntimeError) when
// it is not 0. Errors are told here; `when_cancelled` says what stands after SIGINT.
void run_command(const CommonOptions& options, std::string_view when_cancelled,
                 const std::function<int(CommandRun&)>& work);

// Tells an error as a sentence on standard error, or as {"type":"error"} on standard output. Its exit status.
int tell_failure(const std::exception& error, const CommonOptions& options, std::string_view more = "");

}  // namespace holdfast
