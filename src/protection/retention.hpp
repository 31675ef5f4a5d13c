// Which restore points go, and giving their space back.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "catalog/jobs.hpp"
#include "catalog/repositories.hpp"
#include "catalog/restore_points.hpp"
#include "protection/environment.hpp"
#include "protection/open_repositories.hpp"

namespace holdfast::protection {

// Pure: of `points` (newest first) those that the policy does not keep. The newest is always kept.
std::vector<catalog::RestorePoint> points_to_remove(const std::vector<catalog::RestorePoint>& points,
                                                    const catalog::Retention& retention, Timestamp today);

// Any thread.
class RetentionKeeper {
  public:
    RetentionKeeper(const Environment& environment, OpenRepositories& repositories);

    // Removes the job's restore points beyond its retention, then gives their space back. Failures are logged
    // and made up for by the next call: what is still to be removed stays in the catalog.
    void keep(const catalog::Job& job, const std::optional<Uuid>& newest);
    // Removes what earlier calls could not: forgets and prunes every repository that has something left.
    void catch_up();

  private:
    void give_space_back(const Uuid& repository);

    catalog::Repositories records_;
    catalog::RestorePoints points_;
    OpenRepositories& repositories_;
    std::mutex pruning_;  // one prune at a time: it needs the index in memory twice
};

}  // namespace holdfast::protection
