// Instant recovery: machines that run from the repository until their disks were moved to the host's storage,
// or they are discarded.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "catalog/instant_recoveries.hpp"
#include "catalog/restore_points.hpp"
#include "protection/environment.hpp"
#include "protection/host_connections.hpp"
#include "protection/open_repositories.hpp"
#include "protection/point_disks.hpp"
#include "protection/vm_restore.hpp"

namespace holdfast::protection {

struct InstantRecoveryRequest {
    catalog::VmRestorePoint point;
    std::string new_name;  // empty: "<name>_restored"
    PowerAfter power = PowerAfter::power_on;
    // Nothing: unless the original runs, whose addresses the new machine would take.
    std::optional<bool> connect_networks;
    std::string account;
};

// Each disk is a qcow2 image, where the machine's disk is to be at last, over an export of the disk in the
// restore point. What serves the exports is kept up: where one ends, or Holdfast is started again, the
// machine waits, and goes on where it was. Any thread.
class InstantRecoveryKeeper {
  public:
    InstantRecoveryKeeper(const Environment& environment, HostConnections& hosts,
                          OpenRepositories& repositories);
    // What serves the disks ends: machines wait until the next start of Holdfast.
    ~InstantRecoveryKeeper();

    // Takes up what an earlier process left, in the background, and looks after all from then on.
    void start();

    // Returns its restore session once the machine runs. conflict where the name is taken; unavailable where
    // too many run already. What it made is removed again when it throws or is stopped.
    Uuid publish(const InstantRecoveryRequest& request, std::stop_token stop);
    // Begins to complete the disks, while the machine runs or is off; the restore session tells how far it is
    // and ends with it. not_found; conflict while it is being made, moved or discarded.
    void migrate(const Uuid& id);
    // Removes the machine and all that was written to it. Errors as migrate().
    void discard(const Uuid& id);

  private:
    struct Machine;
    struct Mover;
    using MachinePointer = std::shared_ptr<Machine>;

    hypervisor::Host& host_of(const catalog::InstantRecovery& recovery);
    catalog::VmRestorePoint point_of(const catalog::InstantRecovery& recovery);
    catalog::InstantRecovery plan(const InstantRecoveryRequest& request,
                                  const MachineDescription& description);
    void make(Machine& machine, const InstantRecoveryRequest& request, PointDisks disks,
              const std::vector<catalog::InstantRecovery::Disk>& overlays, std::stop_token stop);
    void open_exports(Machine& machine, const Uuid& repository, PointDisks disks);
    MachinePointer take(const Uuid& id, std::string_view state);
    void remove_made(Machine& machine);
    void end(Machine& machine, std::string_view result, const std::string& reason);
    std::string state_of(const Machine& machine);
    bool is_to_be_moved(const Machine& machine);
    void give_up_move(Machine& machine, const std::string& why);
    void begin_move(const MachinePointer& machine);
    void move(Machine& machine, std::stop_token stop);
    void complete_disk(Machine& machine, const catalog::InstantRecovery::Disk& disk, int before, int share,
                       std::stop_token stop);
    void settle(Machine& machine);
    void look_after(std::stop_token stop);
    void look_after(const MachinePointer& machine);

    const Environment& environment_;
    HostConnections& hosts_;
    OpenRepositories& repositories_;
    catalog::InstantRecoveries recoveries_;
    catalog::RestoreSessions sessions_;
    catalog::RestorePoints points_;
    std::mutex mutex_;
    std::map<Uuid, MachinePointer> machines_;
    std::map<Uuid, std::unique_ptr<Mover>> movers_;
    std::condition_variable_any wake_;
    std::jthread keeper_;
};

}  // namespace holdfast::protection
