// What other servers have, listed, filtered and ordered with what this one has, by SQLite and by PostgreSQL.
#include "catalog/peer_objects.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "catalog/accounts.hpp"
#include "catalog/sources.hpp"
#include "catalog/test_database.hpp"

namespace holdfast::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Timestamp begin = *parse_time("2026-06-14T12:00:00Z");

class WithOthers : public testing::TestWithParam<Kind> {
  protected:
    WithOthers() {
        ManagedServers(*database_).add(host_);
        Repositories(*database_).add(repository_);
        servers_.add(other_);
        selection_.viewer = {Uuid(), true, true};
        selection_.here = {here_, "backup1", "0.1.0", 9398};
    }

    PeerObject object(const std::string& kind, int number) {
        PeerObject made{.kind = kind, .id = Uuid::random(), .server = other_.id};
        made.name = fmt::format("{} {}", kind, number);
        made.entity = made.name;
        return made;
    }
    // One of every second: here, there, here …
    void add_sessions(int count) {
        for (int i = 0; i < count; ++i) {
            auto created = begin + std::chrono::seconds(i);
            if (i % 2 == 0) {
                BackupSession session{Uuid::random(), Uuid::random(), fmt::format("job {}", i % 3), "me",
                                      created};
                BackupSessions(*database_).start(session, {});
            } else {
                auto session = object("BackupJobSession", i);
                session.created = created;
                session.job = Uuid::random();
                session.job_name = fmt::format("job {}", i % 3);
                session.state = "Stopped";
                session.result = "Success";
                session.ended = created;
                objects_.store(other_.id, {session});
            }
        }
    }

    template <typename Record>
    std::vector<std::string> ids(const RecordSource<Record>& source, const Selection& selection) {
        auto selected = select_with_others(*database_, source, selection);
        std::vector<std::string> found;
        for (const auto& record : selected.records)
            found.push_back(std::visit([](const auto& one) { return one.id.to_string(); }, record));
        total_ = selected.total;
        return found;
    }

