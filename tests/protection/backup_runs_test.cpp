// Runs of a job and backups besides, of machines of libvirt's own test driver that are shut off: their disks
// are files, and the repository is a real one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

#include "base/file.hpp"
#include "base/text.hpp"
#include "error_of.hpp"
#include "protection/machine_snapshot.hpp"
#include "protection/recovery.hpp"
#include "protection/scheduler.hpp"
#include "repository/snapshot_writer.hpp"

namespace holdfast::protection {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const Uuid web = *Uuid::parse("11111111-1111-4111-8111-111111111111");
const Uuid db = *Uuid::parse("22222222-2222-4222-8222-222222222222");

class Runs : public testing::Test {
  protected:
    Runs() {
        make_directories(environment_.run_directory, 0700);
        auto node = folder_.path() / "node.xml";
        write_file_durably(node,
                           as_bytes("<node>" + domain_xml("web01", web, {"vda"}) +
                                    domain_xml("db01", db, {"vda", "vdb"}) + "</node>"),
                           0600);
        server_ = hosts_.add("kvm1", "", "test://" + node.string());
        for (const auto& domain : {web, db}) hosts_.connect(server_.id).power_off(domain);
    }

    std::filesystem::path image_of(const std::string& machine, const std::string& disk = "vda") {
        return folder_.path() / (machine + "-" + disk + ".raw");
    }
    std::string domain_xml(const std::string& name, const Uuid& uuid, const std::vector<std::string>& disks) {
        std::string xml = "<domain type='test'><name>" + name + "</name><uuid>" + uuid.to_string() +
                          "</uuid><memory>8192</memory><os><type>hvm</type></os><devices>";
        for (const auto& disk : disks) {
            std::string bytes(256 << 10, '\0');
            std::ranges::generate(bytes, [this] { return static_cast<char>(random_()); });
            write_file_durably(image_of(name, disk), as_bytes(bytes), 0600);
            xml += "<disk type='file'><driver name='qemu' type='raw'/><source file='" +
                   image_of(name, disk).string() + "'/><target dev='" + disk + "'/></disk>";
        }
        return xml + "</devices></domain>";
    }

    Machine machine(const Uuid& domain) { return hosts_.find_machine(server_.hierarchy_root, domain); }
    catalog::Job add_job(const std::string& name, const std::vector<Uuid>& domains) {
        catalog::Job job;
        job.id = Uuid::random();
        job.name = name;
        job.repository = repository_.id;
        job.schedule_enabled = false;
        for (const auto& domain : domains)
            job.objects.push_back({Uuid::random(), server_.id, domain, machine(domain).domain.name});
        catalog::Jobs(*database_).add(job);
        return job;
    }

    catalog::BackupSession end_of(const Uuid& session) {
        while (!runs_.is_idle()) std::this_thread::yield();
        return *sessions_.find(session);
    }
    // Of all machines in it, newest first.
    std::vector<std::string> machines_in(const Uuid& restore_point) {
        std::vector<std::string> names;
        for (const auto& point : points_.list_vm_points_in_backup(points_.find(restore_point)->backup))
            if (point.restore_point == restore_point) names.push_back(point.vm_name);
        return names;
    }
    std::string message_of(const Machine& of) {
        try {
            runs_.start_quick(of);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::conflict);
            return error.what();
        }
        return "no error";
    }

    TemporaryDirectory folder_{"/tmp"};
    std::mt19937 random_{42};
    std::unique_ptr<catalog::Database> database_ =
        catalog::Database::open("sqlite://" + (folder_.path() / "catalog.db").string());
    SecretBox secrets_ = SecretBox::open(folder_.path() / "key");
    Environment environment_{*database_, secrets_, "me", folder_.path() / "run"};
    HostConnections hosts_{environment_};
    OpenRepositories repositories_{environment_};
    RetentionKeeper retention_{environment_, repositories_};
    BackupRuns runs_{environment_, hosts_, repositories_, retention_};
    catalog::BackupSessions sessions_{*database_};
    catalog::RestorePoints points_{*database_};
    catalog::Repository repository_ =
        repositories_.add("main", "", (folder_.path() / "repository").string(), "secret");
    catalog::ManagedServer server_;
};

