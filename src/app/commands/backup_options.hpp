// What `backup` was told, and its two kinds of work.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/command_run.hpp"
#include "repository/snapshot_writer.hpp"

namespace holdfast {

struct BackupOptions {
    CommonOptions common;
    std::vector<std::filesystem::path> paths;
    repository::FilesOptions files;
    std::vector<std::string> disks;    // NAME=IMAGE
    std::vector<std::string> changed;  // NAME=FILE
    std::string machine;
    std::optional<std::uint64_t> chunk_size;
    std::vector<std::string> tags;
    std::string host;
    std::string parent;
};

// Both return the exit status.
int back_up_disks(const BackupOptions& options, CommandRun& run);
int back_up_files(const BackupOptions& options, CommandRun& run);

}  // namespace holdfast
