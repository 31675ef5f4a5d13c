#include "base/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <future>
#include <thread>

#include "base/bounded_queue.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

extern char** environ;

namespace holdfast {
namespace {

constexpr std::size_t kept_output = 64 << 10;

// PR_SET_PDEATHSIG ends the child when the *thread* that forked it ends, so all children are forked by one
// thread that lives as long as the process.
pid_t fork_on_lasting_thread(const std::function<void()>& child) {
    static auto& requests = *new BoundedQueue<std::packaged_task<pid_t()>>(64);
    static const bool started = [] {
        std::thread([] {
            while (auto request = requests.pop()) (*request)();
        }).detach();
        return true;
    }();
    static_cast<void>(started);
    std::packaged_task<pid_t()> request([&]() -> pid_t {
        pid_t pid = ::fork();
        if (pid == 0) child();
        return pid < 0 ? -errno : pid;
    });
    auto result = request.get_future();
    requests.push(std::move(request));
    return result.get();
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (auto& string : strings) result.push_back(string.data());
    result.push_back(nullptr);
    return result;
}

std::pair<UniqueFd, UniqueFd> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw os_error("Cannot make a pipe", errno);
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// Standard input as a file without a name: a child that does not read it cannot block us.
UniqueFd input_file(const std::string& input) {
    if (input.empty()) return open_file("/dev/null", O_RDONLY);
    UniqueFd fd(::memfd_create("input", MFD_CLOEXEC));
    if (!fd) throw os_error("Cannot make an input file for a child process", errno);
    write_all(fd.get(), as_bytes(input), "the input of a child process");
    ::lseek(fd.get(), 0, SEEK_SET);
    return fd;
}

// Runs in the child. Only async-signal-safe calls are allowed here, so everything it needs was laid out
// before.
[[noreturn]] void become(const char* program, char* const* arguments, char* const* environment, int in,
                         int out, bool ends_with_parent, pid_t parent, int failure_pipe) {
    ::setsid();
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    bool orphan = false;
    if (ends_with_parent) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        orphan = ::getppid() != parent;  // the parent died before prctl took effect
    }
    if (!orphan && ::dup2(in, 0) >= 0 && ::dup2(out, 1) >= 0 && ::dup2(out, 2) >= 0)
        ::execvpe(program, arguments, environment);
    int error = errno;
    [[maybe_unused]] auto ignored = ::write(failure_pipe, &error, sizeof error);
    ::_exit(127);
}

}  // namespace

Process Process::start(const std::vector<std::string>& arguments, const ProcessOptions& options) {
    std::vector<std::string> argument_strings = arguments;
    std::vector<std::string> environment_strings;
    for (auto& [name, value] : options.environment) environment_strings.push_back(name + '=' + value);
    for (char** entry = environ; *entry != nullptr; ++entry) {
        std::string_view text(*entry);
        bool replaced = std::ranges::any_of(options.environment, [&](auto& pair) {
            return text.starts_with(pair.first) && text.size() > pair.first.size() &&
                   text[pair.first.size()] == '=';
        });
        if (!replaced) environment_strings.emplace_back(text);
    }
    auto argument_pointers = pointers(argument_strings);
    auto environment_pointers = pointers(environment_strings);
    UniqueFd file;
    if (options.input_descriptor < 0) file = input_file(options.input);
    int in = file ? file.get() : options.input_descriptor;
    UniqueFd out;
    Process process;
    if (options.output_file.empty()) {
        auto [read_end, write_end] = make_pipe();
        ::fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
        process.output_pipe_ = std::move(read_end);
        out = std::move(write_end);
    } else {
        process.output_file_ = options.output_file;
        out = open_file(options.output_file, O_WRONLY | O_CREAT | O_APPEND);
    }
    auto [failure_read, failure_write] = make_pipe();
    pid_t parent = ::getpid();
    pid_t pid = fork_on_lasting_thread([&] {
        become(argument_pointers[0], argument_pointers.data(), environment_pointers.data(), in, out.get(),
               options.ends_with_parent, parent, failure_write.get());
    });
    if (pid < 0) throw os_error("Cannot start " + arguments.at(0), -pid);
    process.pid_ = pid;
    process.pidfd_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    failure_write.reset();
    int error = 0;
    ssize_t count = 0;
    while ((count = ::read(failure_read.get(), &error, sizeof error)) < 0 && errno == EINTR) {
    }
    if (count == sizeof error) {
        process.wait(std::chrono::seconds(5));
        if (error == ENOENT)
            throw Error(ErrorKind::not_supported, "The program " + arguments[0] + " is not installed")
                .advise("Install the package that has it, then try again.");
        throw os_error("Cannot start " + arguments[0], error);
    }
    return process;
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::move(other.pidfd_)),
      output_pipe_(std::move(other.output_pipe_)),
      output_file_(std::move(other.output_file_)),
      output_(std::move(other.output_)),
      status_(other.status_) {}

Process::~Process() {
    if (pid_ > 0 && !status_) {
        ::kill(pid_, SIGKILL);
        wait(std::chrono::seconds(10));
    }
}

void Process::drain() {
    if (!output_pipe_) return;
    char buffer[4096];
    ssize_t count = 0;
    while ((count = ::read(output_pipe_.get(), buffer, sizeof buffer)) > 0) {
        output_.append(buffer, static_cast<std::size_t>(count));
        if (output_.size() > 2 * kept_output) output_.erase(0, output_.size() - kept_output);
    }
    if (count == 0) output_pipe_.reset();
}

std::optional<int> Process::wait(std::chrono::milliseconds limit) {
    auto deadline = std::chrono::steady_clock::now() + limit;
    while (!status_) {
        drain();
        int raw = 0;
        if (::waitpid(pid_, &raw, WNOHANG) == pid_) {
            drain();
            status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
            break;
        }
        auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
        if (left <= 0) return std::nullopt;
        pollfd waits[2] = {{pidfd_.get(), POLLIN, 0}, {output_pipe_.get(), POLLIN, 0}};
        ::poll(waits, output_pipe_ ? 2 : 1, static_cast<int>(std::min<long long>(left, 60'000)));
    }
    return status_;
}

void Process::stop(std::chrono::milliseconds grace) {
    if (pid_ <= 0 || status_) return;
    ::kill(pid_, SIGTERM);
    if (wait(grace)) return;
    ::kill(pid_, SIGKILL);
    wait(std::chrono::seconds(10));
}

std::string Process::output() {
    if (!output_file_.empty()) {
        std::error_code ignored;
        if (std::filesystem::file_size(output_file_, ignored) > (1 << 20))
            return "see " + output_file_.string();
        return read_file(output_file_, 2 << 20);
    }
    drain();
    return output_.size() <= kept_output ? output_ : output_.substr(output_.size() - kept_output);
}

std::string run_command(const std::vector<std::string>& arguments, std::chrono::milliseconds limit,
                        const ProcessOptions& options) {
    Process process = Process::start(arguments, options);
    auto status = process.wait(limit);
    if (!status) {
        process.stop(std::chrono::seconds(2));
        throw Error(ErrorKind::unavailable,
                    fmt::format("{} did not end within {} s", arguments[0],
                                std::chrono::duration_cast<std::chrono::seconds>(limit).count()));
    }
    std::string output = process.output();
    if (*status != 0)
        throw Error(ErrorKind::unavailable,
                    fmt::format("{} failed with status {}: {}", arguments[0], *status, trimmed(output)));
    return output;
}

}  // namespace holdfast
