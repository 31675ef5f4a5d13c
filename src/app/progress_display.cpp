#include "app/progress_display.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "app/json_line.hpp"
#include "base/text.hpp"

namespace holdfast {
namespace {

using namespace std::chrono_literals;

constexpr auto redraw_every = 200ms;
constexpr auto line_every = 1s;
constexpr std::size_t bar_width = 24;

std::size_t terminal_width() {
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string format_duration(std::uint64_t seconds) {
    if (seconds >= 3600)
        return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

}  // namespace

ProgressDisplay::ProgressDisplay(const Progress& progress, ProgressForm form, std::string work)
    : progress_(progress), form_(form), work_(std::move(work)) {
    if (form == ProgressForm::bar) draw_bar();
    if (form != ProgressForm::none) thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
}

ProgressDisplay::~ProgressDisplay() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
    if (is_drawn_) fmt::print(stderr, "\r\x1b[K");
}

void ProgressDisplay::set_work(std::string work) {
    std::lock_guard guard(mutex_);
    work_ = std::move(work);
}

std::unique_lock<std::mutex> ProgressDisplay::hide() {
    std::unique_lock guard(mutex_);
    if (is_drawn_) fmt::print(stderr, "\r\x1b[K");
    return guard;
}

void ProgressDisplay::run(std::stop_token stop) {
    std::unique_lock guard(mutex_);
    while (true) {
        wake_.wait_for(guard, stop, form_ == ProgressForm::bar ? redraw_every : line_every,
                       [] { return false; });
        if (stop.stop_requested()) return;
        form_ == ProgressForm::bar ? draw_bar() : print_line();
    }
}

void ProgressDisplay::draw_bar() {
    std::uint64_t total = progress_.total_bytes;
    std::uint64_t done = std::min<std::uint64_t>(progress_.processed_bytes, total);
    auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    auto rate = static_cast<double>(done) / std::max(seconds, 0.001);
    std::string line = work_;
    if (total > 0) {
        auto filled = static_cast<std::size_t>(progress_.percent()) * bar_width / 100;
        line += fmt::format(" {:3}% [{}{}] {} of {}, {}/s", progress_.percent(), std::string(filled, '#'),
                            std::string(bar_width - filled, '.'), format_bytes(done), format_bytes(total),
                            format_bytes(static_cast<std::uint64_t>(rate)));
        if (done > 0)
            line += ", " +
                    format_duration(
                        static_cast<std::uint64_t>(std::ceil(static_cast<double>(total - done) / rate))) +
                    " left";
    }
    auto width = terminal_width();
    if (line.size() >= width) line.resize(width - 1);  // a line that wraps could not be redrawn
    fmt::print(stderr, "\r{}\x1b[K", line);
    std::fflush(stderr);
    is_drawn_ = true;
}

void ProgressDisplay::print_line() {
    auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    print_json_line("progress", {{"work", work_},
                                 {"percent", progress_.percent()},
                                 {"seconds", seconds},
                                 {"total_bytes", progress_.total_bytes.load()},
                                 {"processed_bytes", progress_.processed_bytes.load()},
                                 {"read_bytes", progress_.read_bytes.load()},
                                 {"transferred_bytes", progress_.transferred_bytes.load()}});
}

}  // namespace holdfast
