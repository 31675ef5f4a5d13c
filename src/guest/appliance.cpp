#include "guest/appliance.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <fstream>

#include "base/error.hpp"
#include "base/file.hpp"

namespace holdfast::guest {
namespace {

// Past a deadline everything that the handle waits for has been killed; this only paces the killing of what
// was just forked.
constexpr std::chrono::milliseconds kill_pace{200};

}  // namespace

std::string last_guestfs_error(guestfs_h* handle) {
    const char* text = guestfs_last_error(handle);
    std::string_view whole = text == nullptr ? "no reason given" : text;
    return std::string(whole.substr(0, whole.find('\n')));
}

void throw_guestfs_error(guestfs_h* handle, std::string happened) {
    int number = guestfs_last_errno(handle);
    happened += ": " + last_guestfs_error(handle);
    if (guestfs_is_ready(handle) != 1)
        throw Error(ErrorKind::unavailable, std::move(happened)).advise("Mount the restore point again.");
    switch (number) {
        case ENOENT:
        case ENOTDIR:
            throw Error(ErrorKind::not_found, std::move(happened));
        case EIO:
        case EUCLEAN:
        case EBADMSG:
            throw Error(ErrorKind::corrupt, std::move(happened))
                .advise("The file system was damaged when it was backed up; try an earlier restore point.");
        default:
            throw Error(ErrorKind::io, std::move(happened));
    }
}

Appliance::Appliance() {
    std::promise<pid_t> started;
    thread_ = std::jthread([this, &started](std::stop_token stop) {
        started.set_value(::gettid());
        serve(stop);  // thread_ itself may not be set yet
    });
    thread_id_ = started.get_future().get();
}

// The handle is closed on its own thread, after its children are gone: closing a live one waits for the
// appliance, which may hang.
Appliance::~Appliance() {
    std::lock_guard turn(turn_);
    end_and_wait();
    post([this] {
        if (handle_ != nullptr) guestfs_close(handle_);
    });
    finished_within(std::chrono::minutes(1), {});
    thread_.request_stop();
    changed_.notify_all();
}

void Appliance::serve(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [&] { return work_ != nullptr; })) {
        auto work = std::exchange(work_, nullptr);
        lock.unlock();
        work();
        lock.lock();
        busy_ = false;
        changed_.notify_all();
    }
}

void Appliance::post(std::function<void()> work) {
    std::lock_guard lock(mutex_);
    work_ = std::move(work);
    busy_ = true;
    changed_.notify_all();
}

bool Appliance::finished_within(std::chrono::milliseconds limit, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, limit, [&] { return !busy_; });
    return !busy_;
}

void Appliance::end() {
    ended_ = true;
    if (handle_ != nullptr) guestfs_user_cancel(handle_);
    std::ifstream children(fmt::format("/proc/self/task/{}/children", thread_id_));
    for (pid_t pid = 0; children >> pid;) ::kill(pid, SIGKILL);
}

void Appliance::end_and_wait() {
    do end();
    while (!finished_within(kill_pace, {}));
}

void Appliance::throw_if_ended(std::string_view doing) const {
    if (!ended_) return;
    throw Error(ErrorKind::unavailable,
                fmt::format("The file system appliance has ended and cannot go on {}", doing))
        .advise("Mount the restore point again.");
}

void Appliance::run(std::string_view doing, std::chrono::seconds limit, const std::stop_token& stop,
                    std::function<void()> work) {
    throw_if_ended(doing);
    post(std::move(work));
    if (finished_within(limit, stop)) return;
    end_and_wait();
    if (stop.stop_requested())
        throw Error(ErrorKind::cancelled,
                    fmt::format("The file system appliance was stopped while {}", doing));
    throw Error(
        ErrorKind::unavailable,
        fmt::format("The file system appliance did not answer within {} s while {}", limit.count(), doing))
        .advise("The file system may be damaged. Mount the restore point again, or try an earlier one.");
}

void Appliance::transfer(std::string_view doing, std::chrono::seconds limit,
                         const std::function<void(guestfs_h*, const char*)>& work,
                         const GuestFiles::Sink& sink) {
    std::lock_guard turn(turn_);
    throw_if_ended(doing);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw os_error("Cannot make a pipe", errno);
    UniqueFd read_end(ends[0]), write_end(ends[1]);
    ::fcntl(read_end.get(), F_SETPIPE_SZ, 1 << 20);
    std::exception_ptr failure, refusal;
    post([&] {
        try {
            // libguestfs opens the pipe by this name; the reader sees the end once this descriptor is closed,
            // too.
            work(handle_, fmt::format("/dev/fd/{}", write_end.get()).c_str());
        } catch (...) {
            failure = std::current_exception();
        }
        write_end.reset();
    });
    std::vector<std::byte> buffer(256 << 10);
    bool stalled = false;
    while (true) {
        pollfd waits{read_end.get(), POLLIN, 0};
        int ready = ::poll(&waits, 1, static_cast<int>(std::chrono::milliseconds(limit).count()));
        if (ready < 0 && errno == EINTR) continue;
        if (ready == 0) {
            stalled = true;
            end_and_wait();
        }
        ssize_t count = ::read(read_end.get(), buffer.data(), buffer.size());
        if (count <= 0) break;
        if (refusal) continue;  // what was under way when the transfer was cancelled
        try {
            sink(std::span(buffer).first(static_cast<std::size_t>(count)));
        } catch (...) {
            refusal = std::current_exception();
            guestfs_user_cancel(handle_);
        }
    }
    if (!finished_within(limit, {})) end_and_wait();
    if (refusal) std::rethrow_exception(refusal);
    if (stalled)
        throw Error(
            ErrorKind::unavailable,
            fmt::format("The file system appliance sent nothing for {} s while {}", limit.count(), doing))
            .advise("The file system may be damaged. Mount the restore point again, or try an earlier one.");
    if (failure) std::rethrow_exception(failure);
}

}  // namespace holdfast::guest
