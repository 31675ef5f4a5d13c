// The figures of reports, worked out by SQLite and by PostgreSQL: of an empty installation, of one with a
// past, and of an account that sees one machine.
#include "catalog/reports.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/account_scopes.hpp"
#include "catalog/accounts.hpp"
#include "catalog/backup_sessions.hpp"
#include "catalog/jobs.hpp"
#include "catalog/managed_servers.hpp"
#include "catalog/repositories.hpp"
#include "catalog/restore_points.hpp"
#include "catalog/test_database.hpp"

namespace holdfast::catalog {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Viewer everybody{.account = {}, .sees_all = true};

struct Machine {
    Uuid domain = Uuid::random();
    std::string name;
};

class ReportFigures : public testing::TestWithParam<Kind> {
  protected:
    Reports seen_by(const Viewer& viewer) { return {*database_, viewer}; }
    Reports all() { return seen_by(everybody); }

    // A server, a repository of 1000 bytes, and a job for both machines, which will start by itself.
    void install() {
        ManagedServers(*database_).add(server_);
        Repositories(*database_).add(repository_);
        add_job("nightly", {web_, db_}, true);
    }

    Job add_job(const std::string& name, const std::vector<Machine>& machines, bool is_scheduled) {
        Job job;
        job.id = Uuid::random();
        job.name = name;
        job.repository = repository_.id;
        job.schedule.daily.enabled = is_scheduled;
        for (const auto& machine : machines)
            job.objects.push_back({Uuid::random(), server_.id, machine.domain, machine.name});
        Jobs(*database_).add(job);
        return job;
    }

    // A run of some job that lasted so long, with a result for each of its machines.
    void add_run(const std::string& job, Timestamp begin, seconds lasted,
                 const std::vector<std::pair<Machine, std::string_view>>& machines) {
        BackupSession session{Uuid::random(), Uuid::random(), job, "me", begin};
        std::vector<TaskSession> tasks;
        for (const auto& [machine, result] : machines)
            tasks.push_back({Uuid::random(), session.id, server_.id, machine.domain, machine.name, begin});
        BackupSessions sessions(*database_);
        sessions.start(session, tasks);
        for (std::size_t i = 0; i < tasks.size(); ++i) {
            tasks[i].result = machines[i].second;
            tasks[i].state = state::completed;
            tasks[i].ended = begin + lasted;
            sessions.update_task(tasks[i]);
        }
        session.result = machines.front().second;
        session.state = state::stopped;
        session.ended = begin + lasted;
        sessions.update(session);
    }

    void start_run(const std::string& job, const Machine& machine) {
        BackupSession session{Uuid::random(), Uuid::random(), job, "me", now()};
        BackupSessions(*database_)
            .start(session, {{Uuid::random(), session.id, server_.id, machine.domain, machine.name, now()}});
    }

    void add_point(const Machine& machine, Timestamp created, bool is_full, std::int64_t data_size,
                   std::int64_t backup_size) {
        RestorePoints points(*database_);
        auto backup = points.backup_for(job_of_points_, "nightly", repository_.id);
        VmRestorePoint vm_point;
        vm_point.id = Uuid::random();
        vm_point.file = Uuid::random();
        vm_point.hierarchy_root = server_.hierarchy_root;
        vm_point.domain = machine.domain;
        vm_point.vm_name = machine.name;
        vm_point.created = created;
        vm_point.is_full = is_full;
        vm_point.data_size = data_size;
        vm_point.backup_size = backup_size;
        points.add({Uuid::random(), backup.id, backup.name, created}, vm_point);
    }

