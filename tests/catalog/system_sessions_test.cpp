// What the system did for itself, kept by SQLite and by PostgreSQL.
#include "catalog/system_sessions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/sources.hpp"
#include "catalog/test_database.hpp"

namespace holdfast::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class SystemHistory : public testing::TestWithParam<Kind> {
  protected:
    SystemSession start(Timestamp created, const std::string& owner = "me") {
        SystemSession session{Uuid::random(), std::string(system_work::maintenance), "Retention of nightly",
                              owner, created};
        sessions_.start(session);
        return session;
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Database> database_ = Database::open(new_database_url(GetParam(), folder_.path()));
    SystemSessions sessions_{*database_};
};

TEST_P(SystemHistory, ASessionComesBackWithItsEvents) {
    auto session = start(now());
    EXPECT_FALSE(sessions_.find(session.id)->ended);
    EXPECT_EQ(sessions_.find(session.id)->result, result::none);
    sessions_.add_event(session.id, {session.created, "begins", 1});
    sessions_.add_event(session.id, {session.created, "goes on", 2});
    session.ended = session.created + std::chrono::seconds(3);
    session.result = result::failed;
    session.message = "no";
    session.is_cancelled = true;
    sessions_.end(session);
    auto found = sessions_.find(session.id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->kind, "DatabaseMaintenance");
    EXPECT_EQ(found->name, "Retention of nightly");
    EXPECT_EQ(found->ended, session.ended);
    EXPECT_EQ(found->result, result::failed);
    EXPECT_EQ(found->message, "no");
    EXPECT_TRUE(found->is_cancelled);
    auto events = sessions_.events(session.id);
    ASSERT_THAT(events, SizeIs(2));
    EXPECT_EQ(events[0].created, session.created);
    EXPECT_EQ(events[1].message, "goes on");
    EXPECT_EQ(events[1].position, 2);
}

TEST_P(SystemHistory, IsBounded) {
    auto old = start(now() - SystemSessions::kept - std::chrono::hours(2));
    sessions_.add_event(old.id, {now(), "begins", 1});
    auto other_old = start(now() - SystemSessions::kept - std::chrono::hours(1));
    old.ended = old.created;
    sessions_.end(old);
    auto recent = start(now() - SystemSessions::kept + std::chrono::hours(1));
    EXPECT_TRUE(sessions_.find(old.id)) << "it is not older than what was kept then";
    start(now());
    EXPECT_FALSE(sessions_.find(old.id));
    EXPECT_THAT(sessions_.events(old.id), IsEmpty());
    EXPECT_TRUE(sessions_.find(other_old.id)) << "it has not ended";
    EXPECT_TRUE(sessions_.find(recent.id));

    sessions_.add_event(recent.id, {now(), "the last one", SystemSessions::most_events});
    sessions_.add_event(recent.id, {now(), "one too many", SystemSessions::most_events + 1});
    EXPECT_THAT(sessions_.events(recent.id), SizeIs(1));
}

TEST_P(SystemHistory, WhatADeadProcessLeftHasFailed) {
    auto mine = start(now());
    auto of_another = start(now(), "another");
    sessions_.fail_interrupted("me", "stopped");
    EXPECT_EQ(sessions_.find(mine.id)->result, result::failed);
    EXPECT_EQ(sessions_.find(mine.id)->message, "stopped");
    EXPECT_FALSE(sessions_.find(of_another.id)->ended);
}

TEST_P(SystemHistory, IsForThoseWhoSeeAllMachines) {
    auto session = start(now());
    Selection selection;
    selection.viewer.sees_all = true;
    EXPECT_THAT(select_records(*database_, system_session_source(), selection).records, SizeIs(1));
    const auto& source = system_session_source();
    selection.where = Condition::compare(*source.find("Name"), Comparison::equal,
                                         "Retention of nightly @" + format_in_full(session.created));
    EXPECT_THAT(select_records(*database_, source, selection).records, SizeIs(1));
    selection.where = Condition::compare(*source.find("State"), Comparison::greater, std::int64_t{0});
    EXPECT_THAT(select_records(*database_, source, selection).records, IsEmpty()) << "it is in progress";
    selection.where.reset();
    selection.viewer.sees_all = false;
    EXPECT_THAT(select_records(*database_, source, selection).records, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Databases, SystemHistory, testing::Values(Kind::sqlite, Kind::postgresql),
                         [](const auto& param) {
                             return param.param == Kind::sqlite ? "SQLite" : "PostgreSQL";
                         });

}  // namespace
}  // namespace holdfast::catalog
