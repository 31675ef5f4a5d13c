#include "repository/keep_policy.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <map>
#include <utility>

#include "base/error.hpp"
#include "repository/snapshot_choice.hpp"

namespace holdfast::repository {
namespace {

using std::chrono::seconds;

constexpr int most_of_a_unit = 99'999;  // 100,000 years still have a Timestamp

// What the clock on the wall showed at `time`, `offset` east of UTC.
std::tm wall_clock(Timestamp time, std::chrono::minutes offset) {
    std::time_t shown = std::chrono::floor<seconds>(time + offset).time_since_epoch().count();
    std::tm wall{};
    ::gmtime_r(&shown, &wall);
    return wall;
}

// Equal for snapshots of the same hour, day and so on, and only for them.
long day_of(const std::tm& wall) {
    return (wall.tm_year * 12L + wall.tm_mon) * 31 + wall.tm_mday;
}
long hour_of(const std::tm& wall) {
    return day_of(wall) * 24 + wall.tm_hour;
}
long week_of(const std::tm& wall) {
    char text[16];
    auto length = std::strftime(text, sizeof text, "%G%V", &wall);
    long week = 0;
    std::from_chars(text, text + length, week);
    return week;
}
long month_of(const std::tm& wall) {
    return wall.tm_year * 12L + wall.tm_mon;
}
long year_of(const std::tm& wall) {
    return wall.tm_year;
}

// The newest snapshot of each period is kept, until `left` periods had one.
struct Periods {
    unsigned left;
    long (*period_of)(const std::tm&);
    std::string_view reason;
    std::optional<long> last;

    bool takes(const std::tm& wall) {
        if (left == 0 || last == period_of(wall)) return false;
        last = period_of(wall);
        --left;
        return true;
    }
};

// `span` before `time`, on the calendar of its place: an offset that is this machine's own at that time means
// that place, with its summer time, as in Go.
Timestamp before(Timestamp time, std::chrono::minutes offset, const CalendarSpan& span) {
    std::tm wall = wall_clock(time, offset);
    wall.tm_year -= span.years;
    wall.tm_mon -= span.months;
    wall.tm_mday -= span.days;
    auto whole = std::chrono::floor<seconds>(time);
    std::time_t then = whole.time_since_epoch().count();
    std::tm here{};
    ::tzset();  // mktime goes by what TZ says now; localtime_r by what it said at first
    ::localtime_r(&then, &here);
    bool is_here = offset.count() != 0 && here.tm_gmtoff == seconds(offset).count();
    wall.tm_isdst = -1;
    seconds since_1970 = is_here ? seconds(::mktime(&wall)) : seconds(::timegm(&wall)) - offset;
    return Timestamp(since_1970) + (time - whole) - std::chrono::hours(span.hours);
}

// What keeps snapshots that are newer than this; nothing when all are in the future: then all are kept.
std::optional<Timestamp> keep_after(std::span<const Snapshot> newest_first, const CalendarSpan& within,
                                    Timestamp now) {
    auto latest =
        std::ranges::find_if(newest_first, [&](const Snapshot& snapshot) { return snapshot.time < now; });
    if (latest == newest_first.end()) return std::nullopt;
    return before(latest->time, latest->utc_offset, within);
}

std::string joined(const std::vector<std::string>& tags) {
    std::string text;
    for (const auto& tag : tags) text += (&tag == &tags.front() ? "" : ", ") + tag;
    return text;
}

std::string to_string(const CalendarSpan& span) {
    std::string text;
    for (auto [count, unit] :
         {std::pair(span.years, 'y'), {span.months, 'm'}, {span.days, 'd'}, {span.hours, 'h'}})
        if (count != 0) text += std::to_string(count) + unit;
    return text;
}

void decide(std::span<const Snapshot> newest_first, const KeepPolicy& policy, Timestamp now,
            SnapshotGroup& group) {
    std::array periods{Periods{policy.hourly, hour_of, "hourly snapshot", {}},
                       Periods{policy.daily, day_of, "daily snapshot", {}},
                       Periods{policy.weekly, week_of, "weekly snapshot", {}},
                       Periods{policy.monthly, month_of, "monthly snapshot", {}},
                       Periods{policy.yearly, year_of, "yearly snapshot", {}}};
    auto oldest = keep_after(newest_first, policy.within, now);
    unsigned last_left = policy.last;
    for (const auto& snapshot : newest_first) {
        std::vector<std::string> reasons;
        for (const auto& tags : policy.tags)
            if (has_tags(snapshot, tags)) reasons.push_back("has tags [" + joined(tags) + "]");
        if (policy.within != CalendarSpan() && (!oldest || snapshot.time > *oldest))
            reasons.push_back("within " + to_string(policy.within));
        if (last_left > 0) {
            --last_left;
            reasons.push_back("last snapshot");
        }
        std::tm wall = wall_clock(snapshot.time, snapshot.utc_offset);
        for (auto& period : periods)
            if (period.takes(wall)) reasons.emplace_back(period.reason);
        if (reasons.empty())
            group.remove.push_back(snapshot);
        else
            group.keep.push_back({snapshot, std::move(reasons)});
    }
}

}  // namespace

std::optional<CalendarSpan> parse_calendar_span(std::string_view text) {
    CalendarSpan span;
    while (!text.empty()) {
        int count = 0;
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (error != std::errc() || count < 0 || count > most_of_a_unit || text.empty()) return std::nullopt;
        auto unit = std::string_view("ymdh").find(text.front());
        if (unit == std::string_view::npos) return std::nullopt;
        std::array{&span.years, &span.months, &span.days, &span.hours}[unit][0] = count;
        text.remove_prefix(1);
    }
    return span;
}

std::vector<SnapshotGroup> apply_policy(std::span<const Snapshot> snapshots, const KeepPolicy& policy,
                                        Timestamp now) {
    if (policy.is_empty()) throw Error(ErrorKind::invalid_input, "The policy says nothing to keep");
    std::map<std::pair<std::string, std::vector<std::string>>, std::vector<Snapshot>> by_host_and_paths;
    for (const auto& snapshot : snapshots) {
        auto paths = snapshot.paths;
        std::ranges::sort(paths);
        by_host_and_paths[{snapshot.hostname, std::move(paths)}].push_back(snapshot);
    }
    std::vector<SnapshotGroup> groups;
    for (auto& [key, members] : by_host_and_paths) {
        std::ranges::sort(members, [](const Snapshot& a, const Snapshot& b) {
            return a.time != b.time ? a.time > b.time : a.id < b.id;
        });
        groups.push_back({.hostname = key.first, .paths = key.second, .keep = {}, .remove = {}});
        decide(members, policy, now, groups.back());
        if (groups.back().keep.empty())
            throw Error(ErrorKind::invalid_input, "The policy keeps no snapshot of the host \"" + key.first +
                                                      "\" with the paths " + joined(key.second))
                .advise(
                    "Nothing was removed. Let a policy keep something of it, leave it out with --host, --tag "
                    "or --path, or name the snapshots that shall go.");
    }
    return groups;
}

}  // namespace holdfast::repository
