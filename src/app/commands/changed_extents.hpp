// The file that `backup --changed` reads: a line "OFFSET LENGTH" in decimal bytes for each run that changed.
#pragma once

#include <filesystem>
#include <vector>

#include "repository/block_device.hpp"

namespace holdfast {

// In any order, and overlapping, as the file has them; the result is ordered and disjoint. invalid_input,
// naming the line, for what is no such line or lies past `disk_size`. At most 256 MiB.
std::vector<repository::Extent> read_changed_extents(const std::filesystem::path& file,
                                                     std::uint64_t disk_size);

}  // namespace holdfast
