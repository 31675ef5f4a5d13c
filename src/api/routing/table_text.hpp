// For the tables that are written as text: known_operations.cpp, operation_forms.cpp.
#pragma once

#include <algorithm>
#include <string_view>

namespace holdfast::api {

// Cuts the text before the separator off the front of `text`.
inline std::string_view next_word(std::string_view& text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

}  // namespace holdfast::api
