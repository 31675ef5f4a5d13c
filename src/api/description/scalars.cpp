#include "api/description/scalars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.hpp"

namespace holdfast::api {
namespace {

// The whole of `text`, or false: no blanks, no rest.
template <typename Number>
bool parse_number(Number& value, std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failure == std::errc() && end == text.data() + text.size() && !text.empty();
}

template <typename Number>
Shape integer_shape(std::string_view type_name) {
    Shape shape{.kind = Kind::integer, .type_name = type_name};
    shape.minimum = std::numeric_limits<Number>::min();
    shape.maximum = std::numeric_limits<Number>::max();
    shape.write = [](const void* value, Wire) { return std::to_string(*static_cast<const Number*>(value)); };
    shape.read = [](void* value, std::string_view text, Wire wire) {
        std::int64_t number = 0;
        if (!read_integer(number, text, wire) || !std::in_range<Number>(number)) return false;
        *static_cast<Number*>(value) = static_cast<Number>(number);
        return true;
    };
    return shape;
}

bool read_bool(void* value, std::string_view text, Wire wire) {
    auto is = [&](std::string_view word) {
        return wire == Wire::json ? equal_ignoring_case(text, word) : text == word;
    };
    const bool yes = is("true") || text == "1";
    if (!yes && !is("false") && text != "0") return false;
    *static_cast<bool*>(value) = yes;
    return true;
}

std::string write_real(const void* value, Wire) {
    const double number = *static_cast<const double*>(value);
    // JSON has no other numbers, and no client expects one.
    return std::isfinite(number) ? fmt::format("{}", number) : "0";
}

bool read_real(void* value, std::string_view text, Wire) {
    double number = 0;
    if (!parse_number(number, text) || !std::isfinite(number)) return false;
    *static_cast<double*>(value) = number;
    return true;
}

std::string write_time_of_day(const void* value, Wire wire) {
    const auto& time = *static_cast<const TimeOfDay*>(value);
    const auto seconds = time.since_midnight.count();
    const auto offset = std::abs(time.offset.count());
    return fmt::format("{}{:02}:{:02}:{:02}{}{}{:02}:{:02}", wire == Wire::json ? "2000-01-01T" : "",
                       seconds / 3600, seconds / 60 % 60, seconds % 60, wire == Wire::json ? "" : ".0000000",
                       time.offset.count() < 0 ? '-' : '+', offset / 60, offset % 60);
}

// Two digits at `at`, at most `most`.
bool two_digits(std::string_view text, std::size_t at, int most, int& value) {
    return text.size() >= at + 2 && parse_number(value, text.substr(at, 2)) && text[at] != '+' &&
           value >= 0 && value <= most;
}

// "+01:00", "Z" or nothing.
bool read_offset(std::string_view text, std::chrono::minutes& offset) {
    int hours = 0;
    int minutes = 0;
    offset = {};
    if (text.empty() || text == "Z" || text == "z") return true;
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
    if (!two_digits(text, 1, 14, hours) || !two_digits(text, 4, 59, minutes)) return false;
    if (hours == 14 && minutes != 0) return false;
    offset = std::chrono::minutes(hours * 60 + minutes) * (text[0] == '-' ? -1 : 1);
    return true;
}

// ".123", if there is one; at most nine digits.
bool skip_fraction(std::string_view& text) {
    if (!text.starts_with('.')) return true;
    const auto end = std::min(text.find_first_not_of("0123456789", 1), text.size());
    text.remove_prefix(end);
    return end > 1 && end <= 10;
}

// "2026-06-14", "2026-06-14T23:09:26.173Z", "2026-06-14 23:09:26+01:00", in years that 64 bits of nanoseconds
// hold (1753 is how the wire says "never"). What it lets through is then read by parse_time.
bool looks_like_time(std::string_view text) {
    int year = 0;
    int part = 0;
    if (text.size() < 10 || text.size() > 64 || !parse_number(year, text.substr(0, 4))) return false;
    if (year < 1700 || year > 2200 || text[4] != '-' || !two_digits(text, 5, 12, part) || text[7] != '-' ||
        !two_digits(text, 8, 31, part))
        return false;
    text.remove_prefix(10);
    if (text.empty()) return true;
    if (text.size() < 9 || (text[0] != 'T' && text[0] != ' ') || text[3] != ':' || text[6] != ':')
        return false;
    if (!two_digits(text, 1, 23, part) || !two_digits(text, 4, 59, part) || !two_digits(text, 7, 59, part))
        return false;
    text.remove_prefix(9);
    std::chrono::minutes offset{};
    return skip_fraction(text) && read_offset(text, offset);
}

bool read_time(void* value, std::string_view text, Wire) {
    if (!looks_like_time(text)) return false;
    const auto time = parse_time(text);
    if (time) *static_cast<Timestamp*>(value) = *time;
    return time.has_value();
}

bool read_time_of_day(void* value, std::string_view text, Wire) {
    if (text.size() > 64) return false;
    // The date in front of a time in JSON means nothing.
    if (auto date_end = text.find('T'); date_end != std::string_view::npos) text.remove_prefix(date_end + 1);
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    if (!two_digits(text, 0, 23, hours) || !two_digits(text, 3, 59, minutes) || text[2] != ':') return false;
    text.remove_prefix(5);
    if (text.starts_with(':')) {
        if (!two_digits(text, 1, 59, seconds)) return false;
        text.remove_prefix(3);
        if (!skip_fraction(text)) return false;
    }
    TimeOfDay time{std::chrono::seconds(hours * 3600 + minutes * 60 + seconds), {}};
    if (!read_offset(text, time.offset)) return false;
    *static_cast<TimeOfDay*>(value) = time;
    return true;
}

}  // namespace

bool read_integer(std::int64_t& value, std::string_view text, Wire wire) {
    if (parse_number(value, text)) return true;
    double number = 0;
    if (wire != Wire::json || !parse_number(number, text)) return false;
    // Up to 2^53 a double is exact; beyond, "1e300" must not become a number that nobody wrote.
    if (std::abs(number) > 9007199254740992.0 || std::trunc(number) != number) return false;
    value = static_cast<std::int64_t>(number);
    return true;
}

std::size_t find_word(const std::vector<std::string_view>& words, std::string_view text, Wire wire) {
    const auto place = [&](auto found) { return static_cast<std::size_t>(found - words.begin()); };
    // As written first: two words may differ in letter case only (Hyperv, HyperV).
    const auto exact = std::ranges::find(words, text);
    if (exact != words.end() || wire == Wire::xml) return place(exact);
    return place(
        std::ranges::find_if(words, [&](std::string_view word) { return equal_ignoring_case(word, text); }));
}

Shape bounded_text(std::size_t min_length, std::size_t max_length) {
    Shape shape{.kind = Kind::text, .type_name = "xs:string"};
    shape.min_length = min_length;
    shape.max_length = max_length;
    shape.length_in_schema = true;
    return shape;
}

Shape bounded_integer(std::int64_t minimum, std::int64_t maximum) {
    Shape shape{.kind = Kind::integer, .type_name = "xs:long"};
    shape.minimum = minimum;
    shape.maximum = maximum;
    shape.range_in_schema = true;
    return shape;
}

template <>
const Shape& shape_of<std::string>() {
    static const Shape shape = [] {
        Shape made{.kind = Kind::text, .type_name = "xs:string"};
        made.write = [](const void* value, Wire) { return *static_cast<const std::string*>(value); };
        made.read = [](void* value, std::string_view text, Wire) {
            *static_cast<std::string*>(value) = text;
            return true;
        };
        return made;
    }();
    return shape;
}

template <>
const Shape& shape_of<bool>() {
    static const Shape shape = [] {
        Shape made{.kind = Kind::boolean, .type_name = "xs:boolean"};
        made.write = [](const void* value, Wire) {
            return std::string(*static_cast<const bool*>(value) ? "true" : "false");
        };
        made.read = read_bool;
        return made;
    }();
    return shape;
}

template <>
const Shape& shape_of<std::int64_t>() {
    static const Shape shape = integer_shape<std::int64_t>("xs:long");
    return shape;
}

template <>
const Shape& shape_of<std::int32_t>() {
    static const Shape shape = integer_shape<std::int32_t>("xs:int");
    return shape;
}

template <>
const Shape& shape_of<std::uint16_t>() {
    static const Shape shape = integer_shape<std::uint16_t>("xs:unsignedShort");
    return shape;
}

template <>
const Shape& shape_of<double>() {
    static const Shape shape = [] {
        Shape made{.kind = Kind::real, .type_name = "xs:double"};
        made.write = write_real;
        made.read = read_real;
        return made;
    }();
    return shape;
}

template <>
const Shape& shape_of<Timestamp>() {
    static const Shape shape = [] {
        Shape made{.kind = Kind::time, .type_name = "xs:dateTime"};
        made.write = [](const void* value, Wire) {
            return format_utc(*static_cast<const Timestamp*>(value));
        };
        made.read = read_time;
        return made;
    }();
    return shape;
}

template <>
const Shape& shape_of<TimeOfDay>() {
    static const Shape shape = [] {
        Shape made{.kind = Kind::time_of_day, .type_name = "xs:time"};
        made.write = write_time_of_day;
        made.read = read_time_of_day;
        return made;
    }();
    return shape;
}

}  // namespace holdfast::api
