// Filters, orders, pages and visibility, worked out by SQLite and by PostgreSQL.
#include "catalog/selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "catalog/accounts.hpp"
#include "catalog/sources.hpp"
#include "catalog/test_database.hpp"
#include "error_of.hpp"

namespace holdfast::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

Timestamp at(const char* text) {
    return *parse_time(text);
}

class Listing : public testing::TestWithParam<Kind> {
  protected:
    Listing() {
        ManagedServers(*database_).add(server_);
        Repositories(*database_).add(repository_);
    }

    Selection all() {
        Selection selection;
        selection.viewer.sees_all = true;
        selection.here = {here_, "backup1", "0.1.0", 9398};
        return selection;
    }

    template <typename Record>
    Selected<Record> select_where(const RecordSource<Record>& source, std::string_view field,
                                  Comparison comparison, Value value) {
        auto selection = all();
        selection.where = Condition::compare(*source.find(field), comparison, std::move(value));
        return select_records(*database_, source, selection);
    }

    // A session of a job that need not be there.
    BackupSession add_session(const std::string& job_name, Timestamp created, std::string_view result,
                              const Uuid& job = Uuid::random()) {
        BackupSession session{Uuid::random(), job, job_name, "me", created};
        BackupSessions sessions(*database_);
        sessions.start(session, {{Uuid::random(), session.id, server_.id, machine_, "web01", created}});
        session.result = result;
        if (result != result::none) {
            session.ended = created + std::chrono::minutes(1);
            session.state = state::stopped;
        }
        sessions.update(session);
        return session;
    }

    Job add_job(const std::string& name, int machines = 1) {
        Job job;
        job.id = Uuid::random();
        job.name = name;
        job.repository = repository_.id;
        for (int i = 0; i < machines; ++i)
            job.objects.push_back({Uuid::random(), server_.id, machine_, "machine " + std::to_string(i)});
        Jobs(*database_).add(job);
        return job;
    }

    VmRestorePoint add_point(const Backup& backup, const Uuid& machine, const std::string& name,
                             Timestamp created) {
        RestorePoint point{Uuid::random(), backup.id, backup.name, created};
        VmRestorePoint vm_point;
        vm_point.id = Uuid::random();
        vm_point.file = Uuid::random();
        vm_point.hierarchy_root = server_.hierarchy_root;
        vm_point.domain = machine;
        vm_point.vm_name = name;
        vm_point.created = created;
        vm_point.snapshot = "snapshot of " + name;
        vm_point.data_size = 5'000'000'000;
        RestorePoints(*database_).add(point, vm_point);
        vm_point.restore_point = point.id;
        return vm_point;
    }

