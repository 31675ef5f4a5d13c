// The disks of a restore point as what an NBD export of them needs to know.
#pragma once

#include <vector>

#include "catalog/restore_points.hpp"
#include "disk/restore_point_export.hpp"
#include "protection/environment.hpp"
#include "protection/machine_snapshot.hpp"
#include "protection/open_repositories.hpp"

namespace holdfast::protection {

struct PointDisks {
    std::shared_ptr<repository::Repository> repository;
    repository::SnapshotId snapshot;
    MachineDescription description;
    std::vector<disk::RestorePointDisk> disks;  // in the order of the description's
};

// not_found where the repository was removed from Holdfast.
PointDisks disks_of(const Environment& environment, OpenRepositories& repositories,
                    const catalog::VmRestorePoint& point);

}  // namespace holdfast::protection
