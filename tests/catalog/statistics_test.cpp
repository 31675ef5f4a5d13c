// The figures for monitoring, added up by SQLite and by PostgreSQL.
#include "catalog/statistics.hpp"

#include <gmock/gmock.h>

#include "catalog/backup_sessions.hpp"
#include "catalog/jobs.hpp"
#include "catalog/managed_servers.hpp"
#include "catalog/repositories.hpp"
#include "catalog/restore_points.hpp"
#include "catalog/test_database.hpp"

namespace holdfast::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class Figures : public testing::TestWithParam<Kind> {
  protected:
    Figures() {
        ManagedServers(*database_).add(server_);
        Repositories(*database_).add(repository_);
    }

    Job add_job(const std::string& name) {
        Job job;
        job.id = Uuid::random();
        job.name = name;
        job.repository = repository_.id;
        job.objects = {{Uuid::random(), server_.id, machine_, "web01"}};
        Jobs(*database_).add(job);
        return job;
    }

    // A run that began `ago` and took a minute; of result::none, one that still runs.
    void add_run(const Job& job, std::chrono::hours ago, std::string_view result, std::int64_t bytes,
                 std::string_view kind = session_kind::job) {
        BackupSession session{Uuid::random(), job.id, job.name, "me", base_ - ago};
        session.kind = kind;
        TaskSession task{Uuid::random(), session.id, server_.id, machine_, "web01", session.created};
        BackupSessions sessions(*database_);
        sessions.start(session, {task});
        task.read_bytes = 10 * bytes;
        task.transferred_bytes = bytes;
        sessions.update_task(task);
        if (result == result::none) return;
        session.state = state::stopped;
        session.result = result;
        session.ended = session.created + std::chrono::minutes(1);
        sessions.update(session);
    }

