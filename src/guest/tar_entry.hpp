// A tar archive of one file or link, named "entry", with all that a file system knows of it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "guest/guest_memory.hpp"

namespace holdfast::guest {

// Name and value, any bytes: "security.capability", "system.posix_acl_access".
using ExtendedAttributes = std::vector<std::pair<std::string, std::string>>;

// What stands before the content. What a plain header cannot carry is in a pax header before it, which
// programs that do not know pax pass over; long targets of links are told the GNU way, which all know. Pure.
std::string tar_header(const FileStat& stat, const std::string& link_target,
                       const ExtendedAttributes& attributes);
// What stands after a content of `size` bytes: padding and the end of the archive.
std::string tar_end(std::uint64_t size);

}  // namespace holdfast::guest
