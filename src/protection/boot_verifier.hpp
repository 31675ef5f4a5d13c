// Boot verification: a machine is started from a restore point, cut off from everything, to see whether it
// boots.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "catalog/boot_verifications.hpp"
#include "catalog/restore_points.hpp"
#include "protection/environment.hpp"
#include "protection/host_connections.hpp"
#include "protection/open_repositories.hpp"

namespace holdfast::protection {

// What tells that a machine is up; all of it is waited for. Where nothing is named: the guest agent's answer,
// of a machine without one that of its network.
struct BootSigns {
    bool heartbeat = false;
    bool ping = false;
    std::set<std::uint16_t> tcp_ports{};
    std::optional<std::string> console_pattern{};  // see ConsolePattern
};

struct BootVerificationRequest {
    catalog::VmRestorePoint point;
    BootSigns signs{};
    std::chrono::seconds limit{300};
    std::optional<std::uint64_t> memory_mib{};  // nothing: as much as the original
    std::uint64_t scratch_limit = 10ULL << 30;  // bytes that it may write
    std::string account;
};

// Each on a thread of its own. The machine (its "twin") is a transient one that libvirt ends with Holdfast's
// connection; what it writes goes to images in the folder for running work, which is emptied at every start.
// Any thread.
class BootVerifier {
  public:
    BootVerifier(const Environment& environment, HostConnections& hosts, OpenRepositories& repositories);
    // Stops all and removes what they made.
    ~BootVerifier();

    // Removes, in the background, what an earlier process left, and what could not be removed later on.
    void start();

    // Gives the id of the restore session that tells how it goes. unavailable where too many run already;
    // invalid_input for a pattern that is none.
    Uuid verify(const BootVerificationRequest& request);
    // Ends it and waits until nothing is left of it. conflict where it has ended.
    void stop(const Uuid& id);

  private:
    struct Run;

    void work(Run& run, const BootVerificationRequest& request, const std::stop_token& stop);
    void boot(Run& run, const BootVerificationRequest& request);
    void watch(Run& run, const BootVerificationRequest& request);
    bool look(Run& run);
    void keep_running(Run& run, const BootVerificationRequest& request);
    void take_screenshot(Run& run);
    void remove_made(const catalog::BootVerification& verification);
    void remove_left();
    std::filesystem::path folder_of(const catalog::BootVerification& verification) const;
    hypervisor::Host& host_of(const catalog::BootVerification& verification);

    const Environment& environment_;
    HostConnections& hosts_;
    OpenRepositories& repositories_;
    catalog::BootVerifications verifications_;
    std::mutex mutex_;
    std::map<Uuid, std::unique_ptr<Run>> runs_;
    std::condition_variable_any ended_;
    std::jthread keeper_;
};

}  // namespace holdfast::protection
