// When a job runs by itself, and how many restore points it keeps. EM's words; kept as JSON in the database.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::catalog {

enum class DailyKind { Everyday, WeekDays, SelectedDays };
enum class DayNumberInMonth { First, Second, Third, Fourth, Last, OnDay };
enum class PeriodKind { Hours, Minutes };

// A time of day in a zone of fixed offset, as the API carries it.
struct DayTime {
    int seconds = 22 * 3600;  // since midnight
    int offset_minutes = 0;   // of that zone, east of UTC
};

// Hours of a week in which something may run: seven strings of 24 "0" or "1", Sunday first. Empty: always.
using WeekGrid = std::vector<std::string>;

struct RetryOptions {
    bool enabled = true;
    int times = 3;
    int wait_minutes = 10;
};

struct DailyOptions {
    bool enabled = false;
    DailyKind kind = DailyKind::Everyday;
    std::vector<int> days;  // 0 is Sunday
    DayTime time;
};

struct MonthlyOptions {
    bool enabled = false;
    DayTime time;
    DayNumberInMonth day_number = DayNumberInMonth::Fourth;
    int weekday = 6;
    int day_of_month = 1;     // for OnDay; past the end of a month: its last day
    std::vector<int> months;  // 1 is January; empty: all
};

struct PeriodicalOptions {
    bool enabled = false;
    PeriodKind kind = PeriodKind::Hours;
    int period = 1;
    WeekGrid grid;
};

struct ContinuousOptions {
    bool enabled = false;
    WeekGrid grid;
};

struct WindowOptions {
    bool enabled = false;
    WeekGrid grid;
};

struct ChainingOptions {
    bool enabled = false;
    std::string previous_job;  // its id
};

struct Schedule {
    RetryOptions retry;
    bool wait_for_backup_completion = false;
    int waiting_minutes = 180;
    DailyOptions daily;
    MonthlyOptions monthly;
    PeriodicalOptions periodical;
    ContinuousOptions continuous;
    WindowOptions window;
    ChainingOptions chaining;

    // Whether anything makes it run at all.
    bool is_configured() const {
        return daily.enabled || monthly.enabled || periodical.enabled || continuous.enabled ||
               chaining.enabled;
    }
};

enum class RetentionKind { Cycles, Days };

struct WeeklyRetention {
    bool enabled = false;
    int weeks = 1;
    int weekday = 0;  // on which a week begins; 0 is Sunday
};

enum class WeekOfMonth { First, Last };

struct MonthlyRetention {
    bool enabled = false;
    int months = 1;
    WeekOfMonth week = WeekOfMonth::First;
};

struct YearlyRetention {
    bool enabled = false;
    int years = 1;
    int month = 1;  // 1 is January
};

// Grandfather, father, son: points that are kept longer than the others.
struct GfsRetention {
    bool enabled = false;
    WeeklyRetention weekly;
    MonthlyRetention monthly;
    YearlyRetention yearly;
};

struct Retention {
    RetentionKind kind = RetentionKind::Cycles;
    int cycles = 7;
    int days = 14;
    GfsRetention gfs;
};

std::string to_json(const Schedule& schedule);
std::string to_json(const Retention& retention);
// corrupt where the text is not what to_json wrote; members it lacks have their defaults.
Schedule schedule_from_json(const std::string& text);
Retention retention_from_json(const std::string& text);

}  // namespace holdfast::catalog