    void add_point(const Job& job, std::chrono::hours ago) {
        RestorePoints points(*database_);
        auto backup = points.backup_for(job.id, job.name, repository_.id);
        RestorePoint point{Uuid::random(), backup.id, backup.name, base_ - ago};
        for (int i = 0; i < 2; ++i) {
            VmRestorePoint machine;
            machine.id = Uuid::random();
            machine.file = Uuid::random();
            machine.restore_point = point.id;
            machine.hierarchy_root = server_.hierarchy_root;
            machine.domain = machine_;
            machine.vm_name = "web01";
            machine.created = point.created;
            machine.snapshot = "abc";
            machine.backup_size = 3'000'000'000;
            points.add(point, machine);
        }
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Database> database_ = Database::open(new_database_url(GetParam(), folder_.path()));
    Statistics statistics_{*database_};
    Timestamp base_ = *parse_time("2026-06-14T12:00:00Z");
    Uuid machine_ = Uuid::random();
    ManagedServer server_{Uuid::random(), Uuid::random(), "kvm1", "", "qemu:///system", "host"};
    Repository repository_{Uuid::random(), "main", "", "/srv/main", "abc", "sealed", 100, 50};
};

TEST_P(Figures, OfAJobTellItsLastRunAndItsLastSuccess) {
    auto job = add_job("nightly");
    add_run(job, std::chrono::hours(30), result::success, 1);
    add_run(job, std::chrono::hours(20), result::warning, 2);
    add_run(job, std::chrono::hours(10), result::failed, 3);
    auto figures = statistics_.jobs(10);
    ASSERT_THAT(figures, SizeIs(1));
    EXPECT_EQ(figures[0].name, "nightly");
    EXPECT_EQ(figures[0].machines, 1);
    EXPECT_FALSE(figures[0].is_running);
    EXPECT_EQ(figures[0].result, result::failed);
    EXPECT_EQ(figures[0].started, base_ - std::chrono::hours(10));
    EXPECT_EQ(figures[0].ended, base_ - std::chrono::hours(10) + std::chrono::minutes(1));
    EXPECT_EQ(figures[0].read_bytes, 30);
    EXPECT_EQ(figures[0].transferred_bytes, 3);
    EXPECT_EQ(figures[0].last_success, base_ - std::chrono::hours(20) + std::chrono::minutes(1));

    add_run(job, std::chrono::hours(1), result::none, 4);
    figures = statistics_.jobs(10);
    EXPECT_TRUE(figures[0].is_running);
    EXPECT_EQ(figures[0].read_bytes, 30);
    EXPECT_EQ(statistics_.totals().running_backup_sessions, 1);
}

TEST_P(Figures, OfAJobDoNotCountQuickBackupsOfItsMachines) {
    auto job = add_job("nightly");
    add_run(job, std::chrono::hours(30), result::success, 1);
    add_run(job, std::chrono::hours(20), result::failed, 2);
    add_run(job, std::chrono::hours(10), result::success, 3, session_kind::quick);
    add_run(job, std::chrono::hours(1), result::none, 4, session_kind::quick);
    auto figures = statistics_.jobs(10);
    ASSERT_THAT(figures, SizeIs(1));
    EXPECT_EQ(figures[0].result, result::failed);
    EXPECT_EQ(figures[0].read_bytes, 20);
    EXPECT_EQ(figures[0].last_success, base_ - std::chrono::hours(30) + std::chrono::minutes(1));
    EXPECT_FALSE(figures[0].is_running);
}

TEST_P(Figures, OfAJobThatNeverRanAreEmpty) {
    add_job("new");
    add_job("newer");
    auto figures = statistics_.jobs(1);
    ASSERT_THAT(figures, SizeIs(1));
    EXPECT_EQ(figures[0].name, "new");
    EXPECT_EQ(figures[0].result, "");
    EXPECT_FALSE(figures[0].started || figures[0].ended || figures[0].last_success);
    EXPECT_EQ(statistics_.totals().jobs, 2);
}

TEST_P(Figures, AddUpRestorePointsOfBackupsOfOneName) {
    auto job = add_job("nightly");
    add_point(job, std::chrono::hours(2));
    add_point(job, std::chrono::hours(1));
    Job successor = job;  // of the same name, after that one was deleted
    successor.id = Uuid::random();
    add_point(successor, std::chrono::hours(3));
    auto figures = statistics_.backups(10);
    ASSERT_THAT(figures, SizeIs(1));
    EXPECT_EQ(figures[0].name, "nightly");
    EXPECT_EQ(figures[0].repository, "main");
    EXPECT_EQ(figures[0].restore_points, 3);
    EXPECT_EQ(figures[0].vm_restore_points, 6);
    EXPECT_EQ(figures[0].backup_bytes, 18'000'000'000);
    EXPECT_EQ(figures[0].newest, base_ - std::chrono::hours(1));
    EXPECT_THAT(statistics_.machines_with_restore_points(),
                ElementsAre(Pair(server_.hierarchy_root, machine_)));
}

TEST_P(Figures, OfAnEmptyCatalog) {
    EXPECT_THAT(statistics_.backups(10), IsEmpty());
    EXPECT_THAT(statistics_.machines_with_restore_points(), IsEmpty());
    auto repositories = statistics_.repositories(10);
    ASSERT_THAT(repositories, SizeIs(1));
    EXPECT_EQ(repositories[0].capacity, 100);
    EXPECT_EQ(repositories[0].free_space, 50);
    auto totals = statistics_.totals();
    EXPECT_EQ(totals.jobs + totals.backups + totals.running_backup_sessions + totals.running_tasks +
                  totals.running_restore_sessions,
              0);
    EXPECT_EQ(totals.repositories, 1);
}

INSTANTIATE_TEST_SUITE_P(Both, Figures, testing::Values(Kind::sqlite, Kind::postgresql),
                         [](const testing::TestParamInfo<Kind>& param) {
                             return param.param == Kind::sqlite ? "SQLite" : "PostgreSQL";
                         });

}  // namespace
}  // namespace holdfast::catalog
