#include "api/metrics/process_figures.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"

namespace holdfast::api {
namespace {

using Kind = Exposition::Kind;

constexpr std::size_t longest_file = 64 << 10;

std::uint64_t to_number(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// The fields of /proc/self/stat from the third one on: the name before them may hold anything.
std::vector<std::string> stat_fields() {
    auto text = read_file("/proc/self/stat", longest_file);
    auto name_end = text.rfind(')');
    std::vector<std::string> fields;
    for (std::size_t start = name_end + 2; name_end != std::string::npos && start < text.size();) {
        auto end = std::min(text.find_first_of(" \n", start), text.size());
        fields.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    if (fields.size() < 22) throw Error(ErrorKind::io, "/proc/self/stat does not tell what it should");
    return fields;
}

// "btime 1700000000" in /proc/stat: when the machine started.
double boot_time() {
    auto text = read_file("/proc/stat", 4 << 20);
    auto line = text.find("\nbtime ");
    if (line == std::string::npos) throw Error(ErrorKind::io, "/proc/stat does not tell what it should");
    return static_cast<double>(to_number(std::string_view(text).substr(line + 7)));
}

std::uint64_t count_open_files() {
    std::error_code ignored;
    std::uint64_t count = 0;
    for (std::filesystem::directory_iterator entry("/proc/self/fd", ignored), end; entry != end;
         entry.increment(ignored))
        ++count;
    return count;
}

}  // namespace

ProcessFigures process_figures() {
    auto fields = stat_fields();
    // proc(5) counts them from 1, and the first two are not among them.
    auto field = [&](std::size_t number) { return to_number(fields[number - 3]); };
    auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    ProcessFigures figures;
    figures.cpu_seconds = static_cast<double>(field(14) + field(15)) / ticks;
    figures.start_time = boot_time() + static_cast<double>(field(22)) / ticks;
    figures.virtual_bytes = field(23);
    figures.resident_bytes = field(24) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    figures.open_files = count_open_files();
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) figures.most_files = limit.rlim_cur;
    return figures;
}

void write_process(Exposition& page, const ProcessFigures& figures) {
    page.family("process_resident_memory_bytes", Kind::gauge, "Resident memory size in bytes.");
    page.sample({}, figures.resident_bytes);
    page.family("process_virtual_memory_bytes", Kind::gauge, "Virtual memory size in bytes.");
    page.sample({}, figures.virtual_bytes);
    page.family("process_cpu_seconds_total", Kind::counter, "User and system CPU time spent in seconds.");
    page.sample({}, figures.cpu_seconds);
    page.family("process_start_time_seconds", Kind::gauge,
                "Start time of the process in seconds since 1970.");
    page.sample({}, figures.start_time);
    page.family("process_open_fds", Kind::gauge, "Number of open file descriptors.");
    page.sample({}, figures.open_files);
    page.family("process_max_fds", Kind::gauge, "Maximum number of open file descriptors.");
    page.sample({}, figures.most_files);
}

}  // namespace holdfast::api
