// Names from outside as UTF-8: made fit to be told, and compared in any letter case.
#pragma once

#include <string>
#include <string_view>

namespace holdfast {

// UTF-8 that XML 1.0 can carry: every byte that is not UTF-8, and every character that XML forbids, becomes
// U+FFFD.
std::string display_name(std::string_view name);

// For comparing names in any letter case: ASCII, Latin, Greek and Cyrillic letters in lower case.
std::string folded(std::string_view name);

}  // namespace holdfast
