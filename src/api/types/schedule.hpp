// When a job runs. Everything may be missing: a request sends what it changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/description/field_types.hpp"

namespace holdfast::api {

enum class DayOfWeek { Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday };
enum class Month {
    January,
    February,
    March,
    April,
    May,
    June,
    July,
    August,
    September,
    October,
    November,
    December
};
enum class DailyKind { Everyday, WeekDays, SelectedDays };
enum class PeriodKind { Hours, Minutes };
enum class DayNumberInMonth { First, Second, Third, Fourth, Last, OnDay };

struct JobScheduleRetryOptionsType {
    std::optional<std::int64_t> RetryTimes;
    std::optional<std::int64_t> RetryTimeout;  // minutes
    std::optional<bool> RetrySpecified;
};

struct JobScheduleDailyOptionsType {
    Attribute<std::optional<bool>> Enabled;
    std::optional<DailyKind> Kind;
    std::vector<DayOfWeek> Days;
    std::optional<TimeOfDay> Time;
    std::optional<std::int64_t> TimeOffsetUtc;  // hours
};

struct JobScheduleMonthlyOptionsType {
    Attribute<std::optional<bool>> Enabled;
    std::optional<TimeOfDay> Time;
    std::optional<std::int64_t> TimeOffsetUtc;
    std::optional<api::DayNumberInMonth> DayNumberInMonth;
    std::optional<api::DayOfWeek> DayOfWeek;
    std::vector<Month> Months;
    std::optional<Range<1, 31>> DayOfMonth;
};

// `<Day Name="Sunday">1,1,0,...</Day>`: an hour a number, 24 of them.
struct TimePeriodsDayType {
    Attribute<DayOfWeek> Name = DayOfWeek::Sunday;
    InnerText<std::string> Value;
};

struct TimePeriodsType {
    std::vector<TimePeriodsDayType> Day;
};

struct JobSchedulePeriodicallyOptionsType {
    Attribute<std::optional<bool>> Enabled;
    std::optional<PeriodKind> Kind;
    std::optional<Range<1, 60>> FullPeriod;  // hours end at 24
    std::optional<TimePeriodsType> Schedule;
};

struct JobScheduleContinuousOptionsType {
    Attribute<std::optional<bool>> Enabled;
    std::optional<TimePeriodsType> Schedule;
};

struct JobScheduleBackupWindowOptionsType {
    Attribute<std::optional<bool>> Enabled;
    std::optional<TimePeriodsType> TimePeriods;
};

struct JobScheduleDaisyChainingOptionsType {
    Attribute<std::optional<bool>> Enabled;
    std::optional<std::string> PreviousJobUid;
};

// "Standart" is how the wire spells it.
struct StandartScheduleOptionsType {
    std::optional<JobScheduleRetryOptionsType> RetryOptions;
    std::optional<bool> WaitForBackupCompletion;
    std::optional<std::int64_t> BackupCompetitionWaitingPeriodMin;
    std::optional<JobScheduleDailyOptionsType> OptionsDaily;
    std::optional<JobScheduleMonthlyOptionsType> OptionsMonthly;
    std::optional<JobSchedulePeriodicallyOptionsType> OptionsPeriodically;
    std::optional<JobScheduleContinuousOptionsType> OptionsContinuous;
    std::optional<JobScheduleBackupWindowOptionsType> OptionsBackupWindow;
    std::optional<JobScheduleDaisyChainingOptionsType> OptionsDaisyChaining;
};

struct ImmediateCopyModeType {
    std::optional<JobScheduleContinuousOptionsType> OptionsContinuous;
};

// One of the two.
struct ScheduleOptionsInfoType {
    std::optional<StandartScheduleOptionsType> Standart;
    std::optional<ImmediateCopyModeType> ImmediateCopyMode;
};

}  // namespace holdfast::api
