// One contract, run on SQLite and on PostgreSQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "catalog/accounts.hpp"
#include "catalog/backup_sessions.hpp"
#include "catalog/jobs.hpp"
#include "catalog/logon_records.hpp"
#include "catalog/managed_servers.hpp"
#include "catalog/repositories.hpp"
#include "catalog/restore_points.hpp"
#include "catalog/restore_sessions.hpp"
#include "catalog/test_database.hpp"

namespace holdfast::catalog {
namespace {

class Catalog : public testing::TestWithParam<Kind> {
  protected:
    template <typename Work>
    static void expect_error(ErrorKind kind, Work&& work) {
        try {
            work();
            FAIL() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), kind) << error.what();
        }
    }

    ManagedServer add_server() {
        ManagedServer server{Uuid::random(), Uuid::random(), "kvm1", "", "qemu:///system", "host"};
        ManagedServers(*database_).add(server);
        return server;
    }
    Repository add_repository(const std::string& name = "main") {
        Repository repository{Uuid::random(), name, "", "/srv/" + name, "abc", "sealed", 100, 50};
        Repositories(*database_).add(repository);
        return repository;
    }
    Job add_job(const Repository& repository, const ManagedServer& server,
                const std::string& name = "nightly") {
        Job job;
        job.id = Uuid::random();
        job.name = name;
        job.repository = repository.id;
        job.objects = {{Uuid::random(), server.id, Uuid::random(), "web01"},
                       {Uuid::random(), server.id, Uuid::random(), "db01"}};
        Jobs(*database_).add(job);
        return job;
    }

    TemporaryDirectory folder_;
    std::string url_ = new_database_url(GetParam(), folder_.path());
    std::unique_ptr<Database> database_ = Database::open(url_);
};

TEST_P(Catalog, KeepsItsContentWhenOpenedAgain) {
    auto server = add_server();
    database_ = Database::open(url_);
    ASSERT_TRUE(ManagedServers(*database_).find(server.id));
    EXPECT_EQ(ManagedServers(*database_).find_by_hierarchy_root(server.hierarchy_root)->uri,
              "qemu:///system");
}

TEST_P(Catalog, RefusesADatabaseOfANewerHoldfast) {
    database_->transaction([](Connection& connection) {
        connection.query("INSERT INTO schema_version (number) VALUES (9999)").run();
    });
    expect_error(ErrorKind::conflict, [&] { Database::open(url_); });
}

TEST(PostgresqlCatalog, ConnectionsThatTheServerEndedAreOpenedAgain) {
    TemporaryDirectory folder;
    auto database = Database::open(new_database_url(Kind::postgresql, folder.path()));
    auto one_of = [](Connection& connection) {
        return connection.query("SELECT 1 AS one").first([](const Row& row) { return row.number("one"); });
    };
    database->read([&](Connection& connection) {
        auto ended = connection
                         .query(
                             "WITH others AS MATERIALIZED (SELECT pid FROM pg_stat_activity"
                             " WHERE datname = current_database() AND pid <> pg_backend_pid())"
                             " SELECT COUNT(*) AS n FROM others WHERE pg_terminate_backend(pid, 10000)")
                         .first([](const Row& row) { return row.number("n"); });
        EXPECT_GT(ended, 1);
        // Each on another connection, since those above are in use.
        database->look_up([&](Connection& second) {
            EXPECT_EQ(one_of(second), 1);
            database->transaction([&](Connection& third) { EXPECT_EQ(one_of(third), 1); });
        });
    });
}

TEST_P(Catalog, UndoesATransactionThatThrows) {
    EXPECT_THROW(database_->transaction([&](Connection& connection) {
        connection.query("INSERT INTO logon_sessions (id, sealed, last_used_at) VALUES ('a', 'b', 1)").run();
        throw Error(ErrorKind::cancelled, "stop");
    }),
                 Error);
    EXPECT_TRUE(LogonRecords(*database_).list().empty());
}

TEST_P(Catalog, BindsValuesAndNeverReadsThemAsSql) {
    Account account{
        Uuid::random(), "o'Hara; DROP TABLE accounts;--", "hash", {"Portal Administrator", "Portal User"}};
    Accounts accounts(*database_);
    EXPECT_TRUE(accounts.is_empty());
    accounts.add(account);
    EXPECT_FALSE(accounts.is_empty());
    auto found = accounts.find_by_name("O'HARA; drop table accounts;--");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->roles, account.roles);
    expect_error(ErrorKind::conflict,
                 [&] { accounts.add({Uuid::random(), "O'hara; drop table accounts;--", "x", {}}); });
}

