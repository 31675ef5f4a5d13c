// The folder of one backup job: QEMU's socket and scratch files.
#pragma once

#include <filesystem>
#include <string>

#include "hypervisor/libvirt_handles.hpp"

namespace holdfast::hypervisor {

// A new folder in `parent` that only the user of the domain's QEMU may enter (and root). Its owner is taken
// from the domain's DAC label; where it has none (qemu:///session), from `parent`. Throws forbidden where
// Holdfast may not give a folder away.
std::filesystem::path make_scratch_folder(const std::filesystem::path& parent, virDomainPtr domain);

// Whether `folder` has a name that make_scratch_folder gives.
bool is_scratch_folder(const std::filesystem::path& folder, const std::filesystem::path& parent);

// Removes what a backup job leaves in such a folder, and the folder. Gone already: no error. Throws io.
void remove_scratch_folder(const std::filesystem::path& folder);

}  // namespace holdfast::hypervisor
