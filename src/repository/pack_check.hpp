// Reading one pack file from end to end and comparing it with everything that is known of it.
#pragma once

#include <string>
#include <vector>

#include "repository/pack_list.hpp"
#include "repository/store.hpp"

namespace holdfast::repository {

struct PackCheck {
    std::vector<std::string> problems;
    std::vector<BlobIndex::Position> damaged;  // blobs that cannot be read
};

// Name against contents, header against index, every blob against its id. Only a storage that does not answer
// throws (unavailable).
PackCheck check_pack(Store& store, const BlobIndex& index, const PackList::Pack& pack,
                     std::uint64_t file_size);

}  // namespace holdfast::repository
