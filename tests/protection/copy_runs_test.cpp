// Runs of copy jobs: from machines of libvirt's own test driver, over a real repository, into another real
// one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <thread>

#include "base/file.hpp"
#include "base/text.hpp"
#include "error_of.hpp"
#include "protection/machine_snapshot.hpp"
#include "protection/recovery.hpp"
#include "protection/scheduler.hpp"
#include "repository/snapshot_copier.hpp"

namespace holdfast::protection {
namespace {

using catalog::JobType;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const Uuid web = *Uuid::parse("11111111-1111-4111-8111-111111111111");
const Uuid db = *Uuid::parse("22222222-2222-4222-8222-222222222222");

class CopyRuns : public testing::Test {
  protected:
    CopyRuns() {
        make_directories(environment_.run_directory, 0700);
        auto node = folder_.path() / "node.xml";
        write_file_durably(
            node, as_bytes("<node>" + domain_xml("web01", web) + domain_xml("db01", db) + "</node>"), 0600);
        server_ = hosts_.add("kvm1", "", "test://" + node.string());
        for (const auto& domain : {web, db}) hosts_.connect(server_.id).power_off(domain);
        runs_.on_end([this](const catalog::BackupSession& session, EndedBy by) {
            if (scheduler_) scheduler_->session_ended(session, by);
        });
    }
    ~CopyRuns() override { runs_.stop_all(); }

    std::string image_of(const std::string& machine) {
        return (folder_.path() / (machine + ".raw")).string();
    }
    std::string rewrite(const std::string& machine) {
        std::string bytes(256 << 10, '\0');
        std::ranges::generate(bytes, [this] { return static_cast<char>(random_()); });
        write_file_durably(image_of(machine), as_bytes(bytes), 0600);
        return bytes;
    }
    std::string domain_xml(const std::string& name, const Uuid& uuid) {
        rewrite(name);
        return "<domain type='test'><name>" + name + "</name><uuid>" + uuid.to_string() +
               "</uuid><memory>8192</memory><os><type>hvm</type></os><devices><disk type='file'>"
               "<driver name='qemu' type='raw'/><source file='" +
               image_of(name) + "'/><target dev='vda'/></disk></devices></domain>";
    }

    catalog::Job add_job(const std::string& name, const std::vector<Uuid>& domains) {
        catalog::Job job;
        job.id = Uuid::random();
        job.name = name;
        job.repository = main_.id;
        job.schedule_enabled = false;
        for (const auto& domain : domains)
            job.objects.push_back({Uuid::random(), server_.id, domain,
                                   hosts_.find_machine(server_.hierarchy_root, domain).domain.name});
        catalog::Jobs(*database_).add(job);
        return job;
    }
    catalog::Job add_copy_job(JobType type, const std::vector<catalog::Job>& sources,
                              const std::vector<Uuid>& domains = {}) {
        catalog::Job job;
        job.id = Uuid::random();
        job.name = "offsite";
        job.repository = away_.id;
        job.type = type;
        job.schedule_enabled = type == JobType::immediate_backup_copy;
        for (const auto& source : sources) job.sources.push_back({Uuid::random(), source.id});
        for (const auto& domain : domains)
            job.objects.push_back({Uuid::random(), server_.id, domain, "machine"});
        catalog::Jobs(*database_).add(job);
        return job;
    }

