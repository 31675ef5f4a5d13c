// Files and folders of a snapshot onto this machine.
#pragma once

#include <filesystem>
#include <stop_token>

#include "base/progress.hpp"
#include "repository/store.hpp"

namespace holdfast::repository {

// Restores all below `entry`, when it is a folder, or else `entry` itself, into `target`. One thread walks
// the trees at a time, others fetch and write; a few MiB for each thread are in memory. All there is to do is
// in progress.total_bytes before anything is restored. See Repository::restore_files.
RestoreFilesResult restore_entries(Store& store, const BlobIndex& index, const Node& entry,
                                   const std::filesystem::path& target, const RestoreFilesOptions& options,
                                   Progress& progress, const std::stop_token& stop);

}  // namespace holdfast::repository
