// UTF-8 as XML and JSON want it.
#pragma once

#include <cstddef>
#include <string_view>

namespace holdfast::api {

// One character at the front of a non-empty `text`. Broken UTF-8 (overlong, surrogate, cut short) is one byte
// that is not valid.
struct Character {
    char32_t code;
    std::size_t bytes;
    bool valid;
};
Character first_character(std::string_view text);

// How many bytes at the front are written in XML and JSON as they are: printable ASCII without &<>"\.
std::size_t count_plain(std::string_view text);

// XML 1.0 allows neither control characters other than tab and line ends, nor U+FFFE and U+FFFF.
bool allowed_in_xml(char32_t code);

// How many characters, for limits of length.
std::size_t count_characters(std::string_view text);

}  // namespace holdfast::api
