// Names of roles, as a column keeps them: "Portal User,VM Restore Operator".
#pragma once

#include <string>
#include <vector>

namespace holdfast::catalog {

std::string join_roles(const std::vector<std::string>& roles);
std::vector<std::string> split_roles(const std::string& text);

}  // namespace holdfast::catalog