TEST_P(Catalog, AJobComesBackAsItWasStored) {
    auto job = add_job(add_repository(), add_server());
    Jobs jobs(*database_);
    auto found = jobs.find(job.id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->objects.size(), 2u);
    EXPECT_EQ(found->objects[1].name, "db01");
    EXPECT_FALSE(found->next_run);
    auto time = *parse_time("2026-05-01T22:00:00Z");
    jobs.set_next_run(job.id, time, 2);
    EXPECT_EQ(jobs.find(job.id)->next_run, time);
    EXPECT_EQ(jobs.find(job.id)->retries_left, 2);
    expect_error(ErrorKind::conflict, [&] { jobs.add(job); });
    jobs.remove(job.id);
    EXPECT_FALSE(jobs.find(job.id));
}

TEST_P(Catalog, AJobIsEditedAllAtOnceOrNotAtAll) {
    auto repository = add_repository();
    auto server = add_server();
    auto job = add_job(repository, server);
    add_job(repository, server, "weekly");
    Jobs jobs(*database_);
    auto edited = jobs.edit(job.id, [](Job& changed) {
        changed.name = "hourly";
        changed.schedule_enabled = false;
        changed.retention.gfs = {.enabled = true, .weekly = {.enabled = true, .weeks = 4, .weekday = 6}};
        changed.compression = CompressionLevel::extreme;
        changed.read_limit = 5'000'000'000;
        std::ranges::reverse(changed.objects);
        changed.objects[0].excluded_disks = {"vdb", "a \"quoted\" name"};
        changed.objects.push_back({Uuid::random(), changed.objects[0].server, Uuid::random(), "mail01"});
    });
    EXPECT_EQ(edited.name, "hourly");
    auto found = jobs.find(job.id).value();
    EXPECT_EQ(found.name, "hourly");
    EXPECT_FALSE(found.schedule_enabled);
    EXPECT_EQ(found.retention.gfs.weekly.weeks, 4);
    EXPECT_EQ(found.retention.gfs.weekly.weekday, 6);
    ASSERT_EQ(found.objects.size(), 3u);
    EXPECT_EQ(found.objects[0].name, "db01");
    EXPECT_EQ(found.objects[2].name, "mail01");
    EXPECT_EQ(found.compression, CompressionLevel::extreme);
    EXPECT_EQ(found.read_limit, 5'000'000'000U);
    EXPECT_EQ(found.objects[0].excluded_disks, (DiskNames{"vdb", "a \"quoted\" name"}));
    EXPECT_EQ(found.objects[1].excluded_disks, DiskNames{});

    expect_error(ErrorKind::conflict, [&] {
        jobs.edit(job.id, [](Job& changed) {
            changed.name = "weekly";
            changed.compression = CompressionLevel::none;
            changed.objects.clear();
        });
    });
    EXPECT_EQ(jobs.find(job.id)->objects.size(), 3u);
    EXPECT_EQ(jobs.find(job.id)->compression, CompressionLevel::extreme);
    expect_error(ErrorKind::not_found, [&] { jobs.edit(Uuid::random(), [](Job&) {}); });
}

TEST_P(Catalog, KeepsOneCheckpointAMachineAndJob) {
    auto job = add_job(add_repository(), add_server());
    Jobs jobs(*database_);
    EXPECT_FALSE(jobs.checkpoint(job.id, job.objects[0]));
    jobs.set_checkpoint(job.id, job.objects[0], {"one", "s1"});
    jobs.set_checkpoint(job.id, job.objects[0], {"two", "s2"});
    EXPECT_EQ(jobs.checkpoint(job.id, job.objects[0])->name, "two");
    EXPECT_FALSE(jobs.checkpoint(job.id, job.objects[1]));
    jobs.remove_checkpoint(job.id, job.objects[0]);
    EXPECT_FALSE(jobs.checkpoint(job.id, job.objects[0]));
}

TEST_P(Catalog, WhatIsInUseIsNotRemoved) {
    auto server = add_server();
    auto repository = add_repository();
    auto job = add_job(repository, server);
    expect_error(ErrorKind::conflict, [&] { ManagedServers(*database_).remove(server.id); });
    expect_error(ErrorKind::conflict, [&] { Repositories(*database_).remove(repository.id); });
    Jobs(*database_).remove(job.id);
    ManagedServers(*database_).remove(server.id);
    Repositories(*database_).remove(repository.id);
    EXPECT_TRUE(ManagedServers(*database_).list().empty());
}

TEST_P(Catalog, AJobRunsOnceAtATimeAlsoWhenTwoThreadsStartIt) {
    auto job = add_job(add_repository(), add_server());
    BackupSessions sessions(*database_);
    std::atomic<int> started = 0;
    std::atomic<int> refused = 0;
    auto start = [&] {
        BackupSession session{Uuid::random(), job.id, job.name, "me", now()};
        try {
            sessions.start(session, {{Uuid::random(), session.id, job.objects[0].server,
                                      job.objects[0].domain, "web01", now()}});
            ++started;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::conflict);
            ++refused;
        }
    };
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 6; ++i) threads.emplace_back(start);
    }
    EXPECT_EQ(started, 1);
    EXPECT_EQ(refused, 5);
}

