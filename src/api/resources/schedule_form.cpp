#include "api/resources/schedule_form.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/ids.hpp"

namespace holdfast::api {
namespace {

constexpr std::size_t days_in_week = 7;
constexpr std::size_t hours_in_day = 24;

TimeOfDay to_form(const catalog::DayTime& time) {
    return {std::chrono::seconds(time.seconds), std::chrono::minutes(time.offset_minutes)};
}

// One row a day with "1,1,0,…", as the wire has it.
TimePeriodsType to_form(const catalog::WeekGrid& grid) {
    TimePeriodsType form;
    for (std::size_t day = 0; day < days_in_week; ++day) {
        std::string hours;
        for (std::size_t hour = 0; hour < hours_in_day; ++hour) {
            if (!hours.empty()) hours += ',';
            hours += grid.empty() ? '1' : grid[day][hour];
        }
        TimePeriodsDayType row;
        row.Name = static_cast<DayOfWeek>(day);
        row.Value = hours;
        form.Day.push_back(std::move(row));
    }
    return form;
}

std::string read_hours(const std::string& text) {
    std::string hours;
    for (char c : text)
        if (c == '0' || c == '1')
            hours += c;
        else if (c != ',' && c != ' ')
            throw Error(ErrorKind::invalid_input,
                        "The hours of a day are written as 24 numbers 0 or 1 with commas, not " + text);
    if (hours.size() != hours_in_day)
        throw Error(ErrorKind::invalid_input, fmt::format("A day has 24 hours; {} are given", hours.size()));
    return hours;
}

// Days that are not given are hours in which nothing runs.
catalog::WeekGrid read_grid(const TimePeriodsType& form) {
    if (form.Day.empty()) return {};
    catalog::WeekGrid grid(days_in_week, std::string(hours_in_day, '0'));
    for (const auto& row : form.Day)
        grid[static_cast<std::size_t>(static_cast<DayOfWeek>(row.Name))] = read_hours(row.Value);
    return grid;
}

void apply_time(const std::optional<TimeOfDay>& form, const std::optional<std::int64_t>& offset_hours,
                catalog::DayTime& time) {
    if (offset_hours) {
        if (*offset_hours < -14 || *offset_hours > 14)
            throw Error(ErrorKind::invalid_input,
                        fmt::format("TimeOffsetUtc is {} hours; it must be from -14 to 14", *offset_hours));
        time.offset_minutes = static_cast<int>(*offset_hours * 60);
    }
    if (!form) return;
    time.seconds = static_cast<int>(form->since_midnight.count());
    time.offset_minutes = static_cast<int>(form->offset.count());
}

template <typename T>
void assign(const std::optional<T>& form, auto& value) {
    if (form) value = static_cast<std::remove_reference_t<decltype(value)>>(*form);
}

int checked(std::int64_t value, std::int64_t low, std::int64_t high, const char* name) {
    if (value < low || value > high)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("{} is {}; it must be from {} to {}", name, value, low, high));
    return static_cast<int>(value);
}

void apply(const JobScheduleDailyOptionsType& form, catalog::DailyOptions& daily) {
    assign(static_cast<const std::optional<bool>&>(form.Enabled), daily.enabled);
    assign(form.Kind, daily.kind);
    if (!form.Days.empty()) {
        daily.days.clear();
        for (auto day : form.Days) daily.days.push_back(static_cast<int>(day));
    }
    apply_time(form.Time, form.TimeOffsetUtc, daily.time);
    if (daily.enabled && daily.kind == catalog::DailyKind::SelectedDays && daily.days.empty())
        throw Error(ErrorKind::invalid_input, "OptionsDaily of the kind SelectedDays names no day");
}

void apply(const JobScheduleMonthlyOptionsType& form, catalog::MonthlyOptions& monthly) {
    assign(static_cast<const std::optional<bool>&>(form.Enabled), monthly.enabled);
    apply_time(form.Time, form.TimeOffsetUtc, monthly.time);
    assign(form.DayNumberInMonth, monthly.day_number);
    assign(form.DayOfWeek, monthly.weekday);
    if (form.DayOfMonth) monthly.day_of_month = static_cast<int>(form.DayOfMonth->value);
    if (form.Months.empty()) return;
    monthly.months.clear();
    for (auto month : form.Months) monthly.months.push_back(static_cast<int>(month) + 1);
}

void apply(const JobSchedulePeriodicallyOptionsType& form, catalog::PeriodicalOptions& periodical) {
    assign(static_cast<const std::optional<bool>&>(form.Enabled), periodical.enabled);
    assign(form.Kind, periodical.kind);
    if (form.FullPeriod) periodical.period = static_cast<int>(form.FullPeriod->value);
    if (periodical.kind == catalog::PeriodKind::Hours)
        checked(periodical.period, 1, 24, "FullPeriod in hours");
    if (form.Schedule) periodical.grid = read_grid(*form.Schedule);
}

void apply(const JobScheduleContinuousOptionsType& form, catalog::ContinuousOptions& continuous) {
    assign(static_cast<const std::optional<bool>&>(form.Enabled), continuous.enabled);
    if (form.Schedule) continuous.grid = read_grid(*form.Schedule);
}

void apply(const JobScheduleDaisyChainingOptionsType& form, catalog::ChainingOptions& chaining) {
    assign(static_cast<const std::optional<bool>&>(form.Enabled), chaining.enabled);
    if (form.PreviousJobUid && !form.PreviousJobUid->empty()) {
        auto job = parse_urn_or_id(*form.PreviousJobUid);
        if (!job)
            throw Error(ErrorKind::invalid_input,
                        "PreviousJobUid " + *form.PreviousJobUid + " is no UID of a job");
        chaining.previous_job = job->to_string();
    }
    if (chaining.enabled && chaining.previous_job.empty())
        throw Error(ErrorKind::invalid_input, "OptionsDaisyChaining is enabled and names no PreviousJobUid");
}

}  // namespace