TEST_F(Runs, AQuickBackupIsAPointOfOneMachineBesideTheRuns) {
    auto job = add_job("nightly", {web, db});
    auto run = end_of(runs_.start(job.id, RunKind::normal));
    ASSERT_EQ(run.result, catalog::result::success) << run.reason;
    auto quick = end_of(runs_.start_quick(machine(db)));
    ASSERT_EQ(quick.result, catalog::result::success) << quick.reason;
    EXPECT_EQ(quick.kind, catalog::session_kind::quick);
    EXPECT_EQ(quick.job, job.id);
    EXPECT_THAT(machines_in(*quick.restore_point), ElementsAre("db01"));
    EXPECT_EQ(points_.find(*quick.restore_point)->backup, points_.find(*run.restore_point)->backup);
    EXPECT_TRUE(points_.find(*quick.restore_point)->is_partial);
    EXPECT_EQ(sessions_.newest_of_job(job.id)->id, run.id) << "what a retry looks at";
}

TEST_F(Runs, AQuickBackupNeedsAJobThatHasAPoint) {
    auto of_web = machine(web);
    EXPECT_THAT(message_of(of_web), HasSubstr("No job protects the machine web01"));
    auto job = add_job("nightly", {web});
    EXPECT_THAT(message_of(of_web), HasSubstr("No job has a restore point of the machine web01"));
    end_of(runs_.start(job.id, RunKind::normal));
    catalog::BackupSession open{Uuid::random(), job.id, job.name, "somebody else", now()};
    sessions_.start(open, {});
    EXPECT_THAT(message_of(of_web), HasSubstr("nightly is running already"));
}

TEST_F(Runs, AZipIsAFullBackupOfItsOwnThatNoJobTouches) {
    auto job = add_job("nightly", {web});
    catalog::Jobs(*database_).edit(job.id, [](catalog::Job& changed) {
        changed.retention = {catalog::RetentionKind::Cycles, 1, 0};
    });
    auto expires = now() + std::chrono::days(7);
    auto zip = end_of(runs_.start_zip({repository_.id, {machine(web)}, expires}));
    ASSERT_EQ(zip.result, catalog::result::success) << zip.reason;
    EXPECT_FALSE(zip.has_job);
    EXPECT_THAT(zip.job_name, StartsWith("web01_"));
    auto backup = points_.list_backups_of_job(zip.job).at(0);
    EXPECT_EQ(backup.name, zip.job_name);
    EXPECT_EQ(backup.expires, expires);
    auto point = points_.list_vm_points_in_backup(backup.id).at(0);
    EXPECT_TRUE(point.is_full);
    EXPECT_EQ(sessions_.list_tasks_of(zip.id).at(0).reason, "");
    for (int i = 0; i < 3; ++i) end_of(runs_.start(job.id, RunKind::normal));
    EXPECT_TRUE(points_.find_vm_point(point.id));
    EXPECT_EQ(repositories_.open(repository_.id)->snapshots().size(), 2U);

    auto both = end_of(runs_.start_zip({repository_.id, {machine(web), machine(db)}, std::nullopt}));
    EXPECT_THAT(both.job_name, StartsWith("VeeamZIP_"));
    EXPECT_THAT(machines_in(*both.restore_point), testing::UnorderedElementsAre("web01", "db01"));
    EXPECT_EQ(error_of([&] { runs_.start_zip({Uuid::random(), {machine(web)}, std::nullopt}); }),
              ErrorKind::not_found);
}

