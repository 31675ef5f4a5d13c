#include "base/time.hpp"

#include <date/date.h>

#include <sstream>

namespace holdfast {

Timestamp now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::string format_utc(Timestamp time) {
    std::string text = date::format("%FT%T", time);
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
    }
    return text + 'Z';
}

std::string format_in_full(Timestamp time) {
    std::string text = format_utc(time);
    text[text.find('T')] = ' ';
    text.pop_back();
    return text;
}

std::string format_for_name(Timestamp time) {
    return date::format("%F %T", std::chrono::floor<std::chrono::seconds>(time));
}

namespace {

// The parser below takes "nan" for seconds, and nanoseconds overflow some 290 years from 1970.
bool is_readable(std::string_view text) {
    return text.find_first_not_of("0123456789-+:.TtZz ") == std::string_view::npos && text >= "1700" &&
           text < "2200";
}

}  // namespace

std::optional<Timestamp> parse_time(std::string_view text) {
    if (!is_readable(text)) return std::nullopt;
    std::string input(text);
    if (!input.empty() && (input.back() == 'Z' || input.back() == 'z'))
        input.replace(input.size() - 1, 1, "+00:00");
    if (input.size() > 10 && input[10] == ' ') input[10] = 'T';
    for (const char* format : {"%FT%T%Ez", "%FT%T", "%F"}) {
        std::istringstream stream(input);
        // Nanoseconds, so that seven digits of a .NET fraction are read whole.
        date::sys_time<std::chrono::nanoseconds> time;
        stream >> date::parse(format, time);
        if (!stream.fail() && stream.peek() == std::istringstream::traits_type::eof())
            return std::chrono::floor<std::chrono::microseconds>(time);
    }
    return std::nullopt;
}

}  // namespace holdfast
