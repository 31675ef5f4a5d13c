// Snapshot files as JSON. Source: restic doc/design.rst, "Snapshots".
#pragma once

#include <string>
#include <string_view>

#include "repository/bytes.hpp"
#include "repository/repository.hpp"

namespace holdfast::repository {

// `id` is left to the caller. Throws corrupt.
Snapshot parse_snapshot(ByteView json, std::string_view subject);

// With the user id and group id of this process, as restic writes them.
std::string encode_snapshot(const Snapshot& snapshot);

// The file of a copy in another repository, from the file of the snapshot `id`: as it is, but for its parent,
// which is left out, the original, and the tags where others are given. Throws corrupt.
std::string encode_copy(ByteView json, const SnapshotId& id,
                        const std::optional<std::vector<std::string>>& tags, std::string_view subject);

}  // namespace holdfast::repository