    Viewer restricted_to(const Uuid& machine) {
        Account account{Uuid::random(), "ann", "hash", {"VM Restore Operator"}};
        account.allow_restore_all = false;
        Accounts(*database_).add(account);
        database_->transaction([&](Connection& connection) {
            connection.query("INSERT INTO account_machines VALUES (:account, :root, :machine)")
                .bind("account", account.id)
                .bind("root", server_.hierarchy_root)
                .bind("machine", machine)
                .run();
        });
        return *Accounts(*database_).find_viewer("ann");
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Database> database_ = Database::open(new_database_url(GetParam(), folder_.path()));
    Uuid here_ = Uuid::random();
    Uuid machine_ = Uuid::random();
    ManagedServer server_{Uuid::random(), Uuid::random(), "kvm1", "", "qemu:///system", "host"};
    Repository repository_{Uuid::random(), "main", "", "/srv/main", "abc", "sealed", 100, 50};
};

std::vector<std::string> names_of(const std::vector<BackupSession>& sessions) {
    std::vector<std::string> names;
    for (const auto& session : sessions) names.push_back(session.job_name);
    return names;
}

TEST_P(Listing, ComparesTextsNumbersTimesBooleansAndIds) {
    auto job = Uuid::random();
    add_session("a", at("2026-01-01T00:00:00Z"), result::success, job);
    add_session("b'; DROP TABLE jobs;--", at("2026-01-02T00:00:00Z"), result::failed);
    const auto& source = backup_session_source();
    auto names = [&](std::string_view field, Comparison comparison, Value value) {
        return names_of(select_where(source, field, comparison, std::move(value)).records);
    };
    EXPECT_THAT(names("jobname", Comparison::equal, "a"), ElementsAre("a"));
    EXPECT_THAT(names("JobName", Comparison::equal, "A"), IsEmpty());
    EXPECT_THAT(names("JobName", Comparison::equal, "b'; DROP TABLE jobs;--"), SizeIs(1));
    EXPECT_THAT(names("JobName", Comparison::greater, "a"), SizeIs(1));
    EXPECT_THAT(names("JobName", Comparison::contains, "drop table"), SizeIs(1));
    EXPECT_THAT(names("JobName", Comparison::contains, "b'"), SizeIs(1));
    EXPECT_THAT(names("JobName", Comparison::contains, "%"), IsEmpty());
    EXPECT_THAT(names("JobName", Comparison::contains, "_"), IsEmpty());
    EXPECT_THAT(names("JobUid", Comparison::equal, job.to_string()), ElementsAre("a"));
    EXPECT_THAT(names("JobUid", Comparison::not_equal, job.to_string()), SizeIs(1));
    EXPECT_THAT(names("IsRetry", Comparison::equal, std::int64_t{1}), IsEmpty());
    auto second_day = to_micros(at("2026-01-02T00:00:00Z"));
    EXPECT_THAT(names("CreationTimeUTC", Comparison::less, second_day), ElementsAre("a"));
    EXPECT_THAT(names("creationtime", Comparison::greater_or_equal, second_day), SizeIs(1));
    EXPECT_THAT(names("BackupServerName", Comparison::equal, "backup1"), SizeIs(2));
    EXPECT_THAT(names("BackupServerUid", Comparison::equal, here_.to_string()), SizeIs(2));
    EXPECT_THAT(select_where(repository_source(), "FreeSpace", Comparison::less, std::int64_t{51}).records,
                SizeIs(1));
}

TEST_P(Listing, NamesWithTimesAreFilteredAndSortedAsTheyAreShown) {
    auto session = add_session("nightly", at("2026-03-29T01:59:59.999999Z"), result::success);
    const auto& source = backup_session_source();
    auto found = select_where(source, "Name", Comparison::equal, "nightly@2026-03-29 01:59:59").records;
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].id, session.id);

    auto backup = RestorePoints(*database_).backup_for(Uuid::random(), "nightly", repository_.id);
    for (auto time : {"2026-06-14T23:09:26.173Z", "2026-06-14T23:09:20Z", "2026-06-14T23:00:00.5Z"}) {
        add_point(backup, machine_, "web", at(time));
        EXPECT_EQ(select_where(restore_point_source(), "Name", Comparison::equal, format_in_full(at(time)))
                      .records.size(),
                  1u)
            << time;
    }
    auto selection = all();
    selection.order = {{vm_restore_point_source().find("Name"), Direction::descending}};
    auto points = select_records(*database_, vm_restore_point_source(), selection).records;
    ASSERT_THAT(points, SizeIs(3));
    EXPECT_EQ(points[0].created, at("2026-06-14T23:09:26.173Z"));
    EXPECT_EQ(points[2].created, at("2026-06-14T23:00:00.5Z"));
}

TEST_P(Listing, EnumerationsCompareByTheOrderOfTheirWords) {
    auto time = at("2026-01-01T00:00:00Z");
    add_session("runs", time, result::none);
    add_session("fine", time + std::chrono::seconds(1), result::success);
    add_session("odd", time + std::chrono::seconds(2), result::warning);
    add_session("bad", time + std::chrono::seconds(3), result::failed);
    const auto& source = backup_session_source();
    const auto warning = std::int64_t{2};
    EXPECT_THAT(names_of(select_where(source, "Result", Comparison::greater_or_equal, warning).records),
                ElementsAre("odd", "bad"));
    EXPECT_THAT(names_of(select_where(source, "Result", Comparison::less, warning).records),
                ElementsAre("runs", "fine"));
    auto selection = all();
    selection.order = {{source.find("Result"), Direction::descending}};
    EXPECT_THAT(names_of(select_records(*database_, source, selection).records),
                ElementsAre("bad", "odd", "fine", "runs"));
}

TEST_P(Listing, TextIsOrderedByteByByteOnEveryDatabase) {
    auto time = at("2026-01-01T00:00:00Z");
    for (auto name : {"a b", "B", "a-b", "ab", "A", "é", "_"}) add_session(name, time, result::success);
    auto selection = all();
    selection.order = {{backup_session_source().find("JobName"), Direction::ascending}};
    EXPECT_THAT(names_of(select_records(*database_, backup_session_source(), selection).records),
                ElementsAre("A", "B", "_", "a b", "a-b", "ab", "é"));
}

