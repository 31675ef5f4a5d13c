// The shapes of values without members. Included by describe.hpp; nobody else needs it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/description/field_types.hpp"
#include "api/description/shape.hpp"

namespace holdfast::api {

template <>
const Shape& shape_of<std::string>();
template <>
const Shape& shape_of<bool>();
template <>
const Shape& shape_of<std::int64_t>();
template <>
const Shape& shape_of<std::int32_t>();
template <>
const Shape& shape_of<std::uint16_t>();
template <>
const Shape& shape_of<double>();
template <>
const Shape& shape_of<Timestamp>();
template <>
const Shape& shape_of<TimeOfDay>();

// Text whose length is part of its type; `write` and `read` are given by who knows the C++ type.
Shape bounded_text(std::size_t min_length, std::size_t max_length);
Shape bounded_integer(std::int64_t minimum, std::int64_t maximum);

// Nothing when the text is no whole number of 64 bits; "3.0" and "1e3" are whole numbers in JSON.
bool read_integer(std::int64_t& value, std::string_view text, Wire wire);

// The place of the word in the list; words.size() when it is none of them.
std::size_t find_word(const std::vector<std::string_view>& words, std::string_view text, Wire wire);

}  // namespace holdfast::api
