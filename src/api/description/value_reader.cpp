#include "api/description/value_reader.hpp"

#include <fmt/format.h>

#include "api/description/characters.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

std::string_view noun(Wire wire, Role role) {
    if (wire == Wire::json) return "member";
    return role == Role::attribute ? "attribute" : "element";
}

void check_length(const Shape& shape, std::string_view text, const Where& where) {
    const std::size_t length = count_characters(text);
    if (length > shape.max_length)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The {} is {} characters long; at most {} are allowed", describe(where),
                                length, shape.max_length));
    if (length >= shape.min_length) return;
    if (length == 0) throw Error(ErrorKind::invalid_input, fmt::format("The {} is empty", describe(where)));
    throw Error(ErrorKind::invalid_input, fmt::format("The {} is {} characters long; at least {} are needed",
                                                      describe(where), length, shape.min_length));
}

// What could not be sent back in XML must not come in through JSON.
void check_characters(std::string_view text, const Where& where) {
    while (!text.empty()) {
        const Character character = first_character(text);
        if (!character.valid || !allowed_in_xml(character.code))
            throw Error(ErrorKind::invalid_input,
                        fmt::format("The {} contains control characters or broken text", describe(where)));
        text.remove_prefix(character.bytes);
    }
}

std::string alternatives(const Shape& shape) {
    std::string names;
    for (std::size_t index = 0; index < shape.fields.size(); ++index) {
        if (index > 0) names += index + 1 == shape.fields.size() ? " or " : ", ";
        names += shape.fields[index].name;
    }
    return names;
}

}  // namespace

std::string shown(std::string_view text) {
    std::string result;
    std::size_t characters = 0;
    while (!text.empty()) {
        if (++characters > 60) return result + "...";
        const Character character = first_character(text);
        const bool printable = character.valid && character.code >= 0x20 && character.code != 0x7F;
        result += printable ? std::string(text.substr(0, character.bytes)) : "?";
        text.remove_prefix(character.bytes);
    }
    return result;
}

std::string describe(const Where& where) {
    if (where.parent.empty()) return fmt::format("{} {}", noun(where.wire, where.role), shown(where.name));
    return fmt::format("{} {} of {}", noun(where.wire, where.role), shown(where.name), shown(where.parent));
}

void read_value(const Shape& shape, void* value, std::string_view text, const Where& where) {
    if (shape.kind == Kind::text) {
        check_length(shape, text, where);
        check_characters(text, where);
    } else {
        text = trimmed(text);
    }
    if (shape.read(value, text, where.wire)) return;
    throw Error(ErrorKind::invalid_input, fmt::format("The {} is \"{}\"; it must be {}", describe(where),
                                                      shown(text), expectation(shape)));
}

void check_complete(const Shape& shape, const std::vector<bool>& given, std::string_view name, Wire wire) {
    std::size_t chosen = 0;
    for (std::size_t index = 0; index < shape.fields.size(); ++index) {
        const Field& field = shape.fields[index];
        chosen += given[index];
        if (field.occurrence == Occurrence::required && !given[index] && field.role != Role::inner_text)
            throw Error(ErrorKind::invalid_input,
                        fmt::format("The {} is missing", describe({wire, field.role, field.name, name})));
    }
    const bool choice = shape.style == Style::choice || shape.style == Style::optional_choice;
    if (!choice || chosen == 1 || (chosen == 0 && shape.style == Style::optional_choice)) return;
    throw Error(ErrorKind::invalid_input,
                fmt::format("{} must have exactly one of {}, but has {}", shown(name), alternatives(shape),
                            chosen == 0 ? "none" : "more"));
}

}  // namespace holdfast::api
