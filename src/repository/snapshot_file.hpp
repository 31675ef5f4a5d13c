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

}  // namespace holdfast::repository
