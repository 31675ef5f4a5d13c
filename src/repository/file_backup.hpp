// Files and folders of this machine into blobs and trees.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "base/progress.hpp"
#include "repository/pack_writer.hpp"
#include "repository/snapshot_writer.hpp"

namespace holdfast::repository {

struct BackedUpFiles {
    std::map<std::string, Node> entries;  // what stands at the root of the snapshot
    FilesResult result;
};

// `parent` is the tree of a snapshot whose unchanged files are not read. Several threads walk, read and save;
// content is in memory for a few chunks each, and trees for the folders that are under way. Throws what
// PackWriter throws, and cancelled; what happens to single files is in the result.
BackedUpFiles back_up_files(Store& store, const BlobIndex& index, PackWriter& packs,
                            const std::optional<BlobId>& parent, std::span<const std::filesystem::path> paths,
                            const FilesOptions& options, Progress& progress, const std::stop_token& stop);

}  // namespace holdfast::repository