TEST_P(Listing, WhatIsMissingComesFirstAndDiffersFromEverything) {
    auto never = add_job("never");
    auto soon = add_job("soon");
    Jobs(*database_).set_next_run(soon.id, at("2026-05-01T22:00:00Z"), 0);
    const auto& source = job_source();
    auto ids = [](const std::vector<Job>& jobs) {
        std::vector<Uuid> found;
        for (const auto& job : jobs) found.push_back(job.id);
        return found;
    };
    for (auto direction : {Direction::ascending, Direction::descending}) {
        auto selection = all();
        selection.order = {{source.find("NextRun"), direction}};
        auto jobs = ids(select_records(*database_, source, selection).records);
        EXPECT_EQ(jobs.front(), direction == Direction::ascending ? never.id : soon.id);
    }
    auto other_time = to_micros(at("2026-05-02T22:00:00Z"));
    EXPECT_THAT(select_where(source, "NextRun", Comparison::not_equal, other_time).records, SizeIs(2));
    EXPECT_THAT(select_where(source, "NextRun", Comparison::less, other_time).records, SizeIs(1));
}

TEST_P(Listing, AJobIsScheduledWhereOneOfItsSchedulesIsEnabled) {
    auto change = [](auto enable) {
        Schedule schedule;
        enable(schedule);
        return schedule;
    };
    std::vector<Schedule> schedules{
        change([](Schedule&) {}),
        change([](Schedule& made) { made.daily.enabled = true; }),
        change([](Schedule& made) { made.monthly.enabled = true; }),
        change([](Schedule& made) { made.periodical.enabled = true; }),
        change([](Schedule& made) { made.continuous.enabled = true; }),
        change([](Schedule& made) { made.window.enabled = true; }),
        change([](Schedule& made) { made.chaining = {true, "\"daily\":{\"enabled\":true,"}; })};
    std::set<Uuid> configured;
    for (const auto& schedule : schedules) {
        Job job;
        job.id = Uuid::random();
        job.name = job.id.to_string();
        job.repository = repository_.id;
        job.schedule = schedule;
        Jobs(*database_).add(job);
        if (schedule.is_configured()) configured.insert(job.id);
    }
    std::set<Uuid> found;
    for (const auto& job :
         select_where(job_source(), "ScheduleConfigured", Comparison::equal, std::int64_t{1}).records)
        found.insert(job.id);
    EXPECT_EQ(found, configured);
}

TEST_P(Listing, ConditionsAreJoinedByAndAndOr) {
    auto time = at("2026-01-01T00:00:00Z");
    add_session("a", time, result::success);
    add_session("b", time, result::failed);
    add_session("c", time, result::failed);
    const auto& source = backup_session_source();
    auto name = [&](const char* value) {
        return Condition::compare(*source.find("JobName"), Comparison::equal, value);
    };
    auto failed = Condition::compare(*source.find("Result"), Comparison::equal, std::int64_t{3});
    auto selection = all();
    selection.where = Condition::join(
        Condition::Kind::all, {failed, Condition::join(Condition::Kind::any, {name("a"), name("b")})});
    EXPECT_THAT(names_of(select_records(*database_, source, selection).records), ElementsAre("b"));
    selection.where = Condition::join(
        Condition::Kind::any, {Condition::join(Condition::Kind::all, {failed, name("c")}), name("a")});
    EXPECT_THAT(names_of(select_records(*database_, source, selection).records),
                UnorderedElementsAre("a", "c"));
}

