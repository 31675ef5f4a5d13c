// Copy jobs in the catalog: what they are linked to, and which restore points are copies. On both databases.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/backup_sessions.hpp"
#include "catalog/jobs.hpp"
#include "catalog/managed_servers.hpp"
#include "catalog/reports.hpp"
#include "catalog/repositories.hpp"
#include "catalog/restore_points.hpp"
#include "catalog/selection.hpp"
#include "catalog/sources.hpp"
#include "catalog/test_database.hpp"
#include "error_of.hpp"

namespace holdfast::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class CopyJobs : public testing::TestWithParam<Kind> {
  protected:
    CopyJobs() {
        ManagedServers(*database_).add(server_);
        for (const auto& repository : {main_, away_}) Repositories(*database_).add(repository);
        nightly_ = add("nightly", main_, JobType::backup, {});
        copies_ = add("offsite", away_, JobType::immediate_backup_copy, {nightly_.id});
    }

    Job add(const std::string& name, const Repository& repository, JobType type,
            const std::vector<Uuid>& sources) {
        Job job;
        job.id = Uuid::random();
        job.name = name;
        job.repository = repository.id;
        job.type = type;
        if (type != JobType::immediate_backup_copy)
            job.objects = {{Uuid::random(), server_.id, web_, "web01"}};
        for (const auto& source : sources) job.sources.push_back({Uuid::random(), source});
        jobs_.add(job);
        return job;
    }
    VmRestorePoint add_point(const Job& job, Timestamp created,
                             const std::optional<RestorePoint>& original = {}) {
        auto backup = points_.backup_for(job.id, job.name, job.repository);
        RestorePoint run{Uuid::random(), backup.id, backup.name, created};
        if (original) {
            run.copied_from = original->id;
            run.source_job = nightly_.id;
        }
        VmRestorePoint point;
        point.id = Uuid::random();
        point.file = Uuid::random();
        point.restore_point = run.id;
        point.hierarchy_root = server_.hierarchy_root;
        point.domain = web_;
        point.vm_name = "web01";
        point.created = created;
        point.snapshot = Uuid::random().to_string();
        points_.add(run, point);
        return point;
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Database> database_ = Database::open(new_database_url(GetParam(), folder_.path()));
    Jobs jobs_{*database_};
    RestorePoints points_{*database_};
    ManagedServer server_{Uuid::random(), Uuid::random(), "kvm1", "", "qemu:///system", "host"};
    Repository main_{Uuid::random(), "main", "", "/srv/main", "abc", "sealed", 100, 50};
    Repository away_{Uuid::random(), "away", "", "/srv/away", "def", "sealed", 100, 50};
    Uuid web_ = Uuid::random();
    Job nightly_, copies_;
};

TEST_P(CopyJobs, ComeBackWithTheirLinks) {
    auto found = jobs_.find(copies_.id).value();
    EXPECT_EQ(found.type, JobType::immediate_backup_copy);
    ASSERT_THAT(found.sources, SizeIs(1));
    EXPECT_EQ(found.sources[0].id, copies_.sources[0].id);
    EXPECT_EQ(found.sources[0].job, nightly_.id);
    EXPECT_EQ(found.sources[0].name, "nightly");
    EXPECT_EQ(jobs_.find(nightly_.id)->type, JobType::backup);
    auto weekly = add("weekly", main_, JobType::backup, {});
    jobs_.edit(copies_.id, [&](Job& job) {
        job.sources.insert(job.sources.begin(), {Uuid::random(), weekly.id});
        job.type = JobType::backup;  // which never changes
    });
    found = jobs_.find(copies_.id).value();
    EXPECT_EQ(found.type, JobType::immediate_backup_copy);
    ASSERT_THAT(found.sources, SizeIs(2));
    EXPECT_THAT((std::vector{found.sources[0].name, found.sources[1].name}),
                ElementsAre("weekly", "nightly"));
}

TEST_P(CopyJobs, ALinkGoesWithItsSourceAndNoneLeadsNowhere) {
    EXPECT_EQ(error_of([&] { add("another", away_, JobType::backup_copy, {Uuid::random()}); }),
              ErrorKind::not_found);
    jobs_.remove(nightly_.id);
    EXPECT_THAT(jobs_.find(copies_.id)->sources, IsEmpty());
    jobs_.remove(copies_.id);
    EXPECT_THAT(jobs_.list(), IsEmpty());
}

TEST_P(CopyJobs, ACopyKnowsItsOriginalAndIsNoBackup) {
    auto original = add_point(nightly_, now() - std::chrono::hours(2));
    auto run = points_.find(original.restore_point).value();
    EXPECT_FALSE(run.copied_from);
    EXPECT_FALSE(run.source_job);
    auto copy = add_point(copies_, now() - std::chrono::hours(1), run);
    EXPECT_EQ(points_.find(copy.restore_point)->copied_from, run.id);
    EXPECT_EQ(points_.find(copy.restore_point)->source_job, nightly_.id);
    auto backup = points_.list_backups_of_job(copies_.id).at(0);
    EXPECT_EQ(points_.find_copy(backup.id, run.id)->id, copy.restore_point);
    EXPECT_FALSE(points_.find_copy(backup.id, copy.restore_point));
    // What may be copied are originals; and a quick backup is the business of the job that makes them.
    auto backed_up = points_.list_backed_up(server_.hierarchy_root, web_);
    ASSERT_THAT(backed_up, SizeIs(1));
    EXPECT_EQ(backed_up[0].id, original.id);
    add_point(add("of the machine", away_, JobType::backup_copy, {}), now(), run);
    EXPECT_EQ(points_.job_with_newest_point(server_.hierarchy_root, web_), nightly_.id);
}

TEST_P(CopyJobs, AreFoundByTheirType) {
    BackupSessions sessions(*database_);
    BackupSession session{Uuid::random(), copies_.id, copies_.name, "me", now()};
    session.job_type = copies_.type;
    sessions.start(session, {});
    EXPECT_EQ(sessions.find(session.id)->job_type, JobType::immediate_backup_copy);
    sessions.start({Uuid::random(), nightly_.id, nightly_.name, "me", now()}, {});
    EXPECT_EQ(sessions.newest_of_job(nightly_.id)->job_type, JobType::backup);
}

TEST_P(CopyJobs, ACopyThatFailsIsNoFailedBackup) {
    BackupSessions sessions(*database_);
    auto end = [&](const Job& job, std::string_view result, Timestamp time) {
        BackupSession session{Uuid::random(), job.id, job.name, "me", time};
        session.job_type = job.type;
        TaskSession task{.id = Uuid::random(),
                         .session = session.id,
                         .server = server_.id,
                         .domain = web_,
                         .vm_name = "web01",
                         .created = time};
        sessions.start(session, {task});
        task.result = session.result = result;
        task.ended = session.ended = time;
        sessions.update_task(task);
        sessions.update(session);
    };
    end(nightly_, result::success, now() - std::chrono::hours(2));
    end(copies_, result::failed, now() - std::chrono::hours(1));
    Viewer everybody;
    everybody.sees_all = true;
    auto overview = Reports(*database_, everybody).overview();
    EXPECT_EQ(overview.machines_succeeded, 1);
    EXPECT_EQ(overview.machines_failed, 0);
}

INSTANTIATE_TEST_SUITE_P(Databases, CopyJobs, testing::Values(Kind::sqlite, Kind::postgresql),
                         [](const auto& param) {
                             return param.param == Kind::sqlite ? "SQLite" : "PostgreSQL";
                         });

}  // namespace
}  // namespace holdfast::catalog