ScheduleOptionsInfoType to_form(const catalog::Schedule& schedule) {
    StandartScheduleOptionsType form;
    form.RetryOptions = JobScheduleRetryOptionsType{schedule.retry.times, schedule.retry.wait_minutes,
                                                    schedule.retry.enabled};
    form.WaitForBackupCompletion = schedule.wait_for_backup_completion;
    form.BackupCompetitionWaitingPeriodMin = schedule.waiting_minutes;

    auto& daily = form.OptionsDaily.emplace();
    daily.Enabled = schedule.daily.enabled;
    daily.Kind = static_cast<DailyKind>(schedule.daily.kind);
    for (int day : schedule.daily.days) daily.Days.push_back(static_cast<DayOfWeek>(day));
    daily.Time = to_form(schedule.daily.time);
    daily.TimeOffsetUtc = schedule.daily.time.offset_minutes / 60;

    auto& monthly = form.OptionsMonthly.emplace();
    monthly.Enabled = schedule.monthly.enabled;
    monthly.Time = to_form(schedule.monthly.time);
    monthly.TimeOffsetUtc = schedule.monthly.time.offset_minutes / 60;
    monthly.DayNumberInMonth = static_cast<DayNumberInMonth>(schedule.monthly.day_number);
    monthly.DayOfWeek = static_cast<DayOfWeek>(schedule.monthly.weekday);
    for (int month : schedule.monthly.months) monthly.Months.push_back(static_cast<Month>(month - 1));
    monthly.DayOfMonth = schedule.monthly.day_of_month;

    auto& periodical = form.OptionsPeriodically.emplace();
    periodical.Enabled = schedule.periodical.enabled;
    periodical.Kind = static_cast<PeriodKind>(schedule.periodical.kind);
    periodical.FullPeriod = schedule.periodical.period;
    periodical.Schedule = to_form(schedule.periodical.grid);

    auto& continuous = form.OptionsContinuous.emplace();
    continuous.Enabled = schedule.continuous.enabled;
    continuous.Schedule = to_form(schedule.continuous.grid);

    auto& window = form.OptionsBackupWindow.emplace();
    window.Enabled = schedule.window.enabled;
    window.TimePeriods = to_form(schedule.window.grid);

    auto& chaining = form.OptionsDaisyChaining.emplace();
    chaining.Enabled = schedule.chaining.enabled;
    if (auto job = Uuid::parse(schedule.chaining.previous_job))
        chaining.PreviousJobUid = make_urn("Job", *job);

    ScheduleOptionsInfoType options;
    options.Standart = std::move(form);
    return options;
}

ScheduleOptionsInfoType to_immediate_form(const catalog::Schedule& schedule) {
    ImmediateCopyModeType form;
    auto& continuous = form.OptionsContinuous.emplace();
    continuous.Enabled = schedule.continuous.enabled;
    continuous.Schedule = to_form(schedule.continuous.grid);
    ScheduleOptionsInfoType options;
    options.ImmediateCopyMode = std::move(form);
    return options;
}

SimpleRetentionPolicyInfoType to_form(const catalog::Retention& retention) {
    SimpleRetentionPolicyInfoType form;
    form.RetainCycles = retention.cycles;
    form.RetainDaysToKeep = retention.days;
    form.RetainLimitType = static_cast<RetainLimitType>(retention.kind);
    return form;
}

