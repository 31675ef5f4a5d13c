// Disk images as the command line names them, and raw image files read and written past the page cache.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "repository/block_device.hpp"

namespace holdfast::disk {

// What `image` names:
// - an NBD URI as libnbd reads it: "nbd://host:10809/export", "nbd+unix:///vda?socket=/run/x";
// - "qcow2:PATH", or a PATH that ends in ".qcow2": a qcow2 file with its backing files, served by a qemu-nbd;
// - "raw:PATH", or any other PATH: a raw file (holes found by SEEK_DATA) or block device.
// What is in the file never decides: whoever owns a raw disk could write a qcow2 header into it that names
// any file of the host as its backing file. A PATH without a prefix whose file begins like qcow2 and is not
// named so is refused (invalid_input); "raw:" or "qcow2:" says which it is.
// Also throws not_found, conflict (a QEMU writes to it), io and unavailable. What is in the page cache is
// read from there, all else past it, and straight into memory that is aligned (direct_file.hpp). A file that
// changes its size meanwhile is an error of read().
std::unique_ptr<repository::BlockSource> open_image(const std::string& image);

// A new sparse raw file of `size` bytes, or an existing block device of at least that size, the first `size`
// bytes of which are discarded or zeroed. conflict when the file exists, or the device is mounted. Writes
// past the page cache where the file system can. A file that was made stays when writing fails.
std::unique_ptr<repository::BlockSink> create_raw_image(const std::filesystem::path& path,
                                                        std::uint64_t size);

}  // namespace holdfast::disk
