// Restores of machines under way: each on a thread of its own, with its session in the catalog.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "catalog/restore_points.hpp"
#include "catalog/restore_sessions.hpp"
#include "protection/environment.hpp"
#include "protection/host_connections.hpp"
#include "protection/open_repositories.hpp"
#include "protection/vm_restore.hpp"

namespace holdfast::protection {

// Any thread. Destroying it stops all restores and waits for them.
class RestoreRuns {
  public:
    RestoreRuns(const Environment& environment, HostConnections& hosts, OpenRepositories& repositories);
    ~RestoreRuns();

    // Opens the session and gives its id; the work goes on in the background. Throws at once for what cannot
    // be done: not_found for a host that is gone; conflict for a name that is taken, or while the same
    // machine is being restored. The request's session is chosen here.
    Uuid start(VmRestoreRequest request, const std::string& account);

  private:
    struct Run;

    hypervisor::Host& host_of(const catalog::VmRestorePoint& point);
    void work(Run& run, const VmRestoreRequest& request, std::stop_token stop);

    const Environment& environment_;
    HostConnections& hosts_;
    OpenRepositories& repositories_;
    catalog::RestoreSessions sessions_;
    std::mutex mutex_;
    std::map<Uuid, std::unique_ptr<Run>> runs_;
};

}  // namespace holdfast::protection
