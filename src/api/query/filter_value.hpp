// The values of a filter, read as their fields want them.
#pragma once

#include <string>
#include <string_view>

#include "catalog/selection.hpp"

namespace holdfast::api {

// Throws invalid_input that tells what the field takes.
catalog::Value read_value(const catalog::Field& field, std::string_view text);

// What a client wrote, cut to what a message bears.
std::string cite(std::string_view text);

}  // namespace holdfast::api
