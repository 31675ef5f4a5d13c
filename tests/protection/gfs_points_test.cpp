#include "protection/gfs_points.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "protection/retention.hpp"

namespace holdfast::protection {
namespace {

// One point a day at noon, newest first, down to `first`.
std::vector<catalog::RestorePoint> daily_points(const std::string& first, const std::string& last) {
    std::vector<catalog::RestorePoint> points;
    auto begin = *parse_time(first + "T12:00:00Z");
    for (auto time = *parse_time(last + "T12:00:00Z"); time >= begin; time -= std::chrono::days(1))
        points.push_back({Uuid::random(), Uuid(), "b", time});
    return points;
}

std::vector<std::string> days_kept(const std::vector<catalog::RestorePoint>& points,
                                   const catalog::GfsRetention& policy) {
    auto kept = gfs_points(points, policy, points.front().created);
    std::vector<std::string> days;
    for (const auto& point : points)
        if (kept.contains(point.id)) days.push_back(format_utc(point.created).substr(0, 10));
    return days;
}

using Days = std::vector<std::string>;

TEST(GfsPoints, KeepsTheFirstPointOfEachWeek) {
    auto points = daily_points("2026-04-01", "2026-05-14");  // ends on a Thursday
    catalog::GfsRetention policy{.enabled = true, .weekly = {.enabled = true, .weeks = 3, .weekday = 6}};
    EXPECT_EQ(days_kept(points, policy), (Days{"2026-05-09", "2026-05-02", "2026-04-25"}));
    policy.weekly.weekday = 4;  // today begins a week
    EXPECT_EQ(days_kept(points, policy), (Days{"2026-05-14", "2026-05-07", "2026-04-30"}));
}

TEST(GfsPoints, ADayWithoutAPointIsMadeUpForByTheNext) {
    auto points = daily_points("2026-05-01", "2026-05-14");
    std::erase_if(points,
                  [](const auto& point) { return format_utc(point.created).starts_with("2026-05-09"); });
    catalog::GfsRetention policy{.enabled = true, .weekly = {.enabled = true, .weeks = 1, .weekday = 6}};
    EXPECT_EQ(days_kept(points, policy), Days{"2026-05-10"});
}

TEST(GfsPoints, APointOfOneMachineStandsForNoWeek) {
    auto points = daily_points("2026-05-01", "2026-05-14");
    for (auto& point : points) point.is_partial = format_utc(point.created).starts_with("2026-05-09");
    catalog::GfsRetention policy{.enabled = true, .weekly = {.enabled = true, .weeks = 1, .weekday = 6}};
    EXPECT_EQ(days_kept(points, policy), Days{"2026-05-10"});
}

TEST(GfsPoints, KeepsTheFirstOrTheLastWeekOfAMonth) {
    auto points = daily_points("2026-02-01", "2026-05-14");
    catalog::GfsRetention policy{.enabled = true, .monthly = {.enabled = true, .months = 3}};
    EXPECT_EQ(days_kept(points, policy), (Days{"2026-05-01", "2026-04-01", "2026-03-01"}));
    policy.monthly.week = catalog::WeekOfMonth::Last;
    EXPECT_EQ(days_kept(points, policy), (Days{"2026-04-24", "2026-03-25"}));
}

TEST(GfsPoints, KeepsTheFirstPointOfAMonthOfTheYear) {
    auto points = daily_points("2023-01-01", "2026-05-14");
    catalog::GfsRetention policy{.enabled = true, .yearly = {.enabled = true, .years = 3, .month = 3}};
    EXPECT_EQ(days_kept(points, policy), (Days{"2026-03-01", "2025-03-01", "2024-03-01"}));
}

TEST(GfsPoints, WhatIsNotEnabledKeepsNothing) {
    auto points = daily_points("2026-05-01", "2026-05-14");
    EXPECT_TRUE(days_kept(points, {.enabled = false, .weekly = {.enabled = true, .weeks = 9}}).empty());
    EXPECT_TRUE(days_kept(points, {.enabled = true}).empty());
}

// What retention leaves today is what it finds tomorrow: a weekly point must not go because of those that
// went.
TEST(GfsPoints, StayKeptDayAfterDay) {
    catalog::Retention retention{.cycles = 3};
    retention.gfs = {.enabled = true,
                     .weekly = {.enabled = true, .weeks = 4},
                     .monthly = {.enabled = true, .months = 3, .week = catalog::WeekOfMonth::Last}};
    auto all = daily_points("2026-01-01", "2026-06-10");
    std::vector<catalog::RestorePoint> left;
    for (auto point = all.rbegin(); point != all.rend(); ++point) {
        left.insert(left.begin(), *point);
        for (const auto& removed : points_to_remove(left, retention, point->created))
            std::erase_if(left, [&](const auto& other) { return other.id == removed.id; });
    }
    Days days;
    for (const auto& point : left) days.push_back(format_utc(point.created).substr(0, 10));
    EXPECT_EQ(days, (Days{"2026-06-10", "2026-06-09", "2026-06-08", "2026-06-07", "2026-05-31", "2026-05-25",
                          "2026-05-24", "2026-05-17", "2026-04-24"}));
}

}  // namespace
}  // namespace holdfast::protection