TEST_P(Catalog, OnlyTheSessionsOfThatOwnerAreFailedAfterACrash) {
    auto server = add_server();
    auto repository = add_repository();
    auto mine = add_job(repository, server, "mine");
    auto other = add_job(repository, server, "other");
    BackupSessions sessions(*database_);
    BackupSession first{Uuid::random(), mine.id, mine.name, "me", now()};
    BackupSession second{Uuid::random(), other.id, other.name, "somebody else", now()};
    sessions.start(first, {{Uuid::random(), first.id, server.id, Uuid::random(), "web01", now()}});
    sessions.start(second, {});
    EXPECT_EQ(sessions.fail_interrupted("me", "killed").size(), 1u);
    auto found = sessions.find(first.id);
    EXPECT_EQ(found->result, "Failed");
    EXPECT_EQ(found->reason, "killed");
    EXPECT_TRUE(found->ended);
    EXPECT_EQ(sessions.list_tasks_of(first.id).at(0).state, "Completed");
    EXPECT_EQ(sessions.failed_tasks_of(first.id).size(), 1u);
    EXPECT_FALSE(sessions.find(second.id)->ended);
}

TEST_P(Catalog, ARemovedRestorePointLeavesItsSnapshotsToForget) {
    auto server = add_server();
    auto repository = add_repository();
    auto job = add_job(repository, server);
    RestorePoints points(*database_);
    auto backup = points.backup_for(job.id, job.name, repository.id);
    EXPECT_EQ(points.backup_for(job.id, job.name, repository.id).id, backup.id);
    RestorePoint point{Uuid::random(), backup.id, backup.name, now()};
    VmRestorePoint machine;
    machine.id = Uuid::random();
    machine.file = Uuid::random();
    machine.hierarchy_root = server.hierarchy_root;
    machine.domain = Uuid::random();
    machine.vm_name = "web01";
    machine.created = now();
    machine.is_full = true;
    machine.snapshot = "snapshot-1";
    machine.data_size = 5'000'000'000;
    points.add(point, machine);
    auto found = points.find_by_file(machine.file);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->repository, repository.id);
    EXPECT_EQ(found->data_size, 5'000'000'000);
    EXPECT_EQ(points.list_vm_points_in_backup(backup.id).size(), 1u);

    points.remove(point.id);
    EXPECT_FALSE(points.find(point.id));
    EXPECT_FALSE(points.find_vm_point(machine.id));
    Repositories repositories(*database_);
    EXPECT_THAT(repositories.snapshots_to_forget(repository.id), testing::ElementsAre("snapshot-1"));
    repositories.forgot(repository.id, "snapshot-1");
    EXPECT_TRUE(repositories.snapshots_to_forget(repository.id).empty());
    repositories.note_to_forget(repository.id, std::vector<std::string>{"snapshot-2", "snapshot-2"});
    EXPECT_THAT(repositories.snapshots_to_forget(repository.id), testing::ElementsAre("snapshot-2"));
}

TEST_P(Catalog, AQuickBackupIsNoRunOfItsJob) {
    auto job = add_job(add_repository(), add_server());
    BackupSessions sessions(*database_);
    BackupSession run{Uuid::random(), job.id, job.name, "me", now() - std::chrono::hours(1)};
    sessions.start(run, {});
    EXPECT_FALSE(sessions.has_open_quick_backup(job.id));
    run.ended = now();
    sessions.update(run);
    BackupSession quick{Uuid::random(), job.id, job.name, "me", now()};
    quick.kind = session_kind::quick;
    sessions.start(quick, {});
    EXPECT_EQ(sessions.find(quick.id)->kind, session_kind::quick);
    EXPECT_EQ(sessions.newest_of_job(job.id)->id, run.id);
    EXPECT_TRUE(sessions.has_open_quick_backup(job.id));
    quick.ended = now();
    sessions.update(quick);
    EXPECT_FALSE(sessions.has_open_quick_backup(job.id));
}

