// libguestfs' appliance under a deadline: whatever a hostile file system does to it, every call ends.
#pragma once

#include <guestfs.h>
#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "disk/nbd.hpp"
#include "guest/guest_files.hpp"

namespace holdfast::guest {

// Owns the libguestfs handle and the one thread that uses it. libguestfs starts QEMU as a child of that
// thread, which is how a deadline can end it: killing the thread's children makes every call return. Any
// thread may call; calls take turns.
class Appliance {
  public:
    static std::unique_ptr<Appliance> launch(const std::vector<disk::NbdAddress>& disks, std::stop_token stop,
                                             Acceleration acceleration);
    ~Appliance();
    Appliance(const Appliance&) = delete;
    Appliance& operator=(const Appliance&) = delete;

    // Runs `work` on the appliance's thread. Past `limit`, or when `stop` is requested, the appliance is
    // ended. `doing` goes into errors: "listing etc".
    template <typename Work>
    auto call(std::string_view doing, std::chrono::seconds limit, Work&& work, std::stop_token stop = {}) {
        std::lock_guard turn(turn_);
        std::packaged_task<std::invoke_result_t<Work&, guestfs_h*>()> task([&] { return work(handle_); });
        auto result = task.get_future();
        run(doing, limit, stop, [&] { task(); });
        return result.get();
    }

    // Runs `work`, which writes to the file name it is given, and hands what it writes to `sink` on the
    // calling thread. A sink that throws cancels the transfer; the appliance stays usable. No byte for
    // `limit` ends the appliance.
    void transfer(std::string_view doing, std::chrono::seconds limit,
                  const std::function<void(guestfs_h*, const char* destination)>& work,
                  const GuestFiles::Sink& sink);

  private:
    Appliance();
    static std::unique_ptr<Appliance> launch_with(const std::vector<disk::NbdAddress>& disks,
                                                  std::stop_token stop, const char* accelerator,
                                                  std::chrono::seconds limit);
    void serve(const std::stop_token& stop);
    void post(std::function<void()> work);
    bool finished_within(std::chrono::milliseconds limit, const std::stop_token& stop);
    void run(std::string_view doing, std::chrono::seconds limit, const std::stop_token& stop,
             std::function<void()> work);
    void throw_if_ended(std::string_view doing) const;
    void end();
    void end_and_wait();

    guestfs_h* handle_ = nullptr;
    pid_t thread_id_ = 0;
    std::atomic<bool> ended_ = false;
    std::mutex turn_;  // held by the caller whose work runs

    std::mutex mutex_;  // guards the three below
    std::condition_variable_any changed_;
    std::function<void()> work_;
    bool busy_ = false;
    std::jthread thread_;
};

// The first line of what libguestfs says went wrong last; the rest of it is advice for its developers.
std::string last_guestfs_error(guestfs_h* handle);

// The same as an Error: not_found, corrupt, unavailable (the appliance is gone)
// or io.
[[noreturn]] void throw_guestfs_error(guestfs_h* handle, std::string happened);

}  // namespace holdfast::guest
