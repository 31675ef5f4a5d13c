// What a policy keeps, against what stock restic says.
#include "repository/keep_policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <ctime>

#include "repository/sha256.hpp"
#include "repository/snapshot_file.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

namespace json = boost::json;
using testing::ElementsAre;

// The reasons for which each snapshot is kept; none: it goes.
using Decisions = std::map<std::string, std::vector<std::string>>;

const Timestamp long_after = *parse_time("2030-01-01T00:00:00Z");

// As another program wrote it, with its own offset from UTC.
std::string snapshot_json(std::string_view time, std::string_view tags = "", std::string_view host = "web01",
                          std::string_view paths = R"("/a","/b")") {
    std::string tag_list = tags.empty() ? "" : R"("tags":[)" + std::string(tags) + "],";
    return R"({"time":")" + std::string(time) + R"(","tree":")" + std::string(64, 'a') + R"(","paths":[)" +
           std::string(paths) + "]," + tag_list + R"("hostname":")" + std::string(host) + R"("})";
}

Snapshot snapshot_at(std::string_view time, std::string_view tags = "") {
    auto text = snapshot_json(time, tags);
    auto snapshot = parse_snapshot(as_bytes(text), "snapshot");
    snapshot.id = id_of<SnapshotId>(as_bytes(text));
    return snapshot;
}

// Times of the snapshots that are kept, as UTC, newest first.
std::vector<std::string> kept(const std::vector<std::string>& times, const KeepPolicy& policy,
                              Timestamp now = long_after) {
    std::vector<Snapshot> snapshots;
    for (const auto& time : times) snapshots.push_back(snapshot_at(time));
    std::vector<std::string> kept;
    for (const auto& group : apply_policy(snapshots, policy, now))
        for (const auto& one : group.keep) kept.push_back(format_utc(one.snapshot.time));
    return kept;
}

Decisions decisions_of_restic(const std::filesystem::path& folder, std::vector<std::string> policy) {
    policy.insert(policy.begin(), {"forget", "--dry-run", "--json"});
    Decisions decisions;
    auto printed = json::parse(restic(folder, policy));
    for (const auto& group : printed.as_array()) {
        const auto* keep = group.at("keep").if_array();
        for (std::size_t i = 0; keep != nullptr && i < keep->size(); ++i)
            decisions[std::string(keep->at(i).at("id").as_string())] =
                json::value_to<std::vector<std::string>>(group.at("reasons").as_array().at(i).at("matches"));
        if (const auto* remove = group.at("remove").if_array())
            for (const auto& snapshot : *remove) decisions[std::string(snapshot.at("id").as_string())] = {};
    }
    return decisions;
}

Decisions decisions_of_holdfast(std::span<const Snapshot> snapshots, const KeepPolicy& policy) {
    Decisions decisions;
    for (const auto& group : apply_policy(snapshots, policy, now())) {
        for (const auto& one : group.keep) decisions[one.snapshot.id.to_string()] = one.reasons;
        for (const auto& snapshot : group.remove) decisions[snapshot.id.to_string()] = {};
    }
    return decisions;
}

// For as long as it lives, this process and its children are there.
class InTimeZone {
  public:
    explicit InTimeZone(const char* name) {
        if (const char* before = std::getenv("TZ")) before_ = before;
        ::setenv("TZ", name, 1);
    }
    ~InTimeZone() {
        before_ ? ::setenv("TZ", before_->c_str(), 1) : ::unsetenv("TZ");
        ::tzset();
    }

  private:
    std::optional<std::string> before_;
};

TEST(KeepPolicy, GoesByTheTimeZoneOfTheMoment) {
    std::vector<std::string> times{"2025-06-30T12:00:00+02:00", "2024-12-30T10:30:00Z"};
    KeepPolicy half_a_year{.within = {.months = 6}};
    for (int i = 0; i < 2; ++i) {
        InTimeZone utc("UTC");
        EXPECT_THAT(kept(times, half_a_year), testing::SizeIs(2));
        InTimeZone berlin("Europe/Berlin");  // where it was 12:00 only at 11:00 in UTC then
        EXPECT_THAT(kept(times, half_a_year), testing::SizeIs(1));
    }
}

