#include "protection/point_disks.hpp"

#include "base/error.hpp"

namespace holdfast::protection {

PointDisks disks_of(const Environment& environment, OpenRepositories& repositories,
                    const catalog::VmRestorePoint& point) {
    auto snapshot = repository::SnapshotId::parse(point.snapshot);
    if (!snapshot) throw Error(ErrorKind::corrupt, "The restore point names no snapshot");
    auto record = catalog::Repositories(environment.database).find(point.repository);
    if (!record)
        throw Error(ErrorKind::not_found, "The repository of this restore point was removed from Holdfast");
    PointDisks result{.repository = repositories.open(point.repository),
                      .snapshot = *snapshot,
                      .description = {},
                      .disks = {}};
    result.description = read_description(*result.repository, *snapshot, point.vm_name);
    for (const auto& disk : result.description.disks)
        result.disks.push_back({record->path, repositories.password(point.repository), *snapshot,
                                MachinePaths(result.description.name).disk(disk.target)});
    return result;
}

}  // namespace holdfast::protection
