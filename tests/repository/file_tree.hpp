// Folders of files for tests: one of each kind and attribute, and what of all that can be seen of a folder.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::repository {

void write_file(const std::filesystem::path& path, std::string_view content);

// One of each kind and attribute that this user may make.
void make_everything(const std::filesystem::path& folder);
// 14 MiB and 3 bytes, of which little more than 1 MiB is data.
void make_sparse(const std::filesystem::path& path);

// A line for each file below the folder: all that a restore should bring back, sockets left out. Links to the
// same file have the same number.
std::vector<std::string> describe_folder(const std::filesystem::path& folder);

}  // namespace holdfast::repository