TEST(KeepPolicy, DecidesAsResticDoes) {
    InTimeZone berlin("Europe/Berlin");  // with summer time, by which calendar arithmetic of local times goes
    TemporaryDirectory folder(quick_folder());
    auto path = folder.path() / "repo";
    auto repository = create_quickly(path);
    auto add = [&](const std::string& text) { repository->store()->files().save(FileType::snapshot, text); };
    for (auto time :
         {"2024-12-29T23:30:00Z", "2024-12-30T00:30:00Z", "2025-01-01T00:10:00+01:00",
          "2025-01-31T12:00:00+01:00", "2025-03-01T00:30:00+05:30", "2025-03-30T01:59:59+01:00",
          "2025-03-30T03:00:00+02:00", "2025-05-31T23:59:59.999999999+02:00", "2025-06-01T00:00:00+02:00",
          "2025-06-29T22:30:00-07:00", "2025-06-30T11:59:59+02:00", "2025-06-30T12:00:00+02:00",
          "2025-06-30T12:00:01+02:00", "2025-06-30T12:30:00+02:00", "2025-07-01T00:31:00+14:00"})
        add(snapshot_json(time));
    add(snapshot_json("2024-12-31T12:00:00+01:00", R"("year","final")"));
    add(snapshot_json("2024-12-31T13:00:00+01:00", R"("year")"));
    add(snapshot_json("2025-12-31T12:00:00+01:00", "", "web01", R"("/b","/a")"));
    add(snapshot_json("2025-12-31T12:00:00.25+01:00"));
    add(snapshot_json("2190-01-01T00:00:00Z"));  // by a clock that was wrong
    for (auto time : {"2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z", "2025-01-08T00:00:00Z"})
        add(snapshot_json(time, "", "db01", R"("/srv")"));
    auto snapshots = repository->snapshots();
    ASSERT_EQ(snapshots.size(), 23u);

    struct Case {
        std::vector<std::string> options;
        KeepPolicy policy;
    };
    for (const auto& [options, policy] : std::vector<Case>{
             {{"--keep-last", "3"}, {.last = 3}},
             {{"--keep-hourly", "9", "--keep-last", "1"}, {.last = 1, .hourly = 9}},
             {{"--keep-daily", "12"}, {.daily = 12}},
             {{"--keep-weekly", "8"}, {.weekly = 8}},
             {{"--keep-monthly", "6", "--keep-daily", "3"}, {.daily = 3, .monthly = 6}},
             {{"--keep-yearly", "9"}, {.yearly = 9}},
             {{"--keep-within", "6m"}, {.within = {.months = 6}}},
             {{"--keep-within", "6m1d1h"}, {.within = {.months = 6, .days = 1, .hours = 1}}},
             {{"--keep-within", "1y", "--keep-tag", "year"}, {.within = {.years = 1}, .tags = {{"year"}}}},
             {{"--keep-last", "1", "--keep-tag", "year,final"}, {.last = 1, .tags = {{"year", "final"}}}},
             {{"--keep-yearly", "2", "--keep-monthly", "2", "--keep-weekly", "2", "--keep-daily", "2",
               "--keep-hourly", "2", "--keep-last", "2", "--keep-within", "8d"},
              {.last = 2,
               .hourly = 2,
               .daily = 2,
               .weekly = 2,
               .monthly = 2,
               .yearly = 2,
               .within = {.days = 8}}}})
        EXPECT_EQ(decisions_of_holdfast(snapshots, policy), decisions_of_restic(path, options))
            << testing::PrintToString(options);
}

