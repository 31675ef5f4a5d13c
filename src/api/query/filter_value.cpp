#include "api/query/filter_value.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "api/description/characters.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

constexpr std::size_t longest_citation = 80;

Error refuse(const catalog::Field& field, std::string_view text, std::string_view wanted) {
    return Error(ErrorKind::invalid_input,
                 fmt::format("{} is no value of {}, which is {}", cite(text), field.name, wanted));
}

// All of the text is one number of that type.
template <typename Number>
std::optional<Number> read_number(std::string_view text) {
    Number number{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

catalog::Value read_boolean(const catalog::Field& field, std::string_view text) {
    if (equal_ignoring_case(text, "true")) return std::int64_t{1};
    if (equal_ignoring_case(text, "false")) return std::int64_t{0};
    throw refuse(field, text, "true or false");
}

catalog::Value read_word(const catalog::Field& field, std::string_view text) {
    auto found =
        std::ranges::find_if(field.words, [&](const auto& word) { return equal_ignoring_case(word, text); });
    if (found == field.words.end())
        throw refuse(field, text, fmt::format("one of {}", fmt::join(field.words, ", ")));
    return std::int64_t{found - field.words.begin()};
}

// The databases take UTF-8 without zero bytes.
bool is_clean(std::string_view text) {
    while (!text.empty()) {
        auto character = first_character(text);
        if (!character.valid || character.code == 0) return false;
        text.remove_prefix(character.bytes);
    }
    return true;
}

}  // namespace

std::string cite(std::string_view text) {
    std::string cited = "'";
    for (std::string_view rest = text.substr(0, longest_citation); !rest.empty();) {
        auto character = first_character(rest);
        if (character.valid && allowed_in_xml(character.code))
            cited += rest.substr(0, character.bytes);
        else
            cited += '?';
        rest.remove_prefix(character.bytes);
    }
    return cited + (text.size() > longest_citation ? "…'" : "'");
}

catalog::Value read_value(const catalog::Field& field, std::string_view text) {
    using catalog::FieldKind;
    switch (field.kind) {
        case FieldKind::text:
            if (!is_clean(text)) throw refuse(field, text, "text in UTF-8");
            return std::string(text);
        case FieldKind::number:
            if (auto number = read_number<std::int64_t>(text)) return *number;
            throw refuse(field, text, "a whole number");
        case FieldKind::real:
            if (auto number = read_number<double>(text); number && std::isfinite(*number)) return *number;
            throw refuse(field, text, "a number");
        case FieldKind::boolean:
            return read_boolean(field, text);
        case FieldKind::time:
            if (auto time = parse_time(text)) return to_micros(*time);
            throw refuse(field, text, "a time such as 2026-05-31T22:00:00Z, or a date");
        case FieldKind::enumeration:
            return read_word(field, text);
        case FieldKind::id:
            if (auto id = parse_urn_or_id(text)) return id->to_string();
            throw refuse(field, text, "a UID or a guid");
    }
    throw Error(ErrorKind::internal, "The field " + field.name + " is of no kind");
}

}  // namespace holdfast::api
