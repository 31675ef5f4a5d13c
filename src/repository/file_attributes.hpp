// Giving a restored file what its node says besides content.
#pragma once

#include <string>
#include <vector>

#include "repository/tree.hpp"

namespace holdfast::repository {

enum class Owners { restore, leave };

// Owner, extended attributes with ACLs, mode and times of what `file` is open for (O_PATH will do; not a
// symbolic link). As much as the system allows; a few words for each thing that it refuses. Set-user-id and
// set-group-id are left out where the owner is.
std::vector<std::string> restore_attributes(int file, const Node& node, Owners owners);

// Owner and times of a symbolic link.
std::vector<std::string> restore_link_attributes(int folder, const Node& node, Owners owners);

}  // namespace holdfast::repository