TEST(KeepPolicy, DaysAreThoseOfThePlaceThatMadeTheSnapshot) {
    EXPECT_THAT(kept({"2026-01-01T23:30:00Z", "2026-01-02T00:30:00Z"}, {.daily = 9}),
                ElementsAre("2026-01-02T00:30:00Z", "2026-01-01T23:30:00Z"));
    EXPECT_THAT(kept({"2026-01-02T00:30:00+01:00", "2026-01-02T01:30:00+01:00"}, {.daily = 9}),
                ElementsAre("2026-01-02T00:30:00Z"));
}

TEST(KeepPolicy, WeeksAreThoseOfIso) {
    // Monday, 29 December 2025, begins the first week of 2026.
    EXPECT_THAT(kept({"2025-12-28T12:00:00Z", "2025-12-29T12:00:00Z", "2026-01-04T12:00:00Z"}, {.weekly = 9}),
                ElementsAre("2026-01-04T12:00:00Z", "2025-12-28T12:00:00Z"));
}

TEST(KeepPolicy, TheTimeWithinEndsJustAfterItsBeginning) {
    EXPECT_THAT(kept({"2026-01-10T00:00:00Z", "2026-01-09T00:00:01Z", "2026-01-09T00:00:00Z"},
                     {.within = {.days = 1}}),
                ElementsAre("2026-01-10T00:00:00Z", "2026-01-09T00:00:01Z"));
    // 31 March less a month is the 31st of February: 3 March.
    EXPECT_THAT(kept({"2026-03-31T00:00:00Z", "2026-03-03T00:00:01Z", "2026-03-03T00:00:00Z"},
                     {.within = {.months = 1}}),
                ElementsAre("2026-03-31T00:00:00Z", "2026-03-03T00:00:01Z"));
}

TEST(KeepPolicy, AClockThatRanAheadDoesNotMoveTheTimeWithin) {
    auto now = *parse_time("2026-01-10T12:00:00Z");
    EXPECT_THAT(kept({"2036-01-01T00:00:00Z", "2026-01-10T00:00:00Z", "2026-01-01T00:00:00Z"},
                     {.within = {.days = 2}}, now),
                ElementsAre("2036-01-01T00:00:00Z", "2026-01-10T00:00:00Z"));
    EXPECT_THAT(kept({"2036-01-01T00:00:00Z", "2035-01-01T00:00:00Z"}, {.within = {.hours = 1}}, now),
                testing::SizeIs(2));
}

TEST(KeepPolicy, AnEmptyTagMeansSnapshotsWithoutTags) {
    std::vector<Snapshot> snapshots{snapshot_at("2026-01-01T00:00:00Z"),
                                    snapshot_at("2026-01-02T00:00:00Z", R"("x")")};
    auto groups = apply_policy(snapshots, {.tags = {{""}}}, long_after);
    ASSERT_EQ(groups.size(), 1u);
    ASSERT_EQ(groups[0].keep.size(), 1u);
    EXPECT_EQ(groups[0].keep[0].snapshot.id, snapshots[0].id);
}

TEST(KeepPolicy, NeverTakesAWholeGroup) {
    std::vector<Snapshot> snapshots{snapshot_at("2026-01-01T00:00:00Z")};
    for (const auto& policy : {KeepPolicy(), KeepPolicy{.tags = {{"gone"}}}}) try {
            apply_policy(snapshots, policy, long_after);
            ADD_FAILURE() << "nothing is kept";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
        }
}

TEST(CalendarSpan, IsReadAsResticWritesIt) {
    EXPECT_EQ(parse_calendar_span("1y5m7d2h"), (CalendarSpan{1, 5, 7, 2}));
    EXPECT_EQ(parse_calendar_span("30d"), (CalendarSpan{.days = 30}));
    EXPECT_EQ(parse_calendar_span(""), CalendarSpan());
    for (auto bad : {"1", "d", "-1d", "1w", "1d 2h", "100000y", "99999999999999999999d"})
        EXPECT_EQ(parse_calendar_span(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace holdfast::repository
