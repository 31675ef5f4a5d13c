// Which restore points go, and giving their space back.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <vector>

#include "catalog/jobs.hpp"
#include "catalog/repositories.hpp"
#include "catalog/restore_points.hpp"
#include "catalog/restore_sessions.hpp"
#include "protection/environment.hpp"
#include "protection/open_repositories.hpp"

namespace holdfast::protection {

class SystemWork;

// Pure: of `points` (newest first) those that the policy does not keep. A partial one is not counted: it goes
// with the run before it. The newest is always kept; which others must be kept is the caller's to know
// (RetentionKeeper: the newest of each machine, and what is being read).
std::vector<catalog::RestorePoint> points_to_remove(const std::vector<catalog::RestorePoint>& points,
                                                    const catalog::Retention& retention, Timestamp today);

// Any thread.
class RetentionKeeper {
  public:
    RetentionKeeper(const Environment& environment, OpenRepositories& repositories);

    // Removes the job's restore points beyond its retention, then gives their space back. Failures are logged
    // and made up for by the next call: what is still to be removed stays in the catalog. Whatever removes
    // something is a system session.
    void keep(const catalog::Job& job, const std::optional<Uuid>& newest, std::stop_token stop);
    // Removes backups that have expired, and what earlier calls could not: forgets and prunes every
    // repository that has something left.
    void catch_up();

  private:
    // Restore points of that backup that must stay whatever the policy says.
    std::set<Uuid> indispensable(const Uuid& backup);
    void give_space_back(const Uuid& repository, SystemWork& work, std::stop_token stop);
    void remove_expired();

    const Environment& environment_;
    catalog::Repositories records_;
    catalog::RestorePoints points_;
    catalog::RestoreSessions restores_;
    OpenRepositories& repositories_;
};

}  // namespace holdfast::protection
