// The storages that the disks of a machine lie on: so that not too many are read from one at a time.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "hypervisor/host.hpp"

namespace holdfast::protection {

// Each once: the path of the innermost storage pool that holds the disk; outside of all pools the folder of
// the file or device, which for a logical volume is that of its group (/dev/vg0). A disk that is no file
// here is on a storage of its own and not counted. Pure.
std::vector<std::string> storages_of(std::span<const hypervisor::DomainDisk> disks,
                                     std::span<const hypervisor::StoragePool> pools);

}  // namespace holdfast::protection
