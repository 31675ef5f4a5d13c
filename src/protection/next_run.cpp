#include "protection/next_run.hpp"

#include <date/date.h>

#include <algorithm>

namespace holdfast::protection {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
// A moment as the clock on the wall of the schedule's zone shows it.
using WallTime = date::local_time<std::chrono::microseconds>;

// Every rule that can match at all does so within a leap cycle of months; a year and a month is enough for
// what EM can say.
constexpr int days_to_look_ahead = 400;

WallTime to_wall(Timestamp time, int offset_minutes) {
    return WallTime((time + minutes(offset_minutes)).time_since_epoch());
}
Timestamp from_wall(WallTime time, int offset_minutes) {
    return Timestamp((time - minutes(offset_minutes)).time_since_epoch());
}

int weekday_of(date::local_days day) {
    return static_cast<int>(date::weekday(day).c_encoding());
}

bool contains(const std::vector<int>& values, int value) {
    return std::ranges::find(values, value) != values.end();
}

bool is_daily_day(const catalog::DailyOptions& daily, date::local_days day) {
    int weekday = weekday_of(day);
    switch (daily.kind) {
        case catalog::DailyKind::Everyday:
            return true;
        case catalog::DailyKind::WeekDays:
            return weekday >= 1 && weekday <= 5;
        case catalog::DailyKind::SelectedDays:
            return contains(daily.days, weekday);
    }
    return false;
}

bool is_monthly_day(const catalog::MonthlyOptions& monthly, date::local_days day) {
    date::year_month_day date(day);
    if (!monthly.months.empty() &&
        !contains(monthly.months, static_cast<int>(static_cast<unsigned>(date.month()))))
        return false;
    int number = static_cast<int>(static_cast<unsigned>(date.day()));
    date::year_month_day_last last(date.year(), date::month_day_last(date.month()));
    int last_number = static_cast<int>(static_cast<unsigned>(last.day()));
    if (monthly.day_number == catalog::DayNumberInMonth::OnDay)
        return number == std::min(monthly.day_of_month, last_number);
    if (weekday_of(day) != monthly.weekday) return false;
    if (monthly.day_number == catalog::DayNumberInMonth::Last) return number + 7 > last_number;
    return (number - 1) / 7 == static_cast<int>(monthly.day_number);
}

// The first day on or after `after` that `matches`, at that time of day.
template <typename Matches>
std::optional<Timestamp> next_day_at(const catalog::DayTime& time, Timestamp after, Matches matches) {
    auto day = date::floor<days>(to_wall(after, time.offset_minutes));
    for (int i = 0; i < days_to_look_ahead; ++i, day += days(1)) {
        auto moment = from_wall(day + seconds(time.seconds), time.offset_minutes);
        if (moment > after && matches(day)) return moment;
    }
    return std::nullopt;
}

// Periods are counted from midnight, so that "every 4 hours" means the same hours each day.
std::optional<Timestamp> next_period(const catalog::PeriodicalOptions& periodical, Timestamp after,
                                     int offset_minutes) {
    minutes step =
        periodical.kind == catalog::PeriodKind::Hours ? hours(periodical.period) : minutes(periodical.period);
    if (step <= minutes(0)) return std::nullopt;
    auto wall = to_wall(after, offset_minutes);
    for (int i = 0; i < days_to_look_ahead; ++i) {
        auto midnight = date::floor<days>(wall) + days(i);
        auto first = i == 0 ? (wall - midnight) / step + 1 : 0;
        for (auto moment = midnight + first * step; moment < midnight + days(1); moment += step)
            if (auto utc = from_wall(moment, offset_minutes);
                is_allowed(periodical.grid, utc, offset_minutes))
                return utc;
        if (i > 8 && !periodical.grid.empty())
            return std::nullopt;  // a grid repeats after a week: nothing is marked
    }
    return std::nullopt;
}

}  // namespace

bool is_allowed(const catalog::WeekGrid& grid, Timestamp time, int offset_minutes) {
    if (grid.empty()) return true;
    auto wall = to_wall(time, offset_minutes);
    auto day = date::floor<days>(wall);
    auto hour = static_cast<std::size_t>(date::floor<hours>(wall - day).count());
    const auto& row = grid.at(static_cast<std::size_t>(weekday_of(day)));
    return hour < row.size() && row[hour] == '1';
}

std::optional<Timestamp> next_run(const catalog::Schedule& schedule, Timestamp after,
                                  int server_offset_minutes) {
    std::optional<Timestamp> next;
    auto consider = [&](std::optional<Timestamp> moment) {
        if (moment && (!next || *moment < *next)) next = moment;
    };
    if (schedule.daily.enabled)
        consider(next_day_at(schedule.daily.time, after,
                             [&](date::local_days day) { return is_daily_day(schedule.daily, day); }));
    if (schedule.monthly.enabled)
        consider(next_day_at(schedule.monthly.time, after,
                             [&](date::local_days day) { return is_monthly_day(schedule.monthly, day); }));
    if (schedule.periodical.enabled) consider(next_period(schedule.periodical, after, server_offset_minutes));
    if (schedule.continuous.enabled)
        consider(next_period({.enabled = true,
                              .kind = catalog::PeriodKind::Minutes,
                              .period = 1,
                              .grid = schedule.continuous.grid},
                             after, server_offset_minutes));
    return next;
}

}  // namespace holdfast::protection
