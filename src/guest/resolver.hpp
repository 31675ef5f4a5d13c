// Following a path inside one root without ever leaving it.
#pragma once

#include <guestfs.h>

#include <optional>
#include <span>
#include <string>

#include "guest/directory.hpp"
#include "guest/guest_memory.hpp"

namespace holdfast::guest {

struct Resolved {
    std::string folder_path;  // in the appliance: "/root0/etc/hostname", with no symbolic link on the way
    std::string shown;  // below the root, links not resolved, in the letters the guest uses: "etc/hostname"
    FileStat stat{};
};

enum class LastLink { followed, kept };

// Looks `names` up one by one below `root` (a folder of the appliance), because libguestfs itself would
// follow an absolute link out of this root into another. Nothing when there is no such thing, or a link on
// the way leads nowhere; invalid_input for a circle of links. Runs on the appliance's thread; the file
// systems are read-only, so what was looked up stays true.
std::optional<Resolved> resolve(guestfs_h* handle, const std::string& root,
                                std::span<const std::string> names, LastLink last);

}  // namespace holdfast::guest