TEST_F(Runs, ExcludedDisksAreLeftOutAndTold) {
    auto job = add_job("nightly", {db});
    auto exclude = [&](const catalog::DiskNames& disks) {
        catalog::Jobs(*database_).edit(job.id, [&](catalog::Job& changed) {
            changed.objects[0].excluded_disks = disks;
        });
        return end_of(runs_.start(job.id, RunKind::normal));
    };
    auto disks_in = [&](const catalog::BackupSession& session) {
        std::vector<std::string> targets;
        for (const auto& point :
             points_.list_vm_points_in_backup(points_.find(*session.restore_point)->backup))
            if (point.restore_point == *session.restore_point)
                for (const auto& disk :
                     read_description(*repositories_.open(repository_.id),
                                      *repository::SnapshotId::parse(point.snapshot), point.vm_name)
                         .disks)
                    targets.push_back(disk.target);
        return targets;
    };
    auto run = exclude({"vdb", "vdz"});
    ASSERT_EQ(run.result, catalog::result::success) << run.reason;
    EXPECT_THAT(disks_in(run), ElementsAre("vda"));
    auto task = sessions_.list_tasks_of(run.id).at(0);
    EXPECT_THAT(task.reason, HasSubstr("The disk vdb was left out: the job excludes it."));
    EXPECT_THAT(task.reason, HasSubstr("the disk vdz, which the machine does not have"));

    auto none = exclude({"vda", "vdb"});
    EXPECT_EQ(none.result, catalog::result::failed);
    EXPECT_THAT(none.reason, HasSubstr("excludes every disk of the machine db01"));
    EXPECT_THAT(disks_in(exclude({})), ElementsAre("vda", "vdb"));
}

TEST_F(Runs, TheLevelOfCompressionDecidesWhatIsStored) {
    auto job = add_job("nightly", {web});
    auto stored = [&](const Uuid& session) {
        auto ended = end_of(session);
        EXPECT_EQ(ended.result, catalog::result::success) << ended.reason;
        return sessions_.list_tasks_of(session).at(0).transferred_bytes;
    };
    // Of three bits a byte, and new each time: what is there already is not stored again.
    auto rewrite = [&] {
        std::string bytes(256 << 10, '\0');
        std::ranges::generate(bytes, [this] { return static_cast<char>('a' + random_() % 8); });
        write_file_durably(image_of("web01"), as_bytes(bytes), 0600);
    };
    auto set_level = [&](catalog::CompressionLevel level) {
        catalog::Jobs(*database_).edit(job.id, [&](catalog::Job& changed) { changed.compression = level; });
        rewrite();
    };
    set_level(catalog::CompressionLevel::none);
    EXPECT_GE(stored(runs_.start(job.id, RunKind::normal)), 256 << 10);
    rewrite();
    EXPECT_GE(stored(runs_.start_quick(machine(web))), 256 << 10);
    set_level(catalog::CompressionLevel::high);
    EXPECT_LT(stored(runs_.start(job.id, RunKind::normal)), 200 << 10);

    rewrite();
    EXPECT_LT(stored(runs_.start_zip({repository_.id, {machine(web)}, std::nullopt})), 200 << 10);
    rewrite();
    EXPECT_GE(stored(runs_.start_zip({.repository = repository_.id,
                                      .machines = {machine(web)},
                                      .compression = catalog::CompressionLevel::none})),
              256 << 10);
}

TEST_F(Runs, AZipThatFailedLeavesNoBackup) {
    std::filesystem::remove(image_of("web01"));
    auto zip = end_of(runs_.start_zip({repository_.id, {machine(web)}, std::nullopt}));
    EXPECT_EQ(zip.result, catalog::result::failed);
    EXPECT_THAT(zip.reason, HasSubstr("web01"));
    EXPECT_THAT(points_.list_backups_of_job(zip.job), IsEmpty());
}

TEST_F(Runs, WhatAKilledZipLeftIsCleanedUp) {
    catalog::BackupSession session{Uuid::random(), Uuid::random(), "web01_then", "me", now()};
    session.kind = catalog::session_kind::zip;
    points_.add_backup({Uuid::random(), session.job_name, session.job, repository_.id});
    sessions_.start(session, {{Uuid::random(), session.id, server_.id, Uuid::random(), "gone", now()}});
    auto repository = repositories_.open(repository_.id);
    std::vector<std::string> snapshots;
    for (const auto& tag : {session_tag(session.id), session_tag(Uuid::random())}) {
        auto writer = repository::SnapshotWriter::start(*repository,
                                                        {.time = now(), .hostname = "kvm1", .tags = {tag}});
        writer->add_file("web01/domain.xml", tag);
        snapshots.push_back(writer->finish().id.to_string());
    }
    Recovery recovery(environment_, hosts_, repositories_);
    recovery.fail_interrupted_work();
    EXPECT_EQ(sessions_.find(session.id)->result, catalog::result::failed);
    recovery.clean_up();
    EXPECT_TRUE(recovery.is_clean());
    EXPECT_THAT(catalog::Repositories(*database_).snapshots_to_forget(repository_.id),
                ElementsAre(snapshots[0]));
    EXPECT_THAT(points_.list_backups_of_job(session.job), IsEmpty());
}

