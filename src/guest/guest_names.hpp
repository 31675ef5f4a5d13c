// Paths as guests have them and as clients write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/unicode.hpp"

namespace holdfast::guest {

// The names of a path; empty ones and "." are passed over. invalid_input for "..", a NUL, or more than 16
// KiB.
std::vector<std::string> split_path(std::string_view path);

std::string joined(const std::vector<std::string>& names);

}  // namespace holdfast::guest