TEST_P(Listing, EveryFieldOfEverySourceIsFilteredAndSorted) {
    auto job = add_job("nightly", 2);
    auto session = add_session("nightly", now(), result::success, job.id);
    auto backup = RestorePoints(*database_).backup_for(job.id, job.name, repository_.id);
    auto point = add_point(backup, machine_, "web01", now());
    RestoreSession restore{Uuid::random(), "RestoreVm", "me", point.id, "web01", "admin", now()};
    restore.state = "Working";
    restore.result = "None";
    RestoreSessions(*database_).start(restore);
    SystemSessions(*database_).start({Uuid::random(), "DatabaseMaintenance", "Retention", "me", now()});
    LogonRecords(*database_)
        .add_task({.account = Uuid::random(),
                   .logon_session = "a",
                   .owner = "me",
                   .operation = "StartJob",
                   .created = now(),
                   .links = "[]"});
    auto check = [&](const auto& source) {
        ASSERT_GE(select_records(*database_, source, all()).records.size(), 1u) << source.name;
        for (const auto& field : source.fields) {
            bool is_text = field.kind == FieldKind::text || field.kind == FieldKind::id;
            Value value = is_text                         ? Value("x")
                          : field.kind == FieldKind::real ? Value(2.5)
                                                          : Value(std::int64_t{-7});
            for (auto comparison :
                 {Comparison::equal, Comparison::not_equal, Comparison::less, Comparison::less_or_equal,
                  Comparison::greater, Comparison::greater_or_equal}) {
                auto selection = all();
                selection.where = Condition::compare(field, comparison, value);
                selection.order = {{&field, Direction::descending}};
                selection.slice = Slice{0, 10};
                auto found = select_records(*database_, source, selection);
                EXPECT_EQ(found.total, found.records.size()) << source.name << ' ' << field.name;
                auto where = source.name + ' ' + field.name;
                if (comparison == Comparison::equal) {
                    EXPECT_EQ(found.total, 0u) << where;
                } else if (comparison == Comparison::not_equal) {
                    EXPECT_GE(found.total, 1u) << where;
                }
            }
        }
    };
    check(backup_server_source());
    check(managed_server_source());
    check(hierarchy_root_source());
    check(repository_source());
    check(job_source());
    check(job_object_source());
    check(backup_session_source());
    check(task_session_source());
    check(backup_source());
    check(restore_point_source());
    check(vm_restore_point_source());
    check(backup_file_source());
    check(restore_session_source());
    check(system_session_source());
    check(task_source());
}

TEST_P(Listing, ARowTellsWhatItsLinksNeed) {
    auto job = add_job("nightly", 3);
    auto session = add_session("nightly", now(), result::success, job.id);
    auto gone = add_session("gone", now(), result::success);
    auto sessions = select_records(*database_, backup_session_source(), all()).records;
    ASSERT_THAT(sessions, SizeIs(2));
    std::map<Uuid, bool> has_job;
    for (const auto& found : sessions) has_job[found.id] = found.has_job;
    EXPECT_TRUE(has_job[session.id]);
    EXPECT_FALSE(has_job[gone.id]);
    auto selection = all();
    selection.inside = {"session", session.id.to_string()};
    auto tasks = select_records(*database_, task_session_source(), selection).records;
    ASSERT_THAT(tasks, SizeIs(1));
    EXPECT_EQ(tasks[0].hierarchy_root, server_.hierarchy_root);
    EXPECT_EQ(tasks[0].job_name, "nightly");
    EXPECT_EQ(tasks[0].session_created, session.created);
    EXPECT_FALSE(tasks[0].has_vm_restore_point);
    add_job("empty", 0);
    auto jobs = select_records(*database_, job_source(), all()).records;
    ASSERT_THAT(jobs, SizeIs(2));
    ASSERT_THAT(jobs[0].objects, SizeIs(3));
    EXPECT_EQ(jobs[0].objects[2].name, "machine 2");
    EXPECT_EQ(jobs[0].objects[2].hierarchy_root, server_.hierarchy_root);
    EXPECT_THAT(jobs[1].objects, IsEmpty());
}

TEST_P(Listing, AnAccountSeesWhatItsMachinesArePartOf) {
    auto other = Uuid::random();
    auto both = RestorePoints(*database_).backup_for(Uuid::random(), "both", repository_.id);
    auto strange = RestorePoints(*database_).backup_for(Uuid::random(), "strange", repository_.id);
    auto mine = add_point(both, machine_, "web01", now());
    add_point(both, other, "db01", now());
    add_point(strange, other, "db01", now());
    add_session("both", now(), result::success);
    for (const auto& [point, who] : {std::pair(mine.id, "admin"), std::pair(Uuid::random(), "ann"),
                                     std::pair(Uuid::random(), "admin")}) {
        RestoreSession restore{Uuid::random(), "RestoreVm", "me", point, "web01", who, now()};
        RestoreSessions(*database_).start(restore);
    }
    auto selection = all();
    selection.viewer = restricted_to(machine_);
    selection.slice = Slice{0, 100};
    auto count = [&](const auto& source) {
        auto found = select_records(*database_, source, selection);
        EXPECT_EQ(found.total, found.records.size());
        return found.total;
    };
    EXPECT_EQ(count(backup_source()), 1u);
    EXPECT_EQ(count(restore_point_source()), 1u);
    EXPECT_EQ(count(vm_restore_point_source()), 1u);
    EXPECT_EQ(count(backup_file_source()), 1u);
    EXPECT_EQ(count(backup_session_source()), 1u);
    EXPECT_EQ(count(task_session_source()), 1u);
    EXPECT_EQ(count(restore_session_source()), 2u);
    EXPECT_EQ(count(job_source()), 0u);
    EXPECT_EQ(count(repository_source()), 1u);
    selection.viewer = Viewer{};
    EXPECT_EQ(count(backup_source()), 0u);
    EXPECT_EQ(count(restore_session_source()), 0u);
}