TEST_F(Runs, AJobThatIsDueWaitsForAQuickBackupAndIsNotMissed) {
    auto due = now() - std::chrono::minutes(1);
    std::vector<catalog::Job> jobs{add_job("a", {web}), add_job("b", {db})};
    for (const auto& job : jobs)
        catalog::Jobs(*database_).edit(job.id, [&](catalog::Job& changed) {
            changed.schedule_enabled = true;
            changed.schedule.daily.enabled = true;
            changed.next_run = due;
        });
    catalog::BackupSession quick{Uuid::random(), jobs[0].id, "a", "somebody else", now()};
    quick.kind = catalog::session_kind::quick;
    sessions_.start(quick, {});
    Scheduler scheduler(environment_, runs_, retention_);
    // Jobs are looked at by name: when b has begun, a was passed over.
    while (!sessions_.newest_of_job(jobs[1].id)) std::this_thread::yield();
    EXPECT_FALSE(sessions_.newest_of_job(jobs[0].id));
    EXPECT_EQ(catalog::Jobs(*database_).find(jobs[0].id)->next_run, due);
    quick.ended = now();
    quick.result = catalog::result::failed;
    sessions_.update(quick);
    scheduler.session_ended(quick, EndedBy::itself);
    while (!sessions_.newest_of_job(jobs[0].id)) std::this_thread::yield();
    EXPECT_EQ(end_of(sessions_.newest_of_job(jobs[0].id)->id).result, catalog::result::success);
}

// How the machines of a run follow each other, by their task sessions in the order of the job.
class SideBySide : public Runs {
  protected:
    std::vector<catalog::TaskSession> tasks_with(const MachineLimits& limits) {
        auto job = add_job("nightly", {db, web});
        BackupRuns limited(environment_, hosts_, repositories_, retention_, limits);
        auto id = limited.start(job.id, RunKind::normal);
        for (const auto& task : sessions_.list_tasks_of(id)) EXPECT_FALSE(task.ended);
        while (!limited.is_idle()) std::this_thread::yield();
        auto session = *sessions_.find(id);
        EXPECT_EQ(session.result, catalog::result::success) << session.reason;
        EXPECT_EQ(session.progress, 100);
        EXPECT_THAT(machines_in(*session.restore_point), testing::UnorderedElementsAre("db01", "web01"));
        auto tasks = sessions_.list_tasks_of(id);  // by their beginning
        EXPECT_EQ(tasks.at(0).vm_name, "db01");
        EXPECT_EQ(tasks.at(1).vm_name, "web01");
        for (const auto& task : tasks) EXPECT_EQ(task.state, catalog::state::completed);
        return tasks;
    }
};

TEST_F(SideBySide, MachinesAreBackedUpAtTheSameTime) {
    auto tasks = tasks_with({.per_host = 2, .per_repository = 2, .per_storage = 2});
    EXPECT_LT(tasks[1].created, tasks[0].ended);
}

TEST_F(SideBySide, TheirStorageIsNotOverloaded) {
    auto tasks = tasks_with({.per_host = 2, .per_repository = 2, .per_storage = 1});
    EXPECT_GE(tasks[1].created, tasks[0].ended);
}

TEST_F(SideBySide, NorTheirHost) {
    auto tasks = tasks_with({.per_host = 1, .per_repository = 2, .per_storage = 2});
    EXPECT_GE(tasks[1].created, tasks[0].ended);
}

TEST_F(SideBySide, NorTheirRepository) {
    auto tasks = tasks_with({.per_host = 2, .per_repository = 1, .per_storage = 2});
    EXPECT_GE(tasks[1].created, tasks[0].ended);
}

