// How the paths to back up lie in a snapshot, as restic lays them: "/home/ann" as /home/ann, "../x/y" as
// /x/y. Source: restic internal/archiver/tree.go.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>

namespace holdfast::repository {

// A name in the snapshot: either a file or folder of this machine with all below it, or a folder that stands
// only on the way to such.
struct BackupTarget {
    std::filesystem::path path;       // absolute: what is here, or what the folder on the way is described by
    std::filesystem::path given;      // absolute: the path to back up that this belongs to
    bool is_whole = false;            // with all below it
    std::filesystem::path directory;  // of the first name, to tell "a" from "../a"
    std::map<std::string, BackupTarget> entries;  // of a folder on the way
};

// The entries are what stands at the root of the snapshot. "." and "/" stand for everything in them.
// invalid_input for an empty path; io when a folder that stands for its contents cannot be read.
BackupTarget lay_out_targets(std::span<const std::filesystem::path> paths);

// The absolute path, without "." and "..": what a snapshot records.
std::filesystem::path absolute_target(const std::filesystem::path& path);

}  // namespace holdfast::repository
