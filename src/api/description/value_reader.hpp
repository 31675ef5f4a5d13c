// What the readers of both forms share: values without members, and what must be there when everything was
// read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "api/description/shape.hpp"

namespace holdfast::api {

// "element JobName of BackupJobCloneInfo": where in the body something stands, for messages.
struct Where {
    Wire wire;
    Role role;
    std::string_view name;
    std::string_view parent;
};
std::string describe(const Where& where);

// Text from the body as it may stand in a message: bounded, and without what would break a line or a
// terminal.
std::string shown(std::string_view text);

// Throws invalid_input when the text is not what the shape asks for.
void read_value(const Shape& shape, void* value, std::string_view text, const Where& where);

// Throws invalid_input when a required field is missing, or a choice is not exactly one. `given` has one
// entry a field.
void check_complete(const Shape& shape, const std::vector<bool>& given, std::string_view name, Wire wire);

}  // namespace holdfast::api
