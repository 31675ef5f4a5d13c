#include "repository/file_time.hpp"

#include <date/date.h>
#include <fmt/compile.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace holdfast::repository {
namespace {

constexpr std::int64_t first_second = -62'167'219'200;  // of the year 0
constexpr std::int64_t last_second = 253'402'300'799;   // of the year 9999

// Seconds east of UTC. Zones change their offset at whole quarters of an hour only, and times of files that
// stand together are close to each other.
long zone_offset(std::time_t seconds) {
    constexpr std::time_t quarter_hour = 900;
    struct Known {
        std::time_t quarter = -1;
        long offset = 0;
    };
    thread_local Known known[64];
    std::time_t quarter = seconds / quarter_hour;
    Known& entry = known[static_cast<std::size_t>(quarter) % std::size(known)];
    if (entry.quarter != quarter) {
        std::tm local{};
        ::localtime_r(&seconds, &local);
        entry = {quarter, local.tm_gmtoff};
    }
    return entry.offset;
}

// Digits of a fixed count, and what must stand behind them; '\0': nothing.
bool take(std::string_view& text, std::size_t digits, char behind, int& value) {
    if (text.size() < digits) return false;
    auto number = text.substr(0, digits);
    auto [end, error] = std::from_chars(number.begin(), number.end(), value);
    if (error != std::errc() || end != number.end() || value < 0) return false;
    text.remove_prefix(digits);
    if (behind == '\0') return true;
    if (!text.starts_with(behind)) return false;
    text.remove_prefix(1);
    return true;
}

bool take_fraction(std::string_view& text, long& nanoseconds) {
    if (!text.starts_with('.')) return true;
    text.remove_prefix(1);
    long unit = 100'000'000;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits, unit /= 10)
        nanoseconds += unit * (text[digits] - '0');
    text.remove_prefix(digits);
    return digits > 0;
}

// The whole rest of the text.
bool take_zone(std::string_view text, int& seconds_east) {
    if (text == "Z") return true;
    int sign = text.starts_with('+') ? 1 : text.starts_with('-') ? -1 : 0;
    int hours = 0;
    int minutes = 0;
    if (sign == 0) return false;
    text.remove_prefix(1);
    if (!take(text, 2, ':', hours) || !take(text, 2, '\0', minutes) || !text.empty()) return false;
    seconds_east = sign * (hours * 3600 + minutes * 60);
    return hours < 24 && minutes < 60;
}

}  // namespace

std::string format_file_time(const timespec& time) {
    std::time_t seconds = std::clamp<std::time_t>(time.tv_sec, first_second, last_second);
    long offset = zone_offset(seconds);
    std::int64_t local = std::clamp<std::int64_t>(seconds + offset, first_second, last_second);
    std::int64_t days = (local >= 0 ? local : local - 86'399) / 86'400;
    std::int64_t second_of_day = local - days * 86'400;
    date::year_month_day day{date::sys_days(date::days(days))};

    fmt::memory_buffer text;
    auto out = std::back_inserter(text);
    fmt::format_to(out, FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}"), static_cast<int>(day.year()),
                   static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()), second_of_day / 3600,
                   second_of_day / 60 % 60, second_of_day % 60);
    if (time.tv_nsec != 0) {
        fmt::format_to(out, FMT_COMPILE(".{:09}"), time.tv_nsec);
        while (text[text.size() - 1] == '0') text.resize(text.size() - 1);
    }
    if (offset / 60 == 0)
        text.push_back('Z');
    else
        fmt::format_to(out, FMT_COMPILE("{}{:02}:{:02}"), offset < 0 ? '-' : '+', std::abs(offset) / 3600,
                       std::abs(offset) / 60 % 60);
    return {text.data(), text.size()};
}

std::optional<timespec> parse_file_time(std::string_view text) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, seconds_east = 0;
    long nanoseconds = 0;
    bool well_formed = take(text, 4, '-', year) && take(text, 2, '-', month) && take(text, 2, 'T', day) &&
                       take(text, 2, ':', hour) && take(text, 2, ':', minute) &&
                       take(text, 2, '\0', second) && take_fraction(text, nanoseconds) &&
                       take_zone(text, seconds_east);
    date::year_month_day date{date::year(year), date::month(static_cast<unsigned>(month)),
                              date::day(static_cast<unsigned>(day))};
    if (!well_formed || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    std::int64_t days = date::sys_days(date).time_since_epoch().count();
    return timespec{days * 86'400 + hour * 3600 + minute * 60 + second - seconds_east, nanoseconds};
}

}  // namespace holdfast::repository
