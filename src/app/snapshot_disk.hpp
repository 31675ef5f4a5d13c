// Finding a disk in a snapshot by the name that people use.
#pragma once

#include <memory>
#include <string>

#include "repository/repository.hpp"

namespace holdfast {

struct SnapshotDisk {
    std::string path;  // inside the snapshot
    std::uint64_t size = 0;
};

// `name` is a path inside the snapshot ("web01/disks/vda.raw"; below `folder`, where that is not empty), or
// the name of a disk ("vda") of the one machine that has it. not_found; invalid_input, naming the paths,
// where several machines have it.
SnapshotDisk find_disk(repository::Repository& repository, const repository::Snapshot& snapshot,
                       const std::string& folder, const std::string& name);

}  // namespace holdfast
