// Names as guests have them and as clients see them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::guest {

// UTF-8 that XML 1.0 can carry: every byte that is not UTF-8, and every character that XML forbids, becomes
// U+FFFD.
std::string display_name(std::string_view name);

// For comparing names in any letter case: ASCII, Latin, Greek and Cyrillic letters in lower case.
std::string folded(std::string_view name);

// The names of a path; empty ones and "." are passed over. invalid_input for "..", a NUL, or more than 16
// KiB.
std::vector<std::string> split_path(std::string_view path);

std::string joined(const std::vector<std::string>& names);

}  // namespace holdfast::guest
