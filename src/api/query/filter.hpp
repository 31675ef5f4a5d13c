// The filter language of queries: Name=="web 01";(State==Working,State==Starting). A comparison is a field,
// one of == != > < >= <= and a value, bare or in quotes (a quote inside is doubled); ";" is AND, "," is OR,
// AND binds tighter. An addition of ours: ~= for texts that contain the value.
#pragma once

#include <string_view>
#include <vector>

#include "catalog/selection.hpp"

namespace holdfast::api {

inline constexpr std::size_t longest_filter = 16 * 1024;  // bytes
inline constexpr std::size_t most_comparisons = 256;
inline constexpr std::size_t deepest_filter = 32;  // parentheses within each other

// `fields` are those of the type called `type`; they outlive the condition. Throws invalid_input that tells
// the position and what would be right: the known fields, the allowed words.
catalog::Condition parse_filter(std::string_view text, const std::vector<catalog::Field>& fields,
                                std::string_view type);

// "UID, Name, Description": for messages.
std::string names_of(const std::vector<catalog::Field>& fields);

}  // namespace holdfast::api
