#include "base/time.hpp"

#include <date/date.h>
#include <fmt/format.h>

#include <regex>
#include <sstream>

namespace holdfast {

Timestamp now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

namespace {

// To the second, without streams and their locale: a long list has millions of times.
std::string format_seconds(Timestamp time, char between) {
    auto day = std::chrono::floor<std::chrono::days>(time);
    std::chrono::year_month_day calendar(day);
    std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}", static_cast<int>(calendar.year()),
                       static_cast<unsigned>(calendar.month()), static_cast<unsigned>(calendar.day()),
                       between, clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

// ".173", and nothing for a whole second.
std::string format_fraction(Timestamp time) {
    auto micros = (time - std::chrono::floor<std::chrono::seconds>(time)).count();
    if (micros == 0) return {};
    std::string text = fmt::format(".{:06}", micros);
    text.erase(text.find_last_not_of('0') + 1);
    return text;
}

}  // namespace

std::string format_utc(Timestamp time) {
    return format_seconds(time, 'T') + format_fraction(time) + 'Z';
}

std::string format_in_full(Timestamp time) {
    return format_seconds(time, ' ') + format_fraction(time);
}

std::string format_for_name(Timestamp time) {
    return format_seconds(time, ' ');
}

namespace {

// The parser below also takes "nan" for seconds and as many of them as overflow a time.
bool has_shape_of_a_time(const std::string& text) {
    static const std::regex shape(
        "[0-9]{4}-[0-9]{2}-[0-9]{2}"
        "([Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?([Zz]|[-+][0-9]{2}:?[0-9]{2})?)?");
    return std::regex_match(text, shape);
}

// A span that every offset keeps within the nanoseconds' 290 years from 1970.
bool is_in_span(Timestamp time) {
    using namespace std::chrono;
    return time >= sys_days(January / 1 / 1700) && time < sys_days(January / 1 / 2200);
}

}  // namespace

std::optional<Timestamp> parse_time(std::string_view text) {
    std::string input(text);
    if (!has_shape_of_a_time(input) || input < "1699" || input >= "2201") return std::nullopt;
    if (input.back() == 'Z' || input.back() == 'z') input.replace(input.size() - 1, 1, "+00:00");
    if (input.size() > 10) input[10] = 'T';
    for (const char* format : {"%FT%T%Ez", "%FT%T", "%F"}) {
        std::istringstream stream(input);
        // Nanoseconds, so that seven digits of a .NET fraction are read whole.
        date::sys_time<std::chrono::nanoseconds> parsed;
        stream >> date::parse(format, parsed);
        if (!stream.fail() && stream.peek() == std::istringstream::traits_type::eof()) {
            auto time = std::chrono::floor<std::chrono::microseconds>(parsed);
            return is_in_span(time) ? std::optional(time) : std::nullopt;
        }
    }
    return std::nullopt;
}

}  // namespace holdfast