    // An account whose one scope holds the machine.
    Viewer restricted_to(const Machine& machine) {
        Account account{Uuid::random(), "ann", "hash", {"Portal User"}};
        account.allow_restore_all = false;
        Accounts(*database_).add(account);
        AccountScopes scopes(*database_);
        AccountScope scope{Uuid::random(), account.id,   server_.hierarchy_root,
                           "Vm",           machine.name, machine.name};
        scopes.add({scope});
        scopes.set_machines(scope, {machine.domain});
        return *Accounts(*database_).find_viewer("ann");
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Database> database_ = Database::open(new_database_url(GetParam(), folder_.path()));
    ManagedServer server_{Uuid::random(), Uuid::random(), "kvm1", "", "qemu:///system", "host"};
    Repository repository_{Uuid::random(), "main", "", "/srv/main", "abc", "sealed", 1000, 400};
    Uuid job_of_points_ = Uuid::random();
    Machine web_{Uuid::random(), "web01"};
    Machine db_{Uuid::random(), "db01"};
    Timestamp long_ago_ = now() - hours(24 * 40);
    Timestamp since_ = now() - hours(24 * 30);
};

std::vector<std::int64_t> values_of(const OverviewReport& found) {
    return {found.repositories,       found.running_jobs,           found.scheduled_jobs,
            found.machines_succeeded, found.machines_with_warnings, found.machines_failed};
}
std::vector<std::int64_t> values_of(const MachineReport& found) {
    return {found.machines,       found.restore_points, found.full_size,
            found.increment_size, found.source_size,    found.success_percents};
}
std::vector<std::int64_t> values_of(const JobReport& found) {
    return {found.running,       found.scheduled, found.runs,           found.succeeded,
            found.with_warnings, found.failed,    found.longest.count()};
}
std::vector<std::int64_t> machines_of(const std::vector<DayReport>& days) {
    std::vector<std::int64_t> found;
    for (const auto& day : days) found.push_back(day.machines);
    return found;
}

TEST_P(ReportFigures, AnEmptyInstallationHasZeros) {
    for (const auto& viewer : {everybody, Viewer{}}) {
        EXPECT_THAT(values_of(seen_by(viewer).overview()), ElementsAre(0, 0, 0, 0, 0, 0));
        EXPECT_THAT(values_of(seen_by(viewer).machines(since_)), ElementsAre(0, 0, 0, 0, 0, 0));
        EXPECT_THAT(values_of(seen_by(viewer).jobs(since_)), ElementsAre(0, 0, 0, 0, 0, 0, 0));
        EXPECT_EQ(seen_by(viewer).jobs(since_).longest_job, "");
        EXPECT_THAT(machines_of(seen_by(viewer).days({now(), since_, long_ago_})), ElementsAre(0, 0));
        EXPECT_THAT(seen_by(viewer).repositories(), IsEmpty());
    }
    EXPECT_THAT(all().days({}), IsEmpty());
}

TEST_P(ReportFigures, TheOverviewCountsJobsAndTheLastResultOfEachMachineInOne) {
    install();
    add_job("by hand", {web_}, false);
    Jobs(*database_).edit(add_job("paused", {db_}, true).id, [](Job& paused) {
        paused.schedule_enabled = false;
    });
    Machine gone{Uuid::random(), "gone"};
    add_run("nightly", long_ago_, minutes(1), {{web_, result::failed}, {db_, result::failed}});
    add_run("nightly", long_ago_ + hours(1), minutes(1), {{web_, result::success}, {gone, result::failed}});
    add_run("other", long_ago_ + hours(2), minutes(1), {{db_, result::warning}});
    start_run("nightly", web_);
    EXPECT_THAT(values_of(all().overview()), ElementsAre(1, 1, 1, 1, 1, 0));
    EXPECT_THAT(values_of(seen_by(restricted_to(db_)).overview()), ElementsAre(1, 0, 1, 0, 1, 0));
    EXPECT_THAT(values_of(seen_by(Viewer{}).overview()), ElementsAre(1, 0, 0, 0, 0, 0));
}

TEST_P(ReportFigures, MachinesAreProtectedByTheirRestorePoints) {
    install();
    constexpr std::int64_t large = 5'000'000'000'000;
    add_point(web_, long_ago_, true, large, large / 2);
    add_point(web_, long_ago_ + hours(1), false, large + 7, 30);
    add_point(db_, long_ago_, true, 200, 100);
    // Only the runs of the time that is asked for count: two of three, of web01 one of two.
    add_run("nightly", long_ago_, minutes(1), {{web_, result::failed}});
    add_run("nightly", now() - hours(2), minutes(1), {{web_, result::failed}, {db_, result::success}});
    add_run("nightly", now() - hours(1), minutes(1), {{web_, result::warning}});
    start_run("nightly", web_);
    EXPECT_THAT(values_of(all().machines(since_)), ElementsAre(2, 3, large / 2 + 100, 30, large + 207, 66));
    auto viewer = restricted_to(web_);
    EXPECT_THAT(values_of(seen_by(viewer).machines(since_)), ElementsAre(1, 2, large / 2, 30, large + 7, 50));
    EXPECT_THAT(values_of(seen_by(Viewer{}).machines(since_)), ElementsAre(0, 0, 0, 0, 0, 0));
}

TEST_P(ReportFigures, SomeFailuresAreNeverAHundredPercent) {
    install();
    for (int i = 0; i < 250; ++i)
        add_run("nightly", now() - hours(1), minutes(1), {{web_, i == 0 ? result::failed : result::success}});
    EXPECT_EQ(all().machines(since_).success_percents, 99);
}

TEST_P(ReportFigures, JobsAreCountedByTheirRuns) {
    install();
    add_run("ancient", long_ago_, hours(9), {{web_, result::success}});
    add_run("short", now() - hours(5), seconds(90), {{web_, result::success}});
    add_run("long", now() - hours(4), minutes(20) + std::chrono::seconds(1), {{db_, result::warning}});
    add_run("short", now() - hours(3), seconds(30), {{web_, result::failed}});
    add_run("short", now() - hours(2), seconds(30), {{web_, result::success}});
    start_run("short", web_);
    BackupSession besides{Uuid::random(), Uuid::random(), "web_2026", "me", now() - hours(1)};
    besides.kind = session_kind::zip;
    BackupSessions(*database_).start(besides, {});
    EXPECT_THAT(values_of(all().jobs(since_)), ElementsAre(1, 1, 4, 2, 1, 1, 1201));
    besides.ended = now();
    BackupSessions(*database_).update(besides);
    EXPECT_THAT(values_of(all().jobs(since_)), ElementsAre(1, 1, 4, 2, 1, 1, 1201));
    EXPECT_EQ(all().jobs(since_).longest_job, "long");
    auto figures = seen_by(restricted_to(web_)).jobs(since_);
    EXPECT_THAT(values_of(figures), ElementsAre(1, 1, 3, 2, 0, 1, 90));
    EXPECT_EQ(figures.longest_job, "short");
}

TEST_P(ReportFigures, ADayHasTheMachinesWhoseBackupsEndedOnIt) {
    install();
    auto today = now() - hours(1);
    auto yesterday = today - hours(24);
    std::vector<Timestamp> midnights{today + hours(24), today, yesterday, yesterday - hours(24)};
    // Over midnight, at midnight itself, and one that made nothing.
    add_run("nightly", today - minutes(10), minutes(20), {{web_, result::success}, {db_, result::failed}});
    add_run("nightly", today - minutes(10), minutes(10), {{web_, result::warning}});
    add_run("nightly", yesterday, minutes(1), {{web_, result::success}, {db_, result::success}});
    add_run("nightly", yesterday + hours(1), minutes(1), {{web_, result::success}});
    add_run("nightly", long_ago_, minutes(1), {{web_, result::success}});
    auto days = all().days(midnights);
    ASSERT_THAT(days, SizeIs(3));
    EXPECT_EQ(days[0].begin, today);
    EXPECT_EQ(days[2].begin, midnights[3]);
    EXPECT_THAT(machines_of(days), ElementsAre(1, 2, 0));
    EXPECT_THAT(machines_of(seen_by(restricted_to(db_)).days(midnights)), ElementsAre(0, 1, 0));
}

TEST_P(ReportFigures, RepositoriesHoldWhatTheirPointsAdded) {
    install();
    Repositories(*database_).add({Uuid::random(), "away", "", "rest:https://x/", "def", "sealed", 0, 0});
    add_point(web_, now(), true, 500, 300);
    add_point(db_, now(), true, 500, 40);
    auto found = all().repositories();
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[0].name, "main");
    EXPECT_EQ(found[0].capacity, 1000);
    EXPECT_EQ(found[0].free_space, 400);
    EXPECT_EQ(found[0].backup_size, 340);
    EXPECT_EQ(found[1].name, "away");
    EXPECT_EQ(found[1].backup_size, 0);
    auto seen = seen_by(restricted_to(db_)).repositories();
    ASSERT_THAT(seen, SizeIs(2));
    EXPECT_EQ(seen[0].backup_size, 40);
}

INSTANTIATE_TEST_SUITE_P(Databases, ReportFigures, testing::Values(Kind::sqlite, Kind::postgresql),
                         [](const auto& param) {
                             return param.param == Kind::sqlite ? "SQLite" : "PostgreSQL";
                         });

}  // namespace
}  // namespace holdfast::catalog
