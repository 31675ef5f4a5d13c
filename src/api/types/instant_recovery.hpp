// Instant recovery, an addition to EM's API: machines that run from a repository.
#pragma once

#include <optional>
#include <string>

#include "api/description/list.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

// Publishing and Discarding: is being made, is being removed. Migrating: its disks are being completed.
enum class InstantRecoveryState { Publishing, Published, Migrating, Discarding };

struct InstantRecovery : Entity {
    InstantRecoveryState State = InstantRecoveryState::Publishing;
    std::string VmDisplayName;   // of the machine that runs
    std::string RestoredObjRef;  // the same, as RestoreSession tells it
    Timestamp CreationTimeUTC{};
    std::int32_t Progress = 0;          // of a migration, in percent
    std::optional<std::string> Reason;  // why the last migration failed
};
struct InstantRecoveries : List<InstantRecovery> {};

struct InstantRecoverySpec {
    std::optional<Text<1, 80>> VmNewName;  // "<name>_restored" where it is missing
    std::optional<bool> PowerOn;           // true where it is missing
    // Where it is missing: unless the original runs.
    std::optional<bool> ConnectToNetworks;
};

}  // namespace holdfast::api
