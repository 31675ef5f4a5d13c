// Which file systems the disks have, and mounting them side by side in the appliance.
#pragma once

#include <guestfs.h>

#include <string>
#include <vector>

#include "guest/guest_files.hpp"

namespace holdfast::guest {

struct MountedRoot {
    Root root;
    std::string folder;  // in the appliance: "/root0"
};

// Runs on the appliance's thread. Read-only, without devices, programs and set-user-id. What cannot be
// mounted is left out and logged. "/" first, then by path.
std::vector<MountedRoot> mount_all(guestfs_h* handle);

}  // namespace holdfast::guest