// Of db01, whose second disk waits for what the first has used up of `read_limit`, and web01 after it.
class StoppedRun : public SideBySide {
  protected:
    Uuid start_limited(std::uint64_t read_limit) {
        job_ = add_job("nightly", {db, web});
        catalog::Jobs(*database_).edit(job_.id, [&](catalog::Job& job) { job.read_limit = read_limit; });
        auto id = one_by_one_.start(job_.id, RunKind::normal);
        auto is_begun = [](const auto& task) { return task.state == catalog::state::in_progress; };
        while (std::ranges::none_of(sessions_.list_tasks_of(id), is_begun)) std::this_thread::yield();
        return id;
    }
    catalog::BackupSession stopped(const Uuid& id) {
        while (!one_by_one_.is_idle()) std::this_thread::yield();
        return *sessions_.find(id);
    }
    catalog::TaskSession task_of(const Uuid& session, const std::string& machine) {
        for (const auto& task : sessions_.list_tasks_of(session))
            if (task.vm_name == machine) return task;
        ADD_FAILURE() << machine;
        return {};
    }

    catalog::Job job_;
    BackupRuns one_by_one_{environment_, hosts_, repositories_, retention_, {.per_repository = 1}};
};

TEST_F(StoppedRun, StoppedGracefullyItFinishesWhatItHasBegun) {
    auto id = start_limited(250'000);
    one_by_one_.stop_job(job_.id, "anna", StopWhen::after_current_machines);
    auto session = stopped(id);
    EXPECT_EQ(session.result, catalog::result::failed);
    EXPECT_EQ(session.reason, "web01: Stopped by anna.");
    EXPECT_EQ(task_of(id, "db01").result, catalog::result::success);
    auto web01 = task_of(id, "web01");
    EXPECT_EQ(web01.result, catalog::result::failed);
    EXPECT_EQ(web01.created, session.created) << "it never began";
    auto retry = end_of(runs_.start(job_.id, RunKind::retry));
    EXPECT_EQ(retry.restore_point, session.restore_point);
    EXPECT_THAT(machines_in(*session.restore_point), testing::UnorderedElementsAre("web01", "db01"));
}

TEST_F(StoppedRun, StoppedAtOnceItDoesNotWaitForTheLimitOfReading) {
    auto id = start_limited(1);
    one_by_one_.stop_job(job_.id, "anna", StopWhen::after_current_machines);
    while (sessions_.find(id)->state != catalog::state::stopping) std::this_thread::yield();
    EXPECT_TRUE(one_by_one_.is_running(job_.id));
    one_by_one_.stop_job(job_.id, "bert");
    auto session = stopped(id);
    EXPECT_EQ(session.result, catalog::result::failed);
    EXPECT_FALSE(session.restore_point);
    for (const char* machine : {"db01", "web01"})
        EXPECT_EQ(task_of(id, machine).reason, "Stopped by bert.") << machine;
}

TEST_F(SideBySide, OneThatFailsLeavesTheOthersAndIsRetriedAlone) {
    auto job = add_job("nightly", {web, db});
    auto image = image_of("web01");
    auto away = folder_.path() / "away.raw";
    std::filesystem::rename(image, away);
    auto run = end_of(runs_.start(job.id, RunKind::normal));
    EXPECT_EQ(run.result, catalog::result::failed);
    EXPECT_THAT(run.reason, StartsWith("web01: "));
    EXPECT_THAT(machines_in(*run.restore_point), ElementsAre("db01"));
    std::filesystem::rename(away, image);
    auto retry = end_of(runs_.start(job.id, RunKind::retry));
    EXPECT_EQ(retry.result, catalog::result::success) << retry.reason;
    EXPECT_EQ(sessions_.list_tasks_of(retry.id).size(), 1U);
    EXPECT_EQ(retry.restore_point, run.restore_point);
    EXPECT_THAT(machines_in(*run.restore_point), testing::UnorderedElementsAre("web01", "db01"));
}

}  // namespace
}  // namespace holdfast::protection
