#include "repository/process_identity.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>

namespace holdfast::repository {

ProcessIdentity ProcessIdentity::current() {
    ProcessIdentity identity;
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) == 0) identity.hostname = host.data();
    identity.uid = ::geteuid();
    identity.gid = ::getegid();
    identity.pid = static_cast<std::uint64_t>(::getpid());

    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 16384> buffer;
    // A process whose user has no entry is known by its number.
    bool known =
        ::getpwuid_r(identity.uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr;
    identity.username = known ? std::string(entry.pw_name) : std::to_string(identity.uid);
    return identity;
}

}  // namespace holdfast::repository
