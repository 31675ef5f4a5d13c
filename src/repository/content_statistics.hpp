// How much the snapshots hold.
#pragma once

#include <span>
#include <stop_token>

#include "repository/store.hpp"

namespace holdfast::repository {

// See Repository::content_statistics. Reads every tree once, however many snapshots have it.
ContentStatistics count_content(Store& store, const BlobIndex& index, std::span<const Snapshot> snapshots,
                                const std::stop_token& stop);

}  // namespace holdfast::repository
