// The XML of a backup job and of a checkpoint. Pure.
// Formats: https://libvirt.org/formatbackup.html and https://libvirt.org/formatcheckpoint.html
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hypervisor/host.hpp"

namespace holdfast::hypervisor {

struct PlannedDisk {
    DomainDisk disk;
    std::optional<std::string> base_checkpoint;  // set: incremental
};

// "backup-vda": the bitmap that the export shows; its meta context is "qemu:dirty-bitmap:backup-vda".
std::string export_bitmap(const std::string& target);

// One export a disk, named as its target. Scratch files are `<folder>/<target>.scratch`.
std::string backup_xml(const std::vector<PlannedDisk>& disks, const std::filesystem::path& socket,
                       const std::filesystem::path& scratch_folder);

// On the disks that support it; nothing where none does.
std::optional<std::string> checkpoint_xml(const std::string& name, const std::vector<DomainDisk>& disks);

// The targets on which a checkpoint has a bitmap, from the XML that libvirt gives for it.
std::vector<std::string> disks_of_checkpoint(std::string_view xml);

// The socket of a running backup job, from its XML; empty for one that is not on a unix socket.
std::filesystem::path socket_of_backup(std::string_view xml);

}  // namespace holdfast::hypervisor
