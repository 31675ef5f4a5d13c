#include "app/command_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "app/exit_status.hpp"
#include "app/json_line.hpp"
#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace holdfast {
namespace {

constexpr const char* repository_url_help =
    "A repository is a folder, rest:https://USER:PASSWORD@HOST/PATH/, rest:http+unix:///SOCKET:/PATH/ or\n"
    "rclone:REMOTE:PATH. Where HOLDFAST_CACERT names a file of certificates (PEM), HTTPS servers are "
    "checked\n"
    "against these instead of the system's.\n";

}  // namespace

void add_common_options(CLI::App& command, CommonOptions& options) {
    command.add_option("--repository", options.repository, "Folder or URL of the repository")
        ->envname("HOLDFAST_REPOSITORY")
        ->type_name("URL")
        ->required();
    command
        .add_option("--password-file", options.password_file,
                    "File whose first line is the password; without it, it is asked on the terminal")
        ->envname("HOLDFAST_PASSWORD_FILE")
        ->type_name("FILE");
    command.add_flag("--json", options.json, "One JSON object a line on standard output");
    command.add_flag("--quiet", options.quiet, "No progress, and no words about what was done");
}

void add_footer(CLI::App& command, const std::string& examples) {
    command.footer("Examples:\n" + examples + "\n" + repository_url_help + "\n" + exit_status_help);
}

CommandRun::CommandRun(const CommonOptions& options) : options_(options) {}

std::string CommandRun::password(AskTimes times) {
    return read_password(options_.password_file, "Password of " + options_.repository, times, stop());
}

std::unique_ptr<repository::Repository> CommandRun::open() {
    return repository::Repository::open(options_.repository, password(AskTimes::once));
}

void CommandRun::show_progress(std::string work) {
    if (display_) return display_->set_work(std::move(work));
    auto form = options_.quiet                 ? ProgressForm::none
                : options_.json                ? ProgressForm::json_lines
                : ::isatty(STDERR_FILENO) != 0 ? ProgressForm::bar
                                               : ProgressForm::none;
    display_ = std::make_unique<ProgressDisplay>(progress_, form, std::move(work));
}

void CommandRun::say(std::string_view line) {
    if (!options_.quiet) show(line);
}

void CommandRun::show(std::string_view line) {
    if (options_.json) return;
    auto hidden = hide_progress();
    fmt::print("{}\n", line);
    if (display_) std::fflush(stdout);  // before the bar is drawn again
}

void CommandRun::warn(std::string_view text) {
    auto hidden = hide_progress();
    if (options_.json)
        print_json_line("warning", {{"message", text}});
    else
        fmt::print(stderr, "holdfast: {}\n", text);
}

void CommandRun::report(std::string_view type, const boost::json::object& fields) {
    if (options_.json) print_json_line(type, fields);
}

std::unique_lock<std::mutex> CommandRun::hide_progress() {
    return display_ ? display_->hide() : std::unique_lock<std::mutex>();
}

double CommandRun::seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
}

int tell_failure(const std::exception& error, const CommonOptions& options, std::string_view more) {
    int status = exit_status_of(error);
    std::string text = error.what();
    if (!more.empty()) text += fmt::format(" {}", more);
    if (options.json) {
        const auto* known = dynamic_cast<const Error*>(&error);
        print_json_line("error", {{"kind", to_string(known == nullptr ? ErrorKind::internal : known->kind())},
                                  {"message", text},
                                  {"exit_status", status}});
    } else {
        fmt::print(stderr, "holdfast: {}\n", text);
    }
    return status;
}

void run_command(const CommonOptions& options, std::string_view when_cancelled,
                 const std::function<int(CommandRun&)>& work) {
    start_logging("warning");
    int status = 0;
    {
        CommandRun run(options);
        StopScope scope(run.stop());
        try {
            status = work(run);
        } catch (const std::exception& error) {
            run.end_progress();
            // Whatever failed after it was asked to stop failed because of that.
            status = run.stop().stop_requested()
                         ? tell_failure(Error(ErrorKind::cancelled, "Cancelled"), options, when_cancelled)
                         : tell_failure(error, options);
        }
    }
    if (status != 0) throw CLI::RuntimeError(status);
}

}  // namespace holdfast