TEST_P(Catalog, TheJobOfAQuickBackupIsTheOneThatSavedTheMachineLast) {
    auto server = add_server();
    auto repository = add_repository();
    auto first = add_job(repository, server, "first");
    auto second = add_job(repository, server, "second");
    Jobs(*database_).edit(second.id, [&](Job& job) { job.objects[0].domain = first.objects[0].domain; });
    RestorePoints points(*database_);
    auto domain = first.objects[0].domain;
    EXPECT_FALSE(points.job_with_newest_point(server.hierarchy_root, domain));
    auto add = [&](const Uuid& job, Timestamp time) {
        auto backup = points.backup_for(job, "b", repository.id);
        VmRestorePoint machine;
        machine.id = Uuid::random();
        machine.file = Uuid::random();
        machine.hierarchy_root = server.hierarchy_root;
        machine.domain = domain;
        machine.created = time;
        points.add({Uuid::random(), backup.id, backup.name, time}, machine);
    };
    add(first.id, now());
    add(second.id, now() - std::chrono::hours(1));
    add(Uuid::random(), now() + std::chrono::hours(1));  // of a job that is gone
    EXPECT_EQ(points.job_with_newest_point(server.hierarchy_root, domain), first.id);
    Jobs(*database_).remove(first.id);
    EXPECT_EQ(points.job_with_newest_point(server.hierarchy_root, domain), second.id);
    EXPECT_FALSE(points.job_with_newest_point(server.hierarchy_root, Uuid::random()));
}

TEST_P(Catalog, ABackupWithoutAJobGoesAsAWhole) {
    auto server = add_server();
    auto repository = add_repository();
    RestorePoints points(*database_);
    Backup backup{Uuid::random(), "zip", Uuid::random(), repository.id, "", now() - std::chrono::hours(1)};
    points.add_backup(backup);
    Backup empty{Uuid::random(), "empty", Uuid::random(), repository.id};
    points.add_backup(empty);
    VmRestorePoint machine;
    machine.id = Uuid::random();
    machine.file = Uuid::random();
    machine.hierarchy_root = server.hierarchy_root;
    machine.domain = Uuid::random();
    machine.created = now();
    machine.snapshot = "snapshot-2";
    RestorePoint point{Uuid::random(), backup.id, backup.name, now(), true};
    points.add(point, machine);
    EXPECT_TRUE(points.find(point.id)->is_partial);
    EXPECT_EQ(points.list_backups_of_job(backup.job).at(0).expires, backup.expires);
    EXPECT_EQ(points.list_expired_backups(now()).size(), 1u);

    BackupSession session{Uuid::random(), backup.job, "zip", "me", now()};
    BackupSessions sessions(*database_);
    sessions.start(session, {{Uuid::random(), session.id, server.id, machine.domain, "web01", now()}});
    EXPECT_TRUE(points.list_expired_backups(now()).empty()) << "it is being written";
    expect_error(ErrorKind::conflict, [&] { Repositories(*database_).remove(repository.id); });
    expect_error(ErrorKind::conflict, [&] { ManagedServers(*database_).remove(server.id); });
    sessions.fail_interrupted("me", "killed");

    points.remove_empty_backups(backup.job);
    points.remove_empty_backups(empty.job);
    EXPECT_TRUE(points.find_backup(backup.id));
    EXPECT_FALSE(points.find_backup(empty.id));
    points.remove_backup(backup.id);
    EXPECT_FALSE(points.find_vm_point(machine.id));
    EXPECT_THAT(Repositories(*database_).snapshots_to_forget(repository.id),
                testing::ElementsAre("snapshot-2"));
}

