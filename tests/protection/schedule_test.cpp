#include <gtest/gtest.h>

#include "protection/next_run.hpp"
#include "protection/retention.hpp"

namespace holdfast::protection {
namespace {

Timestamp at(const char* text) {
    return parse_time(text).value();
}

std::string next(const catalog::Schedule& schedule, const char* after, int offset = 0) {
    auto moment = next_run(schedule, at(after), offset);
    return moment ? format_utc(*moment) : "never";
}

TEST(NextRun, IsNeverWithoutATime) {
    catalog::Schedule schedule;
    EXPECT_EQ(next(schedule, "2026-05-01T12:00:00Z"), "never");
    schedule.chaining.enabled = true;
    EXPECT_EQ(next(schedule, "2026-05-01T12:00:00Z"), "never");
}

TEST(NextRun, DailyAtItsTimeInItsZone) {
    catalog::Schedule schedule;
    schedule.daily.enabled = true;
    schedule.daily.time = {22 * 3600, 120};
    EXPECT_EQ(next(schedule, "2026-05-01T12:00:00Z"), "2026-05-01T20:00:00Z");
    EXPECT_EQ(next(schedule, "2026-05-01T20:00:00Z"), "2026-05-02T20:00:00Z");
    schedule.daily.time = {3600, 120};  // one o'clock there is the evening before in UTC
    EXPECT_EQ(next(schedule, "2026-05-01T12:00:00Z"), "2026-05-01T23:00:00Z");
}

TEST(NextRun, DailyOnSomeDays) {
    catalog::Schedule schedule;
    schedule.daily.enabled = true;
    schedule.daily.time = {3 * 3600, 0};
    schedule.daily.kind = catalog::DailyKind::WeekDays;
    EXPECT_EQ(next(schedule, "2026-05-01T12:00:00Z"), "2026-05-04T03:00:00Z");  // Friday to Monday
    schedule.daily.kind = catalog::DailyKind::SelectedDays;
    schedule.daily.days = {0};
    EXPECT_EQ(next(schedule, "2026-05-01T12:00:00Z"), "2026-05-03T03:00:00Z");
    schedule.daily.days = {};
    EXPECT_EQ(next(schedule, "2026-05-01T12:00:00Z"), "never");
}

TEST(NextRun, MonthlyOnAWeekdayOfTheMonth) {
    catalog::Schedule schedule;
    schedule.monthly.enabled = true;
    schedule.monthly.time = {22 * 3600, 0};
    schedule.monthly.day_number = catalog::DayNumberInMonth::Fourth;
    schedule.monthly.weekday = 6;
    EXPECT_EQ(next(schedule, "2026-05-01T12:00:00Z"), "2026-05-23T22:00:00Z");
    schedule.monthly.day_number = catalog::DayNumberInMonth::Last;
    EXPECT_EQ(next(schedule, "2026-05-01T12:00:00Z"), "2026-05-30T22:00:00Z");
    schedule.monthly.months = {8};
    EXPECT_EQ(next(schedule, "2026-05-01T12:00:00Z"), "2026-08-29T22:00:00Z");
}

TEST(NextRun, ADayThatAMonthLacksIsItsLast) {
    catalog::Schedule schedule;
    schedule.monthly.enabled = true;
    schedule.monthly.time = {0, 0};
    schedule.monthly.day_number = catalog::DayNumberInMonth::OnDay;
    schedule.monthly.day_of_month = 31;
    EXPECT_EQ(next(schedule, "2026-02-01T12:00:00Z"), "2026-02-28T00:00:00Z");
    EXPECT_EQ(next(schedule, "2028-02-01T12:00:00Z"), "2028-02-29T00:00:00Z");
}

TEST(NextRun, PeriodsCountFromMidnight) {
    catalog::Schedule schedule;
    schedule.periodical.enabled = true;
    schedule.periodical.kind = catalog::PeriodKind::Hours;
    schedule.periodical.period = 4;
    EXPECT_EQ(next(schedule, "2026-05-01T12:00:00Z"), "2026-05-01T16:00:00Z");
    EXPECT_EQ(next(schedule, "2026-05-01T21:30:00Z"), "2026-05-02T00:00:00Z");
    schedule.periodical.kind = catalog::PeriodKind::Minutes;
    schedule.periodical.period = 1;
    EXPECT_EQ(next(schedule, "2026-05-01T21:30:59Z"), "2026-05-01T21:31:00Z");
}

TEST(NextRun, PeriodsKeepToTheMarkedHours) {
    catalog::Schedule schedule;
    schedule.periodical.enabled = true;
    schedule.periodical.grid = catalog::WeekGrid(7, std::string(24, '0'));
    EXPECT_EQ(next(schedule, "2026-05-01T12:00:00Z"), "never");
    schedule.periodical.grid[1][7] = '1';  // Monday, seven to eight
    EXPECT_EQ(next(schedule, "2026-05-01T12:00:00Z"), "2026-05-04T07:00:00Z");
    EXPECT_EQ(next(schedule, "2026-05-01T12:00:00Z", 120), "2026-05-04T05:00:00Z");
}

TEST(NextRun, TheEarliestOfSeveralRulesCounts) {
    catalog::Schedule schedule;
    schedule.daily.enabled = true;
    schedule.daily.time = {22 * 3600, 0};
    schedule.periodical.enabled = true;
    schedule.periodical.period = 6;
    EXPECT_EQ(next(schedule, "2026-05-01T12:30:00Z"), "2026-05-01T18:00:00Z");
    EXPECT_EQ(next(schedule, "2026-05-01T18:30:00Z"), "2026-05-01T22:00:00Z");
}

std::vector<catalog::RestorePoint> points_of_days(int count) {
    std::vector<catalog::RestorePoint> points;
    for (int i = 0; i < count; ++i)
        points.push_back({Uuid::random(), Uuid(), "b", at("2026-05-31T00:00:00Z") - std::chrono::days(i)});
    return points;
}

TEST(Retention, KeepsTheNewestByNumber) {
    auto points = points_of_days(5);
    auto removed =
        points_to_remove(points, {catalog::RetentionKind::Cycles, 2, 0}, at("2026-05-31T01:00:00Z"));
    ASSERT_EQ(removed.size(), 3u);
    EXPECT_EQ(removed[0].id, points[2].id);
}

TEST(Retention, PointsBetweenRunsAreNotCountedAndGoWithTheRunBeforeThem) {
    auto points = points_of_days(5);
    points[0].is_partial = points[2].is_partial = points[3].is_partial = true;
    auto removed =
        points_to_remove(points, {catalog::RetentionKind::Cycles, 1, 0}, at("2026-05-31T01:00:00Z"));
    ASSERT_EQ(removed.size(), 3u);
    EXPECT_EQ(removed[0].id, points[2].id);
    EXPECT_TRUE(
        points_to_remove(points, {catalog::RetentionKind::Cycles, 2, 0}, at("2026-05-31T01:00:00Z")).empty());
}

TEST(Retention, KeepsTheNewestByAge) {
    auto points = points_of_days(5);
    EXPECT_EQ(
        points_to_remove(points, {catalog::RetentionKind::Days, 0, 3}, at("2026-05-31T01:00:00Z")).size(),
        2u);
}

TEST(Retention, NeverRemovesTheLastPoint) {
    auto points = points_of_days(1);
    EXPECT_TRUE(
        points_to_remove(points, {catalog::RetentionKind::Cycles, 0, 0}, at("2030-01-01T00:00:00Z")).empty());
    EXPECT_TRUE(
        points_to_remove(points, {catalog::RetentionKind::Days, 0, 0}, at("2030-01-01T00:00:00Z")).empty());
}

}  // namespace
}  // namespace holdfast::protection