    void wait_for_all() {
        while (!runs_.is_idle()) std::this_thread::yield();
    }
    catalog::BackupSession run(const catalog::Job& job, RunKind kind = RunKind::normal) {
        auto session = runs_.start(job.id, kind);
        wait_for_all();
        return *sessions_.find(session);
    }
    catalog::BackupSession run_well(const catalog::Job& job) {
        auto session = run(job);
        EXPECT_EQ(session.result, catalog::result::success) << session.reason;
        return session;
    }
    // Newest first.
    std::vector<catalog::VmRestorePoint> points_of(const catalog::Job& job) {
        std::vector<catalog::VmRestorePoint> all;
        for (const auto& backup : points_.list_backups_of_job(job.id))
            for (const auto& point : points_.list_vm_points_in_backup(backup.id)) all.push_back(point);
        return all;
    }
    static std::vector<std::string> names(const std::vector<catalog::VmRestorePoint>& points) {
        std::vector<std::string> names;
        for (const auto& point : points) names.push_back(point.vm_name);
        return names;
    }
    std::string disk_of(const catalog::VmRestorePoint& point) {
        return repositories_.open(point.repository)
            ->read_file(*repository::SnapshotId::parse(point.snapshot),
                        MachinePaths(point.vm_name).disk("vda"), 1 << 20);
    }
    std::size_t snapshots_in(const catalog::Repository& repository) {
        return repositories_.open(repository.id)->snapshots().size();
    }
    void set_cycles(const catalog::Job& job, int cycles) {
        catalog::Jobs(*database_).edit(job.id, [&](catalog::Job& changed) {
            changed.retention = {catalog::RetentionKind::Cycles, cycles, 0};
        });
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
    catalog::BackupSessions sessions_{*database_};
    catalog::RestorePoints points_{*database_};
    catalog::Repository main_ =
        repositories_.add("main", "", (folder_.path() / "repository").string(), "secret");
    catalog::Repository away_ = repositories_.add("away", "", (folder_.path() / "away").string(), "other");
    catalog::ManagedServer server_;
    BackupRuns runs_{environment_, hosts_, repositories_, retention_};
    std::unique_ptr<Scheduler> scheduler_;
};

TEST_F(CopyRuns, ACopyIsARestorePointOfItsOwnWithTheBytesOfTheOriginal) {
    auto nightly = add_job("nightly", {web, db});
    auto copies = add_copy_job(JobType::backup_copy, {nightly});
    run_well(nightly);
    auto session = run_well(copies);
    EXPECT_EQ(session.job_type, JobType::backup_copy);
    auto made = points_of(copies);
    EXPECT_THAT(names(made), UnorderedElementsAre("web01", "db01"));
    auto backup = *points_.find_backup(made.at(0).backup);
    EXPECT_EQ(backup.repository, away_.id);
    EXPECT_EQ(backup.name, "offsite");
    for (const auto& copy : made) {
        auto originals = points_of(nightly);
        auto original = *std::ranges::find(originals, copy.domain, &catalog::VmRestorePoint::domain);
        EXPECT_EQ(copy.created, original.created);
        EXPECT_EQ(copy.data_size, original.data_size);
        EXPECT_TRUE(copy.is_full);
        EXPECT_NE(copy.snapshot, original.snapshot);
        EXPECT_TRUE(disk_of(copy) == read_file(image_of(copy.vm_name), 1 << 20));
        EXPECT_EQ(points_.find(copy.restore_point)->copied_from, original.restore_point);
    }
    // What the catalog can be rebuilt from.
    for (const auto& snapshot : repositories_.open(away_.id)->snapshots())
        EXPECT_THAT(snapshot.tags, testing::AllOf(Contains("job:" + copies.id.to_string()),
                                                  Contains(session_tag(session.id))));
    for (const auto& task : sessions_.list_tasks_of(session.id)) {
        EXPECT_EQ(task.server, server_.id);
        EXPECT_EQ(task.result, catalog::result::success);
        EXPECT_GT(task.transferred_bytes, 256 << 10);
        EXPECT_EQ(task.total_size, made.at(0).data_size);
        EXPECT_TRUE(task.has_vm_restore_point);
    }
}

TEST_F(CopyRuns, OnlyNewPointsAndOnlyMissingDataAreCopied) {
    auto nightly = add_job("nightly", {web});
    auto copies = add_copy_job(JobType::backup_copy, {nightly});
    EXPECT_EQ(error_of([&] { runs_.start(copies.id, RunKind::normal); }), ErrorKind::conflict);
    run_well(nightly);
    run_well(copies);
    auto again = run_well(copies);
    EXPECT_THAT(sessions_.list_tasks_of(again.id).at(0).reason, HasSubstr("no restore point that is newer"));
    EXPECT_THAT(points_of(copies), SizeIs(1));
    // Two more; a periodic job takes the newest.
    run_well(nightly);
    run_well(nightly);
    auto third = run_well(copies);
    auto points = points_of(copies);
    ASSERT_THAT(points, SizeIs(2));
    EXPECT_FALSE(points.at(0).is_full);
    EXPECT_EQ(points.at(0).created, points_of(nightly).at(0).created);
    // The disk did not change: what came are the descriptions.
    EXPECT_LT(sessions_.list_tasks_of(third.id).at(0).transferred_bytes, 16 << 10);
}

TEST_F(CopyRuns, MachinesOfTheirOwnAreCopiedFromWhereverTheyAreBackedUp) {
    auto nightly = add_job("nightly", {web, db});
    auto copies = add_copy_job(JobType::backup_copy, {}, {db});
    run_well(nightly);
    run_well(copies);
    EXPECT_THAT(names(points_of(copies)), ElementsAre("db01"));
}

TEST_F(CopyRuns, RetentionOfTheCopiesIsTheirOwnAndCountsForEachSource) {
    auto nightly = add_job("nightly", {web});
    auto weekly = add_job("weekly", {db});
    auto copies = add_copy_job(JobType::backup_copy, {nightly, weekly});
    set_cycles(nightly, 1);
    set_cycles(copies, 2);
    for (int i = 0; i < 3; ++i) {
        run_well(nightly);
        if (i == 0) run_well(weekly);
        run_well(copies);
    }
    EXPECT_THAT(points_of(nightly), SizeIs(1));
    EXPECT_THAT(names(points_of(copies)), UnorderedElementsAre("web01", "web01", "db01"));
    EXPECT_EQ(snapshots_in(away_), 3U);
    // The originals go, the copies stay.
    points_.remove(points_of(nightly).at(0).restore_point);
    retention_.catch_up();
    EXPECT_EQ(snapshots_in(main_), 1U);
    EXPECT_TRUE(disk_of(points_of(copies).at(0)).size() == 256 << 10);
}

TEST_F(CopyRuns, AnImmediateCopyFollowsEachRunOfItsSource) {
    auto nightly = add_job("nightly", {web});
    auto copies = add_copy_job(JobType::immediate_backup_copy, {nightly});
    scheduler_ = std::make_unique<Scheduler>(environment_, runs_, retention_);
    auto copied = [&](std::size_t count) {
        while (points_of(copies).size() < count) std::this_thread::yield();
        wait_for_all();
        return points_of(copies).size();
    };
    run_well(nightly);
    EXPECT_EQ(copied(1), 1U);
    run_well(nightly);
    EXPECT_EQ(copied(2), 2U);
    EXPECT_EQ(points_of(copies).at(0).created, points_of(nightly).at(0).created);
    // What was made while the job was disabled comes after it, every point of it.
    auto enable = [&](bool enabled) {
        catalog::Jobs(*database_).edit(copies.id, [&](auto& job) { job.schedule_enabled = enabled; });
    };
    enable(false);
    run_well(nightly);
    run_well(nightly);
    wait_for_all();
    EXPECT_THAT(points_of(copies), SizeIs(2));
    enable(true);
    scheduler_->wake();
    EXPECT_EQ(copied(4), 4U);
    scheduler_.reset();
}

TEST_F(CopyRuns, ASourceThatIsAwayFailsItsMachinesAndARetryCopiesThem) {
    auto nightly = add_job("nightly", {web});
    catalog::Repository third = repositories_.add("third", "", (folder_.path() / "third").string(), "secret");
    auto weekly = add_job("weekly", {db});
    catalog::Jobs(*database_).remove(weekly.id);
    weekly.repository = third.id;
    catalog::Jobs(*database_).add(weekly);
    run_well(nightly);
    run_well(weekly);
    auto copies = add_copy_job(JobType::backup_copy, {nightly, weekly});
    auto packs = folder_.path() / "third/data";
    std::filesystem::rename(packs, folder_.path() / "hidden");
    auto failed = run(copies);
    EXPECT_EQ(failed.result, catalog::result::failed);
    EXPECT_THAT(failed.reason, HasSubstr("db01"));
    EXPECT_THAT(failed.reason, HasSubstr((folder_.path() / "third").string()));
    EXPECT_THAT(names(points_of(copies)), ElementsAre("web01"));
    EXPECT_EQ(snapshots_in(away_), 1U) << "nothing of what failed";

    std::filesystem::rename(folder_.path() / "hidden", packs);
    auto retried = run(copies, RunKind::retry);
    EXPECT_EQ(retried.result, catalog::result::success) << retried.reason;
    EXPECT_THAT(sessions_.list_tasks_of(retried.id), SizeIs(1));
    EXPECT_THAT(names(points_of(copies)), UnorderedElementsAre("web01", "db01"));
}

TEST_F(CopyRuns, APointThatCannotBeReadAnyMoreHoldsUpNoNewerOnes) {
    auto nightly = add_job("nightly", {web});
    auto copies = add_copy_job(JobType::immediate_backup_copy, {nightly});
    auto packs = [&] {
        std::set<std::filesystem::path> files;
        for (const auto& file :
             std::filesystem::recursive_directory_iterator(folder_.path() / "repository/data"))
            if (file.is_regular_file()) files.insert(file.path());
        return files;
    };
    run_well(nightly);
    run_well(copies);
    auto before = packs();
    rewrite("web01");
    run_well(nightly);
    auto lost = packs();
    rewrite("web01");
    run_well(nightly);
    for (const auto& file : lost)
        if (!before.contains(file)) std::filesystem::remove(file);
    auto session = run(copies);
    EXPECT_EQ(session.result, catalog::result::warning);
    EXPECT_THAT(session.reason, HasSubstr("Restore points copied: 1. The restore point from"));
    auto points = points_of(copies);
    ASSERT_THAT(points, SizeIs(2));
    EXPECT_EQ(points.at(0).created, points_of(nightly).at(0).created);
    EXPECT_TRUE(disk_of(points.at(0)) == read_file(image_of("web01"), 1 << 20));
    EXPECT_FALSE(runs_.has_new_to_copy(copies));
}

TEST_F(CopyRuns, ATargetThatHasNoRoomForPacksFailsTheRunWithNothingHalfWritten) {
    auto nightly = add_job("nightly", {web});
    auto copies = add_copy_job(JobType::backup_copy, {nightly});
    run_well(nightly);
    // In the place of the folder that packs go to.
    std::filesystem::rename(folder_.path() / "away/data", folder_.path() / "away/moved");
    write_file_durably(folder_.path() / "away/data", as_bytes("no folder"), 0600);
    auto failed = run(copies);
    EXPECT_EQ(failed.result, catalog::result::failed);
    EXPECT_THAT(failed.reason, HasSubstr((folder_.path() / "away").string()));
    EXPECT_THAT(points_of(copies), IsEmpty());
    std::filesystem::remove(folder_.path() / "away/data");
    std::filesystem::rename(folder_.path() / "away/moved", folder_.path() / "away/data");
    EXPECT_EQ(snapshots_in(away_), 0U);
    run_well(copies);
}

TEST_F(CopyRuns, ARunThatIsStoppedSaysByWhomAndIsNotBegunAgain) {
    auto nightly = add_job("nightly", {web});
    auto copies = add_copy_job(JobType::immediate_backup_copy, {nightly});
    run_well(nightly);
    auto gate = repositories_.gate(away_.id);
    Uuid stopped;
    {
        std::unique_lock alone(*gate);  // so that it cannot be done before it is stopped
        stopped = runs_.start(copies.id, RunKind::normal);
        runs_.stop_job(copies.id, "ann");
    }
    scheduler_ = std::make_unique<Scheduler>(environment_, runs_, retention_);
    wait_for_all();
    EXPECT_EQ(sessions_.find(stopped)->result, catalog::result::failed);
    EXPECT_THAT(sessions_.find(stopped)->reason, HasSubstr("Stopped by ann."));
    EXPECT_FALSE(runs_.has_new_to_copy(*catalog::Jobs(*database_).find(copies.id)));
    EXPECT_THAT(points_of(copies), IsEmpty());
    // The next point takes with it what was left.
    run_well(nightly);
    while (points_of(copies).empty()) std::this_thread::yield();
    wait_for_all();
    scheduler_.reset();
    EXPECT_THAT(points_of(copies), SizeIs(1)) << "the first copy is that of the newest";
}

// A server that dies between the snapshot and the catalog.
TEST_F(CopyRuns, WhatACrashLeftIsTakenBackAndCopiedAgainWithoutItsData) {
    auto nightly = add_job("nightly", {web});
    auto copies = add_copy_job(JobType::backup_copy, {nightly});
    run_well(nightly);
    auto point = points_of(nightly).at(0);
    catalog::BackupSession session;
    session.id = Uuid::random();
    session.job = copies.id;
    session.job_name = copies.name;
    session.job_type = copies.type;
    session.owner = environment_.owner;
    session.created = now();
    sessions_.start(session, {});
    points_.backup_for(copies.id, copies.name, away_.id);
    Progress progress;
    repository::SnapshotCopier::start(*repositories_.open(main_.id), *repositories_.open(away_.id))
        ->copy(*repository::SnapshotId::parse(point.snapshot), snapshot_tags(copies.id, web, session.id),
               progress, {});
    Recovery recovery(environment_, hosts_, repositories_);
    recovery.fail_interrupted_work();
    recovery.clean_up();
    EXPECT_FALSE(runs_.has_new_to_copy(copies)) << "it failed in this process";
    EXPECT_TRUE(BackupRuns(environment_, hosts_, repositories_, retention_).has_new_to_copy(copies));
    auto again = run_well(copies);
    EXPECT_LT(sessions_.list_tasks_of(again.id).at(0).transferred_bytes, 4 << 10);
    EXPECT_EQ(snapshots_in(away_), 1U);
    EXPECT_TRUE(disk_of(points_of(copies).at(0)) == read_file(image_of("web01"), 1 << 20));
}

TEST_F(CopyRuns, ACopyJobProtectsNoMachineForAQuickBackup) {
    auto nightly = add_job("nightly", {web});
    run_well(nightly);
    run_well(add_copy_job(JobType::backup_copy, {}, {web}));
    wait_for_all();
    auto quick = runs_.start_quick(hosts_.find_machine(server_.hierarchy_root, web));
    wait_for_all();
    EXPECT_EQ(sessions_.find(quick)->job, nightly.id);
}

}  // namespace
}  // namespace holdfast::protection