GfsRetentionPolicyOptionsInfoType to_form(const catalog::GfsRetention& retention) {
    GfsRetentionPolicyOptionsInfoType form;
    form.Enabled = retention.enabled;
    form.Weekly = {.Enabled = retention.weekly.enabled,
                   .RetentionPeriod = retention.weekly.weeks,
                   .SelectedDay = static_cast<DayOfWeek>(retention.weekly.weekday)};
    form.Monthly = {.Enabled = retention.monthly.enabled,
                    .RetentionPeriod = retention.monthly.months,
                    .SelectedWeek = static_cast<WeekOfMonth>(retention.monthly.week)};
    form.Yearly = {.Enabled = retention.yearly.enabled,
                   .RetentionPeriod = retention.yearly.years,
                   .SelectedMonth = static_cast<Month>(retention.yearly.month - 1)};
    return form;
}

void apply(const ScheduleOptionsInfoType& form, catalog::Schedule& schedule) {
    if (!form.Standart)
        throw Error(ErrorKind::invalid_input,
                    "This job has its schedule under Standart, not ImmediateCopyMode");
    const auto& options = *form.Standart;
    if (options.RetryOptions) {
        const auto& retry = *options.RetryOptions;
        assign(retry.RetrySpecified, schedule.retry.enabled);
        if (retry.RetryTimes) schedule.retry.times = checked(*retry.RetryTimes, 0, 1000, "RetryTimes");
        if (retry.RetryTimeout)
            schedule.retry.wait_minutes = checked(*retry.RetryTimeout, 0, 10'080, "RetryTimeout");
    }
    assign(options.WaitForBackupCompletion, schedule.wait_for_backup_completion);
    if (options.BackupCompetitionWaitingPeriodMin)
        schedule.waiting_minutes = checked(*options.BackupCompetitionWaitingPeriodMin, 0, 10'080,
                                           "BackupCompetitionWaitingPeriodMin");
    if (options.OptionsDaily) apply(*options.OptionsDaily, schedule.daily);
    if (options.OptionsMonthly) apply(*options.OptionsMonthly, schedule.monthly);
    if (options.OptionsPeriodically) apply(*options.OptionsPeriodically, schedule.periodical);
    if (options.OptionsContinuous) apply(*options.OptionsContinuous, schedule.continuous);
    if (options.OptionsBackupWindow) {
        assign(static_cast<const std::optional<bool>&>(options.OptionsBackupWindow->Enabled),
               schedule.window.enabled);
        if (options.OptionsBackupWindow->TimePeriods)
            schedule.window.grid = read_grid(*options.OptionsBackupWindow->TimePeriods);
    }
    if (options.OptionsDaisyChaining) apply(*options.OptionsDaisyChaining, schedule.chaining);
}

void apply_immediate(const ScheduleOptionsInfoType& form, catalog::Schedule& schedule) {
    if (!form.ImmediateCopyMode)
        throw Error(ErrorKind::invalid_input,
                    "An immediate copy job has its schedule under ImmediateCopyMode, not Standart")
            .advise("A copy job with the JobType BackupCopy follows a schedule.");
    if (form.ImmediateCopyMode->OptionsContinuous)
        apply(*form.ImmediateCopyMode->OptionsContinuous, schedule.continuous);
    if (!schedule.continuous.enabled)
        throw Error(ErrorKind::invalid_input, "OptionsContinuous of an immediate copy job is not Enabled")
            .advise("Turn its ScheduleEnabled off to have it copy nothing by itself.");
}

void apply(const SimpleRetentionPolicyInfoType& form, catalog::Retention& retention) {
    if (form.RetainCycles) retention.cycles = static_cast<int>(form.RetainCycles->value);
    if (form.RetainDaysToKeep) retention.days = static_cast<int>(form.RetainDaysToKeep->value);
    assign(form.RetainLimitType, retention.kind);
}

void apply(const GfsRetentionPolicyOptionsInfoType& form, catalog::GfsRetention& retention) {
    constexpr int most = 999;  // as EM allows
    auto count = [](const std::optional<std::int64_t>& wanted, int& value) {
        if (wanted) value = checked(*wanted, 1, most, "RetentionPeriod");
    };
    assign(static_cast<const std::optional<bool>&>(form.Enabled), retention.enabled);
    if (form.Weekly) {
        assign(form.Weekly->Enabled, retention.weekly.enabled);
        count(form.Weekly->RetentionPeriod, retention.weekly.weeks);
        if (form.Weekly->SelectedDay) retention.weekly.weekday = static_cast<int>(*form.Weekly->SelectedDay);
    }
    if (form.Monthly) {
        assign(form.Monthly->Enabled, retention.monthly.enabled);
        count(form.Monthly->RetentionPeriod, retention.monthly.months);
        assign(form.Monthly->SelectedWeek, retention.monthly.week);
    }
    if (form.Yearly) {
        assign(form.Yearly->Enabled, retention.yearly.enabled);
        count(form.Yearly->RetentionPeriod, retention.yearly.years);
        if (form.Yearly->SelectedMonth)
            retention.yearly.month = static_cast<int>(*form.Yearly->SelectedMonth) + 1;
    }
}

}  // namespace holdfast::api
