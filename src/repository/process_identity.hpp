// Who runs this process, as restic writes it into locks, keys and snapshots.
#pragma once

#include <cstdint>
#include <string>

namespace holdfast::repository {

struct ProcessIdentity {
    std::string hostname;
    std::string username;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint64_t pid = 0;

    static ProcessIdentity current();
};

}  // namespace holdfast::repository
