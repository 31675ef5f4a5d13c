#include "catalog/schedule.hpp"

#include <boost/describe.hpp>
#include <boost/json.hpp>

#include "base/error.hpp"

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

namespace {

// Lays what is stored over the defaults, so that a record of an older Holdfast gains members.
void overlay(boost::json::value& base, const boost::json::value& over) {
    if (!base.is_object() || !over.is_object()) {
        base = over;
        return;
    }
    for (const auto& member : over.as_object()) overlay(base.as_object()[member.key()], member.value());
}

template <typename T>
T from_json(const std::string& text) {
    try {
        auto value = boost::json::value_from(T());
        overlay(value, boost::json::parse(text));
        return boost::json::value_to<T>(value);
    } catch (const std::exception& error) {
        throw Error(ErrorKind::corrupt,
                    std::string("A schedule in the database cannot be read: ") + error.what());
    }
}

}  // namespace

std::string to_json(const Schedule& schedule) {
    return boost::json::serialize(boost::json::value_from(schedule));
}
std::string to_json(const Retention& retention) {
    return boost::json::serialize(boost::json::value_from(retention));
}
Schedule schedule_from_json(const std::string& text) {
    return from_json<Schedule>(text);
}
Retention retention_from_json(const std::string& text) {
    return from_json<Retention>(text);
}

}  // namespace holdfast::catalog
