// Disk images as the command line names them, and raw image files read and written past the page cache.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "repository/block_device.hpp"

namespace holdfast::disk {

// A raw file or block device (holes found by SEEK_DATA), a qcow2 file (served by a qemu-nbd of its own), or
// an NBD URI ("nbd+unix:///vda?socket=/run/x", "nbd://host/export"). not_found, invalid_input, or
// unavailable. Reads what is in the page cache from there and all else past it.
std::unique_ptr<repository::BlockSource> open_image(const std::string& image);

// A new sparse raw file of `size` bytes, or an existing block device of at least that size, whose old content
// is discarded or zeroed. conflict when the file exists. Writes past the page cache where the file system
// can.
std::unique_ptr<repository::BlockSink> create_raw_image(const std::filesystem::path& path,
                                                        std::uint64_t size);

}  // namespace holdfast::disk