// Pages of three, while sessions are added between them: every one that was there at the start is seen once.
void walk_while_rows_are_added(Database& database, Selection selection, const std::function<void()>& add) {
    const auto& source = backup_session_source();
    std::map<Uuid, int> seen;
    auto at_start = select_records(database, source, selection).records;
    for (std::uint64_t first = 0;; first += 3) {
        selection.slice = Slice{first, 3};
        auto page = select_records(database, source, selection);
        for (const auto& session : page.records) ++seen[session.id];
        add();
        if (first + 3 >= page.total) break;
    }
    for (const auto& session : at_start) EXPECT_EQ(seen[session.id], 1);
    for (const auto& [id, times] : seen) EXPECT_EQ(times, 1);
}

TEST_P(Listing, AWalkOverPagesSeesEveryRowOnceWhileRowsAreAdded) {
    std::mt19937 random{7};
    auto time = at("2026-01-01T00:00:00Z");
    int left = 0;
    auto add = [&] {
        if (left-- <= 0) return;
        // Several of one instant, too.
        time += std::chrono::seconds(random() % 2);
        add_session(std::string(1, static_cast<char>('a' + random() % 26)), time, result::success);
    };
    for (int i = 0; i < 14; ++i) {
        left = 1;
        add();
    }
    left = 6;
    walk_while_rows_are_added(*database_, all(), add);
    for (auto direction : {Direction::ascending, Direction::descending}) {
        auto selection = all();
        selection.order = {{backup_session_source().find("JobName"), direction}};
        selection.created_until = time;
        time += std::chrono::seconds(1);
        left = 6;
        walk_while_rows_are_added(*database_, selection, add);
    }
}

TEST_P(Listing, AWholeListInPartsHasEveryRowOnceAndInOrder) {
    const int rows = 1'203;
    database_->transaction([&](Connection& connection) {
        for (int i = 0; i < rows; ++i)  // several of one instant, in no order of ids
            connection
                .query(
                    "INSERT INTO backup_sessions (id, job_id, job_name, owner, created_at, ended_at, state,"
                    " result, progress, is_retry, reason) VALUES (:id, :job, 'many', 'me', :created, 1,"
                    " 'Stopped', 'Success', 100, 0, '')")
                .bind("id", Uuid::random())
                .bind("job", Uuid::random())
                .bind("created", std::int64_t{i / 7})
                .run();
    });
    const auto& source = backup_session_source();
    auto ids = [](const std::vector<BackupSession>& sessions) {
        std::vector<Uuid> found;
        for (const auto& session : sessions) found.push_back(session.id);
        return found;
    };
    for (const auto& order : {std::vector<Order>{},
                              {{source.find("CreationTime"), Direction::ascending}},
                              {{source.find("CreationTime"), Direction::descending}}}) {
        auto selection = all();
        selection.order = order;
        ASSERT_TRUE(is_by_creation(source, selection));
        RecordParts<BackupSession> parts(*database_, source, selection);
        std::vector<Uuid> read;
        for (auto part = ids(parts.next()); !part.empty(); part = ids(parts.next())) {
            EXPECT_LE(part.size(), 500u);
            read.insert(read.end(), part.begin(), part.end());
        }
        EXPECT_TRUE(parts.is_complete());
        EXPECT_EQ(read, ids(select_records(*database_, source, selection).records));
        EXPECT_EQ(read.size(), std::size_t{rows});
    }
}

TEST_P(Listing, WhatHasAnotherOrderOrIsShortIsNotReadInParts) {
    auto selection = all();
    EXPECT_FALSE(is_by_creation(job_source(), selection));
    selection.order = {{backup_session_source().find("JobName"), Direction::ascending}};
    EXPECT_FALSE(is_by_creation(backup_session_source(), selection));
}

INSTANTIATE_TEST_SUITE_P(Databases, Listing, testing::Values(Kind::sqlite, Kind::postgresql),
                         [](const auto& param) {
                             return param.param == Kind::sqlite ? "SQLite" : "PostgreSQL";
                         });

}  // namespace
}  // namespace holdfast::catalog
