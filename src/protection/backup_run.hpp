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
#include "protection/open_repositories.hpp"
#include "protection/retention.hpp"
#include "protection/vm_backup.hpp"

namespace holdfast::protection {

class BackupRun {
  public:
    BackupRun(const Environment& environment, HostConnections& hosts, OpenRepositories& repositories,
              RetentionKeeper& retention);

    // `job` may be one that is made for this run and is not in the catalog: then its backup is there already.
    // Never throws: whatever happens, the session in the catalog ends with what happened, and is given back.
    // `who_stopped` tells who asked for the end, once `stop` is requested.
    catalog::BackupSession run(const catalog::Job& job, catalog::BackupSession session,
                               std::vector<catalog::TaskSession> tasks, std::stop_token stop,
                               const std::function<std::string()>& who_stopped);

  private:
    void run_machines(const catalog::Job& job, catalog::BackupSession& session,
                      std::vector<catalog::TaskSession>& tasks, std::stop_token stop,
                      const std::function<std::string()>& who_stopped);
    // `share`: how many percent of the whole run this machine is.
    void run_machine(const catalog::Job& job, catalog::BackupSession& session, catalog::TaskSession& task,
                     const catalog::RestorePoint& point, int share, std::stop_token stop);
    void record(const catalog::Job& job, const catalog::JobObject& object, catalog::TaskSession& task,
                const catalog::RestorePoint& point, const catalog::ManagedServer& server,
                const VmBackupResult& made);
    void drop_old_checkpoints(hypervisor::Host& host, const catalog::Job& job,
                              const catalog::JobObject& object, const std::string& keep);

    const Environment& environment_;
    HostConnections& hosts_;
    OpenRepositories& repositories_;
    RetentionKeeper& retention_;
    catalog::Jobs jobs_;
    catalog::BackupSessions sessions_;
    catalog::RestorePoints points_;
    catalog::ManagedServers servers_;
};

}  // namespace holdfast::protection
