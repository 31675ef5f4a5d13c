// Machines that run from the repository, and what must be known of them after a restart.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/restore_sessions.hpp"

namespace holdfast::catalog {

// As the API and the database write them.
namespace recovery_state {
inline constexpr std::string_view publishing = "Publishing";  // is being made
inline constexpr std::string_view published = "Published";    // may run
inline constexpr std::string_view migrating = "Migrating";    // its disks are being completed
inline constexpr std::string_view discarding = "Discarding";  // is being removed
}  // namespace recovery_state

struct InstantRecovery {
    struct Disk {
        std::string target;             // "vda"
        std::filesystem::path overlay;  // a qcow2 image over what the repository serves
    };
    RestoreSession session;  // its id is the recovery's
    Uuid hierarchy_root;     // of the host on which it runs
    Uuid domain;             // chosen before it is made
    std::string vm_name;     // of the new machine
    std::string state = std::string(recovery_state::publishing);
    std::vector<Disk> disks;
};

class InstantRecoveries {
  public:
    explicit InstantRecoveries(Database& database) : database_(database) {}

    std::vector<InstantRecovery> list();  // oldest first
    std::optional<InstantRecovery> find(const Uuid& id);
    // Opens the restore session as well. Its disks may be added later.
    void start(const InstantRecovery& recovery);
    void set_state(const Uuid& id, std::string_view state);
    // Noted before it is made.
    void add_disk(const Uuid& id, const InstantRecovery::Disk& disk);
    // An overlay that is not its own.
    void forget_disk(const Uuid& id, const std::string& target);
    // It is one no more, and its session has ended as the argument says.
    void end(const RestoreSession& session);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
