#include "protection/gfs_points.hpp"

#include <date/date.h>

#include <ctime>
#include <functional>
#include <optional>
#include <ranges>

namespace holdfast::protection {
namespace {

using Day = date::local_days;

Day day_of(Timestamp time) {
    std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm clock{};
    ::localtime_r(&seconds, &clock);
    return Day(date::year(clock.tm_year + 1900) / (clock.tm_mon + 1) / clock.tm_mday);
}

int week_of(Day day, int first_weekday) {
    int since_first = (static_cast<int>(date::weekday(day).c_encoding()) - first_weekday + 7) % 7;
    return (day - date::days(since_first)).time_since_epoch().count() / 7;
}

int month_of(Day day) {
    date::year_month_day calendar(day);
    return static_cast<int>(calendar.year()) * 12 + static_cast<int>(static_cast<unsigned>(calendar.month()));
}

bool is_in_last_week(Day day) {
    return month_of(day + date::days(7)) != month_of(day);
}

// A kind of period: how many are kept, the number of the one that a day lies in, and whether points of that
// day can stand for it.
struct Periods {
    int count;
    std::function<int(Day)> number;
    std::function<bool(Day)> counts = [](Day) { return true; };
};

// The first point of each of the last so many periods.
void add_first_points(const Periods& periods, const std::vector<catalog::RestorePoint>& points,
                      Timestamp today, std::set<Uuid>& kept) {
    std::optional<int> last;
    int oldest = periods.number(day_of(today)) - periods.count;
    for (const auto& point : points | std::views::reverse) {
        Day day = day_of(point.created);
        int number = periods.number(day);
        if (point.is_partial || !periods.counts(day) || last == number) continue;
        last = number;
        if (number > oldest) kept.insert(point.id);
    }
}

}  // namespace

std::set<Uuid> gfs_points(const std::vector<catalog::RestorePoint>& points,
                          const catalog::GfsRetention& policy, Timestamp today) {
    std::set<Uuid> kept;
    if (!policy.enabled) return kept;
    const auto& weekly = policy.weekly;
    const auto& monthly = policy.monthly;
    const auto& yearly = policy.yearly;
    if (weekly.enabled)
        add_first_points(
            {.count = weekly.weeks, .number = [&](Day day) { return week_of(day, weekly.weekday); }}, points,
            today, kept);
    if (monthly.enabled) {
        Periods months{.count = monthly.months, .number = month_of};
        if (monthly.week == catalog::WeekOfMonth::Last) months.counts = is_in_last_week;
        add_first_points(months, points, today, kept);
    }
    if (yearly.enabled)
        add_first_points(
            {.count = yearly.years,
             .number = [](Day day) { return static_cast<int>(date::year_month_day(day).year()); },
             .counts =
                 [&](Day day) {
                     return static_cast<unsigned>(date::year_month_day(day).month()) ==
                            static_cast<unsigned>(yearly.month);
                 }},
            points, today, kept);
    return kept;
}

}  // namespace holdfast::protection