    // Each field can be ordered by and compared, whichever server the records are of, and the pages of a list
    // are that list.
    template <typename Record>
    void expect_one_list(const RecordSource<Record>& source, std::size_t count) {
        for (const auto& field : source.fields) {
            for (auto direction : {Direction::ascending, Direction::descending}) {
                auto selection = selection_;
                selection.order = {{&field, direction}};
                auto whole = ids(source, selection);
                EXPECT_THAT(whole, SizeIs(count)) << source.name << " by " << field.name;
                std::vector<std::string> paged;
                for (std::uint64_t first = 0; first < count; first += 3) {
                    selection.slice = Slice{first, 3};
                    for (auto& id : ids(source, selection)) paged.push_back(id);
                    EXPECT_EQ(total_, count);
                }
                EXPECT_EQ(paged, whole) << source.name << " by " << field.name;
            }
            auto selection = selection_;
            Value value = std::int64_t{0};
            if (field.kind == FieldKind::text || field.kind == FieldKind::id) value = std::string("x");
            if (field.kind == FieldKind::real) value = 1.0;
            std::size_t found = 0;
            for (auto comparison : {Comparison::equal, Comparison::not_equal}) {
                selection.where = Condition::compare(field, comparison, value);
                found += ids(source, selection).size();
            }
            EXPECT_EQ(found, count) << source.name << " by " << field.name;
        }
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Database> database_ = Database::open(new_database_url(GetParam(), folder_.path()));
    BackupServers servers_{*database_};
    PeerObjects objects_{*database_};
    const Uuid here_ = Uuid::random();
    BackupServer other_{.id = Uuid::random(), .name = "other", .address = "other", .port = 9398};
    ManagedServer host_{Uuid::random(), Uuid::random(), "kvm1", "", "qemu+ssh://kvm1/system", "host"};
    Repository repository_{Uuid::random(), "main", "", "/srv/main", "abc", "sealed", 100, 50};
    Selection selection_;
    std::uint64_t total_ = 0;
};

TEST_P(WithOthers, SessionsAreOneListByEveryField) {
    add_sessions(8);
    expect_one_list(backup_session_source(), 8);
}

TEST_P(WithOthers, EveryTypeIsOneListByEveryField) {
    Job job;
    job.id = Uuid::random();
    job.name = "nightly";
    job.repository = repository_.id;
    Jobs(*database_).add(job);
    RestorePoints points(*database_);
    auto backup = points.backup_for(job.id, job.name, repository_.id);
    RestorePoint point{Uuid::random(), backup.id, backup.name, begin};
    VmRestorePoint machine;
    machine.id = Uuid::random();
    machine.file = Uuid::random();
    machine.restore_point = point.id;
    machine.created = begin;
    points.add(point, machine);
    for (int i = 0; i < 4; ++i)
        for (const auto* kind : {"Job", "Repository", "ManagedServer", "Backup", "RestorePoint"})
            objects_.store(other_.id, {object(kind, i)});
    expect_one_list(job_source(), 5);
    expect_one_list(repository_source(), 5);
    expect_one_list(backup_source(), 5);
    expect_one_list(restore_point_source(), 5);
    // Roots of hosts of here go by the ids of their hosts in a list.
    expect_one_list(managed_server_source(), 5);
}

TEST_P(WithOthers, FiltersByServerAndByTime) {
    add_sessions(6);
    auto selection = selection_;
    selection.where = Condition::compare(*backup_session_source().find("BackupServerUid"), Comparison::equal,
                                         other_.id.to_string());
    EXPECT_THAT(ids(backup_session_source(), selection), SizeIs(3));
    selection.where = Condition::compare(*backup_session_source().find("BackupServerName"), Comparison::equal,
                                         std::string("backup1"));
    EXPECT_THAT(ids(backup_session_source(), selection), SizeIs(3));
    selection.where.reset();
    selection.created_since = begin + std::chrono::seconds(2);
    EXPECT_THAT(ids(backup_session_source(), selection), SizeIs(4));
}

TEST_P(WithOthers, AWholeListIsReadInPartsThatLeaveNothingOut) {
    add_sessions(1101);
    PartsWithOthers<BackupSession> parts(*database_, backup_session_source(), selection_);
    std::vector<std::string> found;
    while (!parts.is_complete())
        for (const auto& record : parts.next())
            found.push_back(std::visit([](const auto& one) { return one.id.to_string(); }, record));
    EXPECT_EQ(found, ids(backup_session_source(), selection_));
    EXPECT_EQ(std::set(found.begin(), found.end()).size(), 1101U);
}

TEST_P(WithOthers, WhatThisServerHasUnderTheSameIdIsShownAlone) {
    Job job;
    job.id = Uuid::random();
    job.name = "nightly";
    job.repository = repository_.id;
    Jobs(*database_).add(job);
    auto same = object("Job", 1);
    same.id = job.id;
    EXPECT_EQ(objects_.store(other_.id, {same}), 0U);
    EXPECT_FALSE(objects_.find("Job", job.id));
    EXPECT_THAT(ids(job_source(), selection_), ElementsAre(job.id.to_string()));
    Jobs(*database_).remove(job.id, [](const Job&) {});
    EXPECT_TRUE(objects_.find("Job", job.id));

    // Of two other servers the first keeps it.
    BackupServer third{.id = Uuid::random(), .name = "third", .address = "third", .port = 9398};
    servers_.add(third);
    EXPECT_EQ(objects_.store(third.id, {same}), 1U);
    EXPECT_EQ(objects_.find("Job", job.id)->server, other_.id);
}

TEST_P(WithOthers, NothingOfOthersIsAmongWhatThisServerWorksOn) {
    for (const auto* kind : {"Job", "Repository", "ManagedServer", "Backup", "RestorePoint"}) {
        auto told = object(kind, 1);
        told.repository = repository_.id;
        objects_.store(other_.id, {told});
    }
    EXPECT_THAT(Jobs(*database_).list(), IsEmpty());
    EXPECT_THAT(Repositories(*database_).list(), SizeIs(1));
    EXPECT_THAT(ManagedServers(*database_).list(), SizeIs(1));
    EXPECT_THAT(select_records(*database_, backup_source(), selection_).records, IsEmpty());
    // What is in no backup of this server does not keep a repository from being removed.
    Repositories(*database_).remove(repository_.id);
    EXPECT_THAT(Repositories(*database_).list(), IsEmpty());
}

TEST_P(WithOthers, GoesWithItsServerAndIsNotKeptForOneThatIsGone) {
    auto job = object("Job", 1);
    objects_.store(other_.id, {job, object("Job", 2)});
    EXPECT_THAT(objects_.ids_of(other_.id, "Job"), SizeIs(2));
    objects_.remove(other_.id, "Job", {job.id});
    EXPECT_THAT(objects_.ids_of(other_.id, "Job"), SizeIs(1));
    servers_.remove(other_.id, [](const BackupServer&) {});
    EXPECT_THAT(objects_.ids_of(other_.id, "Job"), IsEmpty());
    EXPECT_THROW(objects_.store(other_.id, {job}), Error);
}

TEST_P(WithOthers, SessionsAreAskedForAgainFromTheOldestThatRuns) {
    EXPECT_FALSE(objects_.changing_since(other_.id, "BackupJobSession"));
    std::vector<PeerObject> sessions;
    for (int i = 0; i < 3; ++i) {
        sessions.push_back(object("BackupJobSession", i));
        sessions.back().created = begin + std::chrono::hours(i);
        sessions.back().ended = begin + std::chrono::hours(i);
    }
    objects_.store(other_.id, sessions);
    EXPECT_EQ(objects_.changing_since(other_.id, "BackupJobSession"), begin + std::chrono::hours(2));
    sessions[1].ended.reset();
    objects_.store(other_.id, sessions);
    EXPECT_EQ(objects_.changing_since(other_.id, "BackupJobSession"), begin + std::chrono::hours(1));
    objects_.remove_older(other_.id, "BackupJobSession", begin + std::chrono::hours(2));
    EXPECT_THAT(objects_.ids_of(other_.id, "BackupJobSession"), SizeIs(1));
}

TEST_P(WithOthers, OnlyWhoSeesEverythingSeesThem) {
    Accounts accounts(*database_);
    Account admin{Uuid::random(), "admin", "", {"Portal Administrator"}};
    Account ann{Uuid::random(), "ann", "", {"Portal User"}};
    accounts.add(admin);
    accounts.add(ann);
    accounts.toggle_allow_restore_all(ann.id);
    EXPECT_TRUE(accounts.find_viewer("admin")->sees_others);
    EXPECT_FALSE(accounts.find_viewer("ann")->sees_others);
    objects_.store(other_.id, {object("Job", 1)});
    auto selection = selection_;
    selection.viewer = *accounts.find_viewer("ann");
    EXPECT_FALSE(has_others(job_source(), selection));
    EXPECT_THAT(select_records(*database_, peer_job_source(), selection).records, IsEmpty());
    servers_.remove(other_.id, [](const BackupServer&) {});
    EXPECT_FALSE(accounts.find_viewer("admin")->sees_others);
}

INSTANTIATE_TEST_SUITE_P(Databases, WithOthers, testing::Values(Kind::sqlite, Kind::postgresql));

}  // namespace
}  // namespace holdfast::catalog
