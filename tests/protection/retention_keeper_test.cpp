// Retention on a real catalog and a real repository.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <shared_mutex>
#include <thread>

#include "base/file.hpp"
#include "catalog/backup_sessions.hpp"
#include "catalog/sources.hpp"
#include "protection/retention.hpp"
#include "repository/snapshot_writer.hpp"

namespace holdfast::protection {
namespace {

class RetentionKeeperTest : public testing::Test {
  protected:
    RetentionKeeperTest() {
        job_.id = Uuid::random();
        job_.name = "nightly";
        job_.repository = repository_.id;
        job_.retention = {catalog::RetentionKind::Cycles, 1, 0};
    }

    // One machine backed up in one run, that many days ago, with a snapshot in the repository.
    catalog::VmRestorePoint add_point(const Uuid& domain, int days_ago) {
        auto backup = points_.backup_for(job_.id, job_.name, repository_.id);
        auto writer = repository::SnapshotWriter::start(
            *repositories_.open(repository_.id),
            {.time = now() - std::chrono::days(days_ago), .hostname = "kvm1"});
        writer->add_file("vm/domain.xml", Uuid::random().to_string());
        catalog::VmRestorePoint point;
        point.id = Uuid::random();
        point.file = Uuid::random();
        point.restore_point = Uuid::random();
        point.domain = domain;
        point.vm_name = "vm";
        point.created = now() - std::chrono::days(days_ago);
        point.snapshot = writer->finish().id.to_string();
        points_.add({point.restore_point, backup.id, backup.name, point.created}, point);
        return point;
    }

    std::vector<std::string> kept_snapshots() {
        std::vector<std::string> ids;
        for (const auto& snapshot : repositories_.open(repository_.id)->snapshots())
            ids.push_back(snapshot.id.to_string());
        return ids;
    }

    std::vector<catalog::SystemSession> told() {
        catalog::Selection selection;
        selection.viewer.sees_all = true;
        return catalog::select_records(*database_, catalog::system_session_source(), selection).records;
    }

    TemporaryDirectory folder_;
    std::unique_ptr<catalog::Database> database_ =
        catalog::Database::open("sqlite://" + (folder_.path() / "catalog.db").string());
    SecretBox secrets_ = SecretBox::open(folder_.path() / "key");
    Environment environment_{*database_, secrets_, "me", folder_.path() / "run"};
    OpenRepositories repositories_{environment_};
    RetentionKeeper keeper_{environment_, repositories_};
    catalog::RestorePoints points_{*database_};
    catalog::Repository repository_ =
        repositories_.add("main", "", (folder_.path() / "repository").string(), "secret");
    catalog::Job job_;
};

TEST_F(RetentionKeeperTest, NeverTakesTheLastBackupOfAMachine) {
    auto web = Uuid::random();
    auto db = Uuid::random();
    auto only_web = add_point(web, 3);
    auto old_db = add_point(db, 2);
    auto new_db = add_point(db, 1);
    keeper_.keep(job_, new_db.restore_point, {});
    EXPECT_TRUE(points_.find_vm_point(only_web.id));
    EXPECT_FALSE(points_.find_vm_point(old_db.id));
    EXPECT_THAT(kept_snapshots(), testing::UnorderedElementsAre(only_web.snapshot, new_db.snapshot));
}

TEST_F(RetentionKeeperTest, LeavesWhatIsBeingRestored) {
    auto web = Uuid::random();
    auto old_point = add_point(web, 2);
    auto new_point = add_point(web, 1);
    catalog::RestoreSessions restores(*database_);
    catalog::RestoreSession restore{Uuid::random(), "RestoreVm", "me", old_point.id, "vm", "admin", now()};
    restores.start(restore);
    keeper_.keep(job_, new_point.restore_point, {});
    EXPECT_TRUE(points_.find_vm_point(old_point.id));
    restore.ended = now();
    restores.update(restore);
    keeper_.keep(job_, new_point.restore_point, {});
    EXPECT_FALSE(points_.find_vm_point(old_point.id));
    EXPECT_THAT(kept_snapshots(), testing::ElementsAre(new_point.snapshot));
}

TEST_F(RetentionKeeperTest, ABackupWithoutAJobStaysUntilItExpires) {
    auto machine = add_point(Uuid::random(), 1);
    auto add_backup = [&](std::optional<Timestamp> expires) {
        catalog::Backup backup{Uuid::random(), "zip", Uuid::random(), repository_.id, "", expires};
        points_.add_backup(backup);
        job_.id = backup.job;
        return add_point(Uuid::random(), 3);
    };
    auto kept = add_backup(std::nullopt);
    auto later = add_backup(now() + std::chrono::hours(1));
    auto expired = add_backup(now() - std::chrono::seconds(1));
    auto in_use = add_backup(now() - std::chrono::seconds(1));
    auto being_written = add_backup(now() - std::chrono::seconds(1));
    catalog::BackupSessions(*database_).start({Uuid::random(), job_.id, "zip", "me", now()}, {});
    catalog::RestoreSessions(*database_)
        .start({Uuid::random(), "RestoreVm", "me", in_use.id, "vm", "admin", now()});
    keeper_.catch_up();
    EXPECT_FALSE(points_.find_vm_point(expired.id));
    EXPECT_THAT(kept_snapshots(),
                testing::UnorderedElementsAre(machine.snapshot, kept.snapshot, later.snapshot,
                                              in_use.snapshot, being_written.snapshot));
    EXPECT_EQ(points_.list_expired_backups(now()).size(), 1U) << "in use";
}

TEST_F(RetentionKeeperTest, WaitsForReadersAndCatchesUp) {
    auto web = Uuid::random();
    auto old_point = add_point(web, 2);
    auto new_point = add_point(web, 1);
    {
        auto gate = repositories_.gate(repository_.id);
        std::shared_lock reading(*gate);
        std::jthread([&] { keeper_.keep(job_, new_point.restore_point, {}); }).join();
        EXPECT_EQ(kept_snapshots().size(), 2u);
        std::jthread([&] { keeper_.catch_up(); }).join();
    }
    ASSERT_EQ(told().size(), 1u) << "catching up has not even begun";
    EXPECT_EQ(told()[0].name, "Retention of nightly");
    EXPECT_EQ(told()[0].result, catalog::result::warning) << "the space was not given back";
    keeper_.catch_up();
    EXPECT_THAT(kept_snapshots(), testing::ElementsAre(new_point.snapshot));
    keeper_.catch_up();
    ASSERT_EQ(told().size(), 2u) << "there was nothing more to do";
    EXPECT_EQ(told()[1].name, "Retention in main");
    EXPECT_EQ(told()[1].kind, catalog::system_work::maintenance);
    EXPECT_EQ(told()[1].result, catalog::result::success);
    auto events = catalog::SystemSessions(*database_).events(told()[1].id);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].message, "Snapshots that no restore point needs any more: 1");
    EXPECT_THAT(events[1].message, testing::StartsWith("Removed from the repository: "));
}

}  // namespace
}  // namespace holdfast::protection
