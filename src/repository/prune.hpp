// Removing what no snapshot uses. Safe against a crash at every point: see prune.cpp.
#pragma once

#include <memory>
#include <stop_token>

#include "repository/store.hpp"

namespace holdfast::repository {

// See Repository::prune. corrupt, with nothing changed, when something that a snapshot uses is missing.
PruneResult prune_repository(const std::shared_ptr<Store>& store, Progress& progress,
                             const std::stop_token& stop);

// Which entries of the index the snapshots use, trees included. not_found or corrupt when one of them is
// missing or damaged.
std::vector<bool> find_used_blobs(Store& store, const BlobIndex& index, std::span<const Snapshot> snapshots,
                                  const std::stop_token& stop);

}  // namespace holdfast::repository
