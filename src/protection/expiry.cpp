#include "protection/expiry.hpp"

#include <date/date.h>

#include <algorithm>
#include <ctime>

namespace holdfast::protection {
namespace {

std::tm local_clock(Timestamp time) {
    std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm clock{};
    ::localtime_r(&seconds, &clock);
    clock.tm_isdst = -1;  // another day may have another offset
    return clock;
}

Timestamp at(std::tm clock) {
    return Timestamp(std::chrono::seconds(std::mktime(&clock)));
}

Timestamp midnight_after(Timestamp from, int nights) {
    auto clock = local_clock(from);
    clock.tm_mday += nights;
    clock.tm_hour = clock.tm_min = clock.tm_sec = 0;
    return at(clock);
}

Timestamp months_later(Timestamp from, int months) {
    auto clock = local_clock(from);
    auto month = date::year(clock.tm_year + 1900) / (clock.tm_mon + 1) + date::months(months);
    auto last = (month / date::last).day();
    clock.tm_year = static_cast<int>(month.year()) - 1900;
    clock.tm_mon = static_cast<int>(static_cast<unsigned>(month.month())) - 1;
    clock.tm_mday = std::min(clock.tm_mday, static_cast<int>(static_cast<unsigned>(last)));
    return at(clock);
}

}  // namespace

Timestamp expiry(const KeepingTime& keep, Timestamp from) {
    if (keep.nights > 0) return midnight_after(from, keep.nights);
    if (keep.months > 0) return months_later(from, keep.months);
    return from + std::chrono::days(keep.days);
}

}  // namespace holdfast::protection
