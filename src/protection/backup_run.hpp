// One run of a backup job, or of a backup besides, from its first machine to its retention.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "catalog/backup_sessions.hpp"
#include "catalog/jobs.hpp"
#include "catalog/restore_points.hpp"
#include "protection/environment.hpp"
#include "protection/host_connections.hpp"
#include "protection/machine_slots.hpp"
#include "protection/open_repositories.hpp"
#include "protection/retention.hpp"
#include "protection/vm_backup.hpp"

namespace holdfast::protection {

// How a run is ended early.
struct RunStops {
    std::stop_token at_once;
    std::stop_token no_more;           // machines are begun; requested together with at_once, too
    std::function<std::string()> who;  // asked for it, once one of them is requested
};

class BackupRun {
  public:
    BackupRun(const Environment& environment, HostConnections& hosts, OpenRepositories& repositories,
              RetentionKeeper& retention, MachineSlots& slots);

    // `job` may be one that is made for this run and is not in the catalog: then its backup is there already.
    // Never throws: whatever happens, the session in the catalog ends with what happened, and is given back.
    // Machines are begun in the order of `tasks`, several at a time as the slots allow.
    catalog::BackupSession run(const catalog::Job& job, catalog::BackupSession session,
                               std::vector<catalog::TaskSession> tasks, StartFrom start_from,
                               const RunStops& stops);

  private:
    struct Machines;  // of one run, and how far they are

    void run_machines(const catalog::Job& job, catalog::BackupSession& session,
                      std::vector<catalog::TaskSession>& tasks, StartFrom start_from, const RunStops& stops);
    // One machine after the other, until none is left or the catalog cannot be written to.
    void work_on(Machines& machines);
    // Waits until the machine may be backed up. Throws where it cannot be.
    MachineSlot begin(Machines& machines, catalog::TaskSession& task);
    MachineLoad load_of(Machines& machines, const catalog::TaskSession& task);
    void back_up(Machines& machines, std::size_t number);
    void end(Machines& machines, std::size_t number);
    void record(const catalog::Job& job, const catalog::JobObject& object, catalog::TaskSession& task,
                const catalog::RestorePoint& point, const catalog::ManagedServer& server,
                const VmBackupResult& made);
    void drop_old_checkpoints(hypervisor::Host& host, const catalog::Job& job,
                              const catalog::JobObject& object, const std::string& keep);

    const Environment& environment_;
    HostConnections& hosts_;
    OpenRepositories& repositories_;
    RetentionKeeper& retention_;
    MachineSlots& slots_;
    catalog::Jobs jobs_;
    catalog::BackupSessions sessions_;
    catalog::RestorePoints points_;
    catalog::ManagedServers servers_;
};

}  // namespace holdfast::protection
