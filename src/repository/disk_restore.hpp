// Writing a whole disk out of a snapshot.
#pragma once

#include <stop_token>

#include "repository/store.hpp"

namespace holdfast::repository {

// See Repository::restore_disk. The caller holds a lock.
void restore_disk_content(Store& store, const BlobIndex& index, const Node& node, BlockSink& sink,
                          Progress& progress, const std::stop_token& stop);

// See Repository::restore_disk_over. The caller holds a lock.
void restore_disk_content_over(Store& store, const BlobIndex& index, const Node& node, const DiskSeed& seed,
                               BlockSink& sink, Progress& progress, const std::stop_token& stop);

}  // namespace holdfast::repository
