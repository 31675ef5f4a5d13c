// Which snapshots a policy keeps: as `restic forget` of restic 0.14 decides.
// Source: restic internal/restic/snapshot_policy.go, snapshot_group.go, duration.go.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "repository/repository.hpp"

namespace holdfast::repository {

// Of the calendar: a month is what it is at that time of the year.
struct CalendarSpan {
    int years = 0;
    int months = 0;
    int days = 0;
    int hours = 0;

    bool operator==(const CalendarSpan&) const = default;
};

// "1y5m7d2h": any of these, each number at most 99999. Nothing for other text.
std::optional<CalendarSpan> parse_calendar_span(std::string_view text);

// A snapshot is kept for any one of these reasons.
struct KeepPolicy {
    unsigned last = 0;    // the newest so many
    unsigned hourly = 0;  // the newest of each of the last so many hours that have a snapshot; and so on
    unsigned daily = 0;
    unsigned weekly = 0;  // ISO weeks: from Monday
    unsigned monthly = 0;
    unsigned yearly = 0;
    CalendarSpan within;                         // before the newest that is not in the future
    std::vector<std::vector<std::string>> tags;  // all tags of one of the lists

    bool is_empty() const { return *this == KeepPolicy(); }
    bool operator==(const KeepPolicy&) const = default;
};

struct KeptSnapshot {
    Snapshot snapshot;
    std::vector<std::string> reasons;  // "daily snapshot", in restic's words
};

// Snapshots of one host and the same paths: a policy applies to each group by itself. Newest first.
struct SnapshotGroup {
    std::string hostname;
    std::vector<std::string> paths;  // sorted
    std::vector<KeptSnapshot> keep;
    std::vector<Snapshot> remove;
};

// Hours, days, weeks, months and years are told by each snapshot's own offset from UTC. invalid_input for an
// empty policy, and, as in restic since 0.17, for one that would keep nothing of some group: what should go
// wholly has to be named.
std::vector<SnapshotGroup> apply_policy(std::span<const Snapshot> snapshots, const KeepPolicy& policy,
                                        Timestamp now);

}  // namespace holdfast::repository
