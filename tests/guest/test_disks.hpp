// Disks with file systems in them, made by the tools of those file systems without mounting anything.
#pragma once

#include <filesystem>

namespace holdfast::guest {

// A partitioned disk with a small Debian on ext4, which mounts `/boot/efi` from the second disk by its UUID
// and would like to mount a third one over a symbolic link that leads out.
void make_system_disk(const std::filesystem::path& image, const std::filesystem::path& scratch);
// An unpartitioned FAT that belongs to the system above.
void make_boot_disk(const std::filesystem::path& image, const std::filesystem::path& scratch);
// A partitioned disk whose second partition is ext4 and belongs to no system.
void make_data_disk(const std::filesystem::path& image, const std::filesystem::path& scratch);
// No file system at all.
void make_garbage_disk(const std::filesystem::path& image);

}  // namespace holdfast::guest
