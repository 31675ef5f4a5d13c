// What the system tells about a file besides its content, as the node that restic would write.
#pragma once

#include <sys/stat.h>

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "repository/tree.hpp"

namespace holdfast::repository {

// Names of users and groups, each looked up once. Any thread. A number without a name gives "".
class OwnerNames {
  public:
    std::string user(uid_t uid);
    std::string group(gid_t gid);

  private:
    std::mutex mutex_;
    std::unordered_map<uid_t, std::string> users_;
    std::unordered_map<gid_t, std::string> groups_;
};

// Without link target, extended attributes, content and subtree. The time of access is that of modification,
// as restic has it.
Node describe_file(std::string name, const struct stat& status, OwnerNames& names);

// An entry of the folder that `folder` is open for; with AT_FDCWD, any path. io.
std::string read_link_target(int folder, const std::string& name);

// Of an open file; of an entry of an open folder, which must not be a symbolic link. None where the file
// system has none. io; a single attribute that cannot be read is left out.
std::vector<ExtendedAttribute> read_attributes(int file);
std::vector<ExtendedAttribute> read_attributes(int folder, const std::string& name);

}  // namespace holdfast::repository
