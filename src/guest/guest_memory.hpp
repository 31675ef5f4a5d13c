// Owners of what libguestfs hands out.
#pragma once

#include <guestfs.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace holdfast::guest {

template <auto Free>
struct FreeBy {
    void operator()(auto* pointer) const { Free(pointer); }
};

using OwnedText = std::unique_ptr<char, FreeBy<std::free>>;
// libguestfs has functions of the same names as its types.
using FileStat = struct guestfs_statns;
using OwnedStat = std::unique_ptr<FileStat, FreeBy<guestfs_free_statns>>;
using OwnedStats = std::unique_ptr<struct guestfs_statns_list, FreeBy<guestfs_free_statns_list>>;
using OwnedAttributes = std::unique_ptr<struct guestfs_xattr_list, FreeBy<guestfs_free_xattr_list>>;
using OwnedDirectory = std::unique_ptr<struct guestfs_dirent_list, FreeBy<guestfs_free_dirent_list>>;

// Takes a NULL-terminated list of strings over; an empty list for NULL.
inline std::vector<std::string> take_strings(char** list) {
    std::vector<std::string> result;
    if (list == nullptr) return result;
    for (char** entry = list; *entry != nullptr; ++entry) {
        result.emplace_back(*entry);
        std::free(*entry);
    }
    std::free(list);
    return result;
}

}  // namespace holdfast::guest
