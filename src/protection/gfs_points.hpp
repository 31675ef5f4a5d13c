// Which restore points a job keeps by the week, the month and the year.
#pragma once

#include <set>
#include <vector>

#include "catalog/restore_points.hpp"
#include "catalog/schedule.hpp"

namespace holdfast::protection {

// Pure: the ids of those of `points` (newest first) that the policy keeps. Days are those of this machine's
// clock; a partial point stands for none. Kept are, counted back from the period of `today`:
// - weekly: the first point of each week, which begins on the day that the policy names;
// - monthly: the first point of each month, or of its last seven days;
// - yearly: the first point of the month that the policy names.
std::set<Uuid> gfs_points(const std::vector<catalog::RestorePoint>& points,
                          const catalog::GfsRetention& policy, Timestamp today);

}  // namespace holdfast::protection
