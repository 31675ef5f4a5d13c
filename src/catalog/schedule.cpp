#include "catalog/schedule.hpp"

#include "catalog/stored_json.hpp"

namespace holdfast::catalog {

BOOST_DESCRIBE_ENUM(DailyKind, Everyday, WeekDays, SelectedDays)
BOOST_DESCRIBE_ENUM(DayNumberInMonth, First, Second, Third, Fourth, Last, OnDay)
BOOST_DESCRIBE_ENUM(PeriodKind, Hours, Minutes)
BOOST_DESCRIBE_ENUM(RetentionKind, Cycles, Days)
BOOST_DESCRIBE_STRUCT(DayTime, (), (seconds, offset_minutes))
BOOST_DESCRIBE_STRUCT(RetryOptions, (), (enabled, times, wait_minutes))
BOOST_DESCRIBE_STRUCT(DailyOptions, (), (enabled, kind, days, time))
BOOST_DESCRIBE_STRUCT(MonthlyOptions, (), (enabled, time, day_number, weekday, day_of_month, months))
BOOST_DESCRIBE_STRUCT(PeriodicalOptions, (), (enabled, kind, period, grid))
BOOST_DESCRIBE_STRUCT(ContinuousOptions, (), (enabled, grid))
BOOST_DESCRIBE_STRUCT(WindowOptions, (), (enabled, grid))
BOOST_DESCRIBE_STRUCT(ChainingOptions, (), (enabled, previous_job))
BOOST_DESCRIBE_STRUCT(Schedule, (),
                      (retry, wait_for_backup_completion, waiting_minutes, daily, monthly, periodical,
                       continuous, window, chaining))
BOOST_DESCRIBE_STRUCT(WeeklyRetention, (), (enabled, weeks, weekday))
BOOST_DESCRIBE_ENUM(WeekOfMonth, First, Last)
BOOST_DESCRIBE_STRUCT(MonthlyRetention, (), (enabled, months, week))
BOOST_DESCRIBE_STRUCT(YearlyRetention, (), (enabled, years, month))
BOOST_DESCRIBE_STRUCT(GfsRetention, (), (enabled, weekly, monthly, yearly))
BOOST_DESCRIBE_STRUCT(Retention, (), (kind, cycles, days, gfs))

std::string to_json(const Schedule& schedule) {
    return to_stored_json(schedule);
}
std::string to_json(const Retention& retention) {
    return to_stored_json(retention);
}
Schedule schedule_from_json(const std::string& text) {
    return from_stored_json<Schedule>(text, "A schedule");
}
Retention retention_from_json(const std::string& text) {
    return from_stored_json<Retention>(text, "A retention policy");
}

}  // namespace holdfast::catalog
