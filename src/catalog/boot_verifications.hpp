// Boot verifications: what was seen of machines that were started from a restore point only to see whether
// they do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/restore_sessions.hpp"

namespace holdfast::catalog {

// As the API and the database write them.
namespace boot_check {
inline constexpr std::string_view heartbeat = "Heartbeat";    // the guest agent answers
inline constexpr std::string_view ping = "Ping";              // ICMP echo
inline constexpr std::string_view tcp_port = "TcpPort";       // somebody accepts connections
inline constexpr std::string_view console = "Console";        // a line on the serial console
inline constexpr std::string_view screenshot = "Screenshot";  // was taken
}  // namespace boot_check

struct BootCheck {
    std::string kind;
    std::string target{};                    // the port, the pattern
    std::string result;                      // result::none while it is waited for
    std::string message{};                   // why it failed
    std::optional<std::int64_t> after_ms{};  // since the start of the machine
};

struct BootVerification {
    RestoreSession session;  // its id is the verification's
    Uuid hierarchy_root;     // of the host on which the machine is started
    Uuid domain;             // of that machine: chosen before it is made
    std::string twin_name;   // the same
    std::vector<BootCheck> checks;
    std::optional<std::int64_t> boot_ms;  // until all that was waited for had come
    std::string console;                  // the end of what the serial console said
    bool is_removed = false;              // nothing is left of the machine
    bool has_screenshot = false;          // read, never stored
};

// How the last verification of a machine ended.
struct LastBoot {
    std::string vm_name;
    std::string result;
    Timestamp ended;
    std::optional<std::int64_t> boot_ms;
};

class BootVerifications {
  public:
    explicit BootVerifications(Database& database) : database_(database) {}

    // Of sessions that began since then, oldest first; the newest thousand. Without what the console said.
    std::vector<BootVerification> list(Timestamp since);
    std::optional<BootVerification> find(const Uuid& id);
    // PNG.
    std::optional<std::vector<std::byte>> screenshot(const Uuid& id);
    // Of machines of which one ended since then, by name: at most `limit`.
    std::vector<LastBoot> last_of_each_machine(Timestamp since, std::size_t limit);
    // Opens the restore session as well.
    void start(const BootVerification& verification);
    // What was seen until now, and the session as it is now. Screenshots of the newest thousand are kept.
    void update(const BootVerification& verification, std::span<const std::byte> screenshot = {});
    void note_removed(const Uuid& id);
    // Of that installation, whose machine may still be there.
    std::vector<BootVerification> not_removed(const std::string& owner);
    // Takes the evidence out; the session stays. conflict while it goes on; false where there is none.
    bool forget(const Uuid& id);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
