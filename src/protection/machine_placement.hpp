// Where a machine that is put back gets its files.
#pragma once

#include <filesystem>
#include <string>

#include "hypervisor/host.hpp"
#include "protection/machine_snapshot.hpp"

namespace holdfast::protection {

// Beside the original's disk where that folder is there, else where libvirt keeps images.
std::filesystem::path folder_for(const SavedDisk& disk);

// A file that is not there yet: what an earlier machine of that name left is never overwritten.
std::filesystem::path free_file(const std::filesystem::path& folder, const std::string& stem,
                                const std::string& ending);

// libvirt names the file when the machine is defined; the saved UEFI variables must be in it before the first
// start.
void restore_nvram(hypervisor::Host& host, const Uuid& domain, repository::Repository& repository,
                   const repository::SnapshotId& snapshot, const MachineDescription& description);

}  // namespace holdfast::protection
