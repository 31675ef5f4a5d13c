// Reading one folder inside the appliance. Functions that take a handle run on the appliance's thread; their
// paths are the appliance's own, resolved already: they have no symbolic link on the way.
#pragma once

#include <guestfs.h>

#include <string>
#include <vector>

#include "guest/guest_files.hpp"
#include "guest/guest_memory.hpp"

namespace holdfast::guest {

constexpr std::size_t most_entries = 1'000'000;

struct Name {
    std::string name;  // as the guest has it, any bytes
    EntryKind kind = EntryKind::other;
};

// Without "." and "..", folders first, then by name. too_large above `most_entries`.
std::vector<Name> read_directory(guestfs_h* handle, const std::string& folder);

// The metadata of some names of one folder, links not followed. A name that cannot be read is an entry of
// kind other.
std::vector<Entry> stat_names(guestfs_h* handle, const std::string& folder, std::span<const Name> names,
                              const std::string& shown_folder);

EntryKind kind_of(const FileStat& stat);
Entry make_entry(const FileStat& stat, std::string shown_path);

}  // namespace holdfast::guest
