// Which restore points a copy job has to copy.
#pragma once

#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "catalog/jobs.hpp"
#include "catalog/restore_points.hpp"

namespace holdfast::protection {

struct PointToCopy {
    catalog::VmRestorePoint point;
    Uuid source_job;
};

struct MachineToCopy {
    Uuid server;  // nil where its host was removed from Holdfast
    Uuid hierarchy_root;
    Uuid domain;
    std::string name;                 // as its newest point calls it
    std::vector<PointToCopy> points;  // oldest first; none where the newest is copied already
};

// The machines that the job's sources have restore points of, in the order of the sources: the points of the
// jobs that it is linked to, and those of its own objects, whichever backup job made them. What lies in the
// job's repository already is not looked at. A machine's first copy is that of its newest point. After that a
// periodic job copies the newest, where it is newer than the last copy, and an immediate one every newer one.
std::vector<MachineToCopy> plan_copy(catalog::Database& database, const catalog::Job& job);

}  // namespace holdfast::protection
