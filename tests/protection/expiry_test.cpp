#include "protection/expiry.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace holdfast::protection {
namespace {

class Expiry : public testing::Test {
  protected:
    Expiry() {
        ::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
        ::tzset();
    }
    ~Expiry() override {
        ::unsetenv("TZ");
        ::tzset();
    }

    static std::string after(const KeepingTime& keep, const char* from) {
        return format_utc(expiry(keep, parse_time(from).value()));
    }
};

TEST_F(Expiry, NightsEndAtMidnightOfTheServersClock) {
    EXPECT_EQ(after({.nights = 1}, "2026-05-14T12:00:00Z"), "2026-05-14T22:00:00Z");
    EXPECT_EQ(after({.nights = 2}, "2026-05-14T12:00:00Z"), "2026-05-15T22:00:00Z");
    EXPECT_EQ(after({.nights = 1}, "2026-05-14T22:30:00Z"), "2026-05-15T22:00:00Z");
    EXPECT_EQ(after({.nights = 1}, "2026-10-24T22:30:00Z"), "2026-10-25T23:00:00Z") << "summer time ends";
}

TEST_F(Expiry, DaysAndMonthsAreThoseOfTheCalendar) {
    EXPECT_EQ(after({.days = 14}, "2026-05-14T12:00:00Z"), "2026-05-28T12:00:00Z");
    EXPECT_EQ(after({.months = 1}, "2026-01-31T12:00:00Z"), "2026-02-28T12:00:00Z");
    EXPECT_EQ(after({.months = 3}, "2026-11-30T12:00:00Z"), "2027-02-28T12:00:00Z");
    EXPECT_EQ(after({.months = 84}, "2024-02-29T12:00:00Z"), "2031-02-28T12:00:00Z");
    EXPECT_EQ(after({.months = 6}, "2026-01-14T12:00:00Z"), "2026-07-14T11:00:00Z") << "the same time of day";
}

}  // namespace
}  // namespace holdfast::protection
