#include "api/types/schedule.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ENUM(DayOfWeek, Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday)
HOLDFAST_ENUM(Month, January, February, March, April, May, June, July, August, September, October, November,
              December)
HOLDFAST_ENUM(DailyKind, Everyday, WeekDays, SelectedDays)
HOLDFAST_ENUM(PeriodKind, Hours, Minutes)
HOLDFAST_ENUM(DayNumberInMonth, First, Second, Third, Fourth, Last, OnDay)

HOLDFAST_JSON_NAMES(JobScheduleRetryOptionsType, {"RetrySpecified", "RetrySpecified1"})
HOLDFAST_PART(JobScheduleRetryOptionsType, (), (RetryTimes, RetryTimeout, RetrySpecified))
HOLDFAST_PART(JobScheduleDailyOptionsType, (), (Enabled, Kind, Days, Time, TimeOffsetUtc))
HOLDFAST_PART(JobScheduleMonthlyOptionsType, (),
              (Enabled, Time, TimeOffsetUtc, DayNumberInMonth, DayOfWeek, Months, DayOfMonth))
HOLDFAST_PART(TimePeriodsDayType, (), (Name, Value))
HOLDFAST_PART(TimePeriodsType, (), (Day))
HOLDFAST_PART(JobSchedulePeriodicallyOptionsType, (), (Enabled, Kind, FullPeriod, Schedule))
HOLDFAST_PART(JobScheduleContinuousOptionsType, (), (Enabled, Schedule))
HOLDFAST_PART(JobScheduleBackupWindowOptionsType, (), (Enabled, TimePeriods))
HOLDFAST_PART(JobScheduleDaisyChainingOptionsType, (), (Enabled, PreviousJobUid))
HOLDFAST_JSON_NAMES(StandartScheduleOptionsType,
                    {"OptionsContinuous", "OptionsContinuous", "OptionsContinious"})
HOLDFAST_PART(StandartScheduleOptionsType, (),
              (RetryOptions, WaitForBackupCompletion, BackupCompetitionWaitingPeriodMin, OptionsDaily,
               OptionsMonthly, OptionsPeriodically, OptionsContinuous, OptionsBackupWindow,
               OptionsDaisyChaining))
HOLDFAST_PART(ImmediateCopyModeType, (), (OptionsContinuous))
HOLDFAST_CHOICE_PART(ScheduleOptionsInfoType, (Standart, ImmediateCopyMode))

}  // namespace holdfast::api