TEST_P(Catalog, RestoreSessionsRememberWhatToTakeBack) {
    RestoreSessions sessions(*database_);
    RestoreSession session{Uuid::random(), "RestoreVm", "me", Uuid::random(), "web01", "admin", now()};
    session.state = "Working";
    session.result = "None";
    sessions.start(session);
    sessions.note_leftover(session.id, "/images/a.qcow2");
    sessions.note_leftover(session.id, "/images/a.qcow2");
    EXPECT_THAT(sessions.leftovers(session.id), testing::ElementsAre("/images/a.qcow2"));
    EXPECT_TRUE(sessions.points_in_use().contains(session.vm_restore_point));
    EXPECT_EQ(sessions.fail_interrupted("me", "killed").size(), 1u);
    EXPECT_EQ(sessions.find(session.id)->reason, "killed");
    EXPECT_TRUE(sessions.points_in_use().empty());
    EXPECT_THAT(sessions.ended_with_leftovers("me"), testing::ElementsAre(session.id));
    sessions.replace_leftovers(session.id, {"a", "b"});
    sessions.forget_leftover(session.id, "a");
    EXPECT_THAT(sessions.leftovers(session.id), testing::ElementsAre("b"));
    sessions.replace_leftovers(session.id, {});
    EXPECT_TRUE(sessions.ended_with_leftovers("me").empty());
}

TEST_P(Catalog, TasksOfServersThatShareTheDatabaseHaveDifferentNumbers) {
    const auto ann = Uuid::random();
    Accounts(*database_).add({ann, "ann", "hash", {"Portal User"}});
    constexpr std::size_t servers = 4;
    constexpr std::size_t tasks_of_each = 25;
    std::mutex mutex;
    std::set<int> numbers;
    auto add_tasks = [&] {
        for (std::size_t i = 0; i < tasks_of_each; ++i) {
            try {
                auto number = LogonRecords(*database_)
                                  .add_task({.account = ann,
                                             .logon_session = "a",
                                             .owner = "me",
                                             .operation = "StartJob",
                                             .created = now(),
                                             .links = "[]"});
                std::lock_guard lock(mutex);
                numbers.insert(number);
            } catch (const Error& error) {
                ADD_FAILURE() << error.what();
            }
        }
    };
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < servers; ++i) threads.emplace_back(add_tasks);
    }
    EXPECT_EQ(numbers.size(), servers * tasks_of_each);
}

TEST_P(Catalog, TasksAreNumberedWithinTheirAccountAndOutliveTheirLogonSession) {
    LogonRecords records(*database_);
    const auto ann = Uuid::random();
    const auto bob = Uuid::random();
    auto add = [&](const Uuid& account, const std::string& session) {
        return records.add_task({.account = account,
                                 .logon_session = session,
                                 .owner = "me",
                                 .operation = "StartJob",
                                 .created = now(),
                                 .links = "[]"});
    };
    records.save({"a", "sealed", now()});
    EXPECT_EQ(add(ann, "a"), 1);
    EXPECT_EQ(add(ann, "b"), 2);
    EXPECT_EQ(add(bob, "c"), 1);
    auto task = *records.find_task(ann, 2);
    EXPECT_EQ(task.logon_session, "b");
    task.ended = now();
    task.succeeded = true;
    task.message = "Ok";
    records.update_task(task);
    records.fail_interrupted_tasks("me", "killed");
    EXPECT_TRUE(records.find_task(ann, 2)->succeeded);
    EXPECT_EQ(records.find_task(ann, 1)->message, "killed");

    records.remove_tasks_ended_before(now() - std::chrono::hours(1));
    EXPECT_TRUE(records.find_task(ann, 2)) << "it has only just ended";
    records.remove_tasks_ended_before(now() + std::chrono::hours(1));
    EXPECT_FALSE(records.find_task(ann, 2));
    EXPECT_TRUE(records.find_task(ann, 1)) << "its logon session goes on";
    records.remove("a");
    EXPECT_TRUE(records.find_task(ann, 1));
    records.remove_tasks_ended_before(now() + std::chrono::hours(1));
    EXPECT_FALSE(records.find_task(ann, 1));
}

INSTANTIATE_TEST_SUITE_P(Databases, Catalog, testing::Values(Kind::sqlite, Kind::postgresql),
                         [](const auto& param) {
                             return param.param == Kind::sqlite ? "SQLite" : "PostgreSQL";
                         });

TEST(Schedule, KeepsDefaultsForMembersThatAnOlderHoldfastDidNotWrite) {
    Schedule schedule;
    schedule.daily.enabled = true;
    schedule.daily.days = {1, 3};
    auto read = schedule_from_json(to_json(schedule));
    EXPECT_TRUE(read.daily.enabled);
    EXPECT_EQ(read.daily.days, schedule.daily.days);
    EXPECT_EQ(schedule_from_json(R"({"daily":{"enabled":true}})").retry.times, 3);
    EXPECT_THROW(schedule_from_json("[]x"), Error);
}

}  // namespace
}  // namespace holdfast::catalog
