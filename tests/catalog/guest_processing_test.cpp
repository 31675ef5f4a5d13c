// What jobs do in guests, guests in the middle of a backup, and how consistent points are, kept by both
// databases.
#include "catalog/guest_processing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "catalog/guests_in_backup.hpp"
#include "catalog/sources.hpp"
#include "catalog/test_database.hpp"

namespace holdfast::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class GuestRecords : public testing::TestWithParam<Kind> {
  protected:
    GuestRecords() {
        ManagedServers(*database_).add(server_);
        Repositories(*database_).add(repository_);
    }
    Job add_job() {
        Job job;
        job.id = Uuid::random();
        job.name = "nightly";
        job.repository = repository_.id;
        job.objects = {{Uuid::random(), server_.id, Uuid::random(), "web01"},
                       {Uuid::random(), server_.id, Uuid::random(), "db01"}};
        jobs_.add(job);
        return job;
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Database> database_ = Database::open(new_database_url(GetParam(), folder_.path()));
    Jobs jobs_{*database_};
    ManagedServer server_{.id = Uuid::random(),
                          .hierarchy_root = Uuid::random(),
                          .name = "kvm1",
                          .description = "",
                          .uri = "test:///default",
                          .host_id = "h"};
    Repository repository_{.id = Uuid::random(), .name = "main", .path = "/srv"};
};

TEST_P(GuestRecords, OfJobsAndTheirObjectsComeBack) {
    auto id = add_job().id;
    auto job = *jobs_.find(id);
    EXPECT_EQ(job.guest.mode, VssSnapshotMode::IgnoreFailures);
    EXPECT_TRUE(job.guest_scripts.is_empty());
    EXPECT_EQ(job.objects.at(0).guest, std::nullopt);

    jobs_.edit(id, [](Job& edited) {
        edited.guest = {VssSnapshotMode::RequireSuccess, true};
        edited.guest_scripts.before = {"systemctl stop 'x'; echo ü", 30};
        edited.objects.at(1).guest = GuestProcessing{VssSnapshotMode::Disabled, false};
    });
    job = *jobs_.find(id);
    EXPECT_EQ(job.guest, (GuestProcessing{VssSnapshotMode::RequireSuccess, true}));
    EXPECT_EQ(job.guest_scripts.before.command, "systemctl stop 'x'; echo ü");
    EXPECT_EQ(job.guest_scripts.before.limit_seconds, 30);
    EXPECT_EQ(job.guest_scripts.after.command, "");
    EXPECT_EQ(guest_processing_of(job.objects.at(0), job).mode, VssSnapshotMode::RequireSuccess);
    EXPECT_EQ(guest_processing_of(job.objects.at(1), job).mode, VssSnapshotMode::Disabled);
    Selection of_job;
    of_job.viewer.sees_all = true;
    of_job.inside = {{"job", id.to_string()}};
    auto listed = select_records(*database_, job_object_source(), of_job).records;
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_EQ(listed.at(0).job_guest.mode, VssSnapshotMode::RequireSuccess);
    EXPECT_EQ(listed.at(1).object.guest->mode, VssSnapshotMode::Disabled);
}

TEST_P(GuestRecords, OfAnOlderHoldfastHaveTheDefaults) {
    EXPECT_EQ(guest_processing_from_json(""), GuestProcessing());
    EXPECT_EQ(guest_processing_from_json(R"({"mode":"Disabled"})").mode, VssSnapshotMode::Disabled);
    EXPECT_EQ(guest_scripts_from_json(R"({"after":{"command":"x"}})").after.limit_seconds, 60);
    EXPECT_THROW(guest_processing_from_json("{"), Error);
}

TEST_P(GuestRecords, TellWhatIsInTheMiddleOfABackup) {
    GuestsInBackup guests(*database_);
    EXPECT_THAT(guests.list_of("me"), IsEmpty());
    auto web = Uuid::random();
    auto noted = from_micros(1'700'000'000'000'000);
    guests.note({server_.id, web, "web01", "me", {"start it", 20}, noted});
    guests.note({server_.id, Uuid::random(), "db01", "another", {}, noted});
    guests.note({server_.id, web, "web01", "me", {"start it again", 21}, noted});
    auto mine = guests.list_of("me");
    ASSERT_EQ(mine.size(), 1U);
    EXPECT_EQ(mine[0].server, server_.id);
    EXPECT_EQ(mine[0].domain, web);
    EXPECT_EQ(mine[0].vm_name, "web01");
    EXPECT_EQ(mine[0].script.command, "start it again");
    EXPECT_EQ(mine[0].script.limit_seconds, 21);
    EXPECT_EQ(mine[0].noted, noted);
    guests.forget(server_.id, web);
    EXPECT_THAT(guests.list_of("me"), IsEmpty());
    EXPECT_EQ(guests.list_of("another").size(), 1U);
    // With its host all that is known of it goes.
    ManagedServers(*database_).remove(server_.id);
    EXPECT_THAT(guests.list_of("another"), IsEmpty());
}

TEST_P(GuestRecords, TellHowConsistentPointsAre) {
    RestorePoints points(*database_);
    auto backup = points.backup_for(Uuid::random(), "nightly", repository_.id);
    RestorePoint point{Uuid::random(), backup.id, backup.name, now()};
    for (auto word : {consistency::crash, consistency::filesystem, consistency::offline}) {
        VmRestorePoint machine;
        machine.id = Uuid::random();
        machine.file = Uuid::random();
        machine.hierarchy_root = server_.hierarchy_root;
        machine.domain = Uuid::random();
        machine.vm_name = std::string(word) + " one";
        machine.created = point.created;
        machine.snapshot = machine.id.to_string();
        machine.consistency = word;
        points.add(point, machine);
        EXPECT_EQ(points.find_vm_point(machine.id)->consistency, word);
    }
    // By the order in which the words are described.
    constexpr std::int64_t crash = 0;
    constexpr std::int64_t file_system = 1;
    auto names_where = [&](Comparison comparison, std::int64_t word) {
        Selection selection;
        selection.viewer.sees_all = true;
        selection.where =
            Condition::compare(*vm_restore_point_source().find("Consistency"), comparison, word);
        std::vector<std::string> names;
        for (const auto& found : select_records(*database_, vm_restore_point_source(), selection).records)
            names.push_back(found.vm_name);
        return names;
    };
    EXPECT_THAT(names_where(Comparison::equal, file_system), ElementsAre("filesystem one"));
    EXPECT_THAT(names_where(Comparison::not_equal, crash),
                testing::UnorderedElementsAre("filesystem one", "offline one"));
}

INSTANTIATE_TEST_SUITE_P(Databases, GuestRecords, testing::Values(Kind::sqlite, Kind::postgresql));

}  // namespace
}  // namespace holdfast::catalog
