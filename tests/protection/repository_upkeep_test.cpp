// Checks, prunes, figures and passwords of a real repository in a catalog.
#include "protection/repository_upkeep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <shared_mutex>

#include "base/file.hpp"
#include "catalog/sources.hpp"
#include "error_of.hpp"
#include "repository/snapshot_writer.hpp"

namespace holdfast::protection {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class RepositoryUpkeepTest : public testing::Test {
  protected:
    // What is written there, as a snapshot of another program: no restore point has it.
    repository::SnapshotId add_snapshot(const std::string& content) {
        auto writer = repository::SnapshotWriter::start(*repositories_.open(repository_.id),
                                                        {.time = now(), .hostname = "elsewhere"});
        writer->add_file("notes.txt", content);
        return writer->finish().id;
    }
    void forget(const repository::SnapshotId& id) {
        repositories_.open(repository_.id)->forget(std::span(&id, 1));
    }
    std::vector<catalog::SystemSession> told() {
        catalog::Selection selection;
        selection.viewer.sees_all = true;
        return catalog::select_records(*database_, catalog::system_session_source(), selection).records;
    }
    bool opens_with(const std::string& password) {
        try {
            repository::Repository::open(repository_.path, password);
            return true;
        } catch (const Error&) {
            return false;
        }
    }
    void damage_a_pack() {
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(folder_.path() / "repository" / "data"))
            if (entry.is_regular_file()) {
                std::filesystem::permissions(entry.path(), std::filesystem::perms::owner_write,
                                             std::filesystem::perm_options::add);
                std::fstream(entry.path(), std::ios::in | std::ios::out | std::ios::binary).put('\x7f');
                return;
            }
        FAIL() << "there is no pack";
    }

    TemporaryDirectory folder_;
    std::unique_ptr<catalog::Database> database_ =
        catalog::Database::open("sqlite://" + (folder_.path() / "catalog.db").string());
    SecretBox secrets_ = SecretBox::open(folder_.path() / "key");
    Environment environment_{*database_, secrets_, "me", folder_.path() / "run"};
    OpenRepositories repositories_{environment_};
    RepositoryUpkeep upkeep_{environment_, repositories_};
    catalog::Repository repository_ =
        repositories_.add("main", "", (folder_.path() / "repository").string(), "secret");
};

TEST_F(RepositoryUpkeepTest, ACheckTellsWhatIsDamagedInASystemSession) {
    add_snapshot("kept");
    EXPECT_THAT(upkeep_.check(repository_.id, repository::CheckDepth::all_data, {}).problems, SizeIs(0));
    damage_a_pack();
    auto found = upkeep_.check(repository_.id, repository::CheckDepth::all_data, {});
    ASSERT_FALSE(found.problems.empty());
    auto sessions = told();
    ASSERT_THAT(sessions, SizeIs(2));
    EXPECT_EQ(sessions[0].name, "Check of main");
    EXPECT_EQ(sessions[0].result, catalog::result::success);
    EXPECT_EQ(sessions[1].result, catalog::result::failed);
    EXPECT_THAT(sessions[1].message, HasSubstr("The repository main is damaged: "));
    auto events = catalog::SystemSessions(*database_).events(sessions[1].id);
    EXPECT_EQ(events.at(1).message, found.problems.front());
}

TEST_F(RepositoryUpkeepTest, APruneFreesWhatNoSnapshotHasAndWaitsForNobody) {
    add_snapshot("kept");
    forget(add_snapshot("gone"));
    auto stored = [&] { return upkeep_.figures(repository_.id).files.stored_bytes; };
    auto before = stored();
    {
        auto gate = repositories_.gate(repository_.id);
        std::shared_lock reading(*gate);
        EXPECT_EQ(error_of([&] { upkeep_.prune(repository_.id, {}); }), ErrorKind::conflict);
        EXPECT_EQ(stored(), before);
    }
    auto pruned = upkeep_.prune(repository_.id, {});
    EXPECT_GT(pruned.freed_bytes, 0U);
    EXPECT_EQ(before - stored(), pruned.freed_bytes);
    EXPECT_THAT(upkeep_.check(repository_.id, repository::CheckDepth::all_data, {}).problems, SizeIs(0));
}

TEST_F(RepositoryUpkeepTest, WhatIsInItIsToldOnceItWasCounted) {
    add_snapshot("four");
    add_snapshot("four");
    auto before = upkeep_.figures(repository_.id);
    EXPECT_EQ(before.files.snapshots, 2U);
    EXPECT_FALSE(before.content);
    upkeep_.count_content(repository_.id, {});
    auto counted = upkeep_.figures(repository_.id).content;
    ASSERT_TRUE(counted);
    EXPECT_EQ(counted->content.files, 2U);
    EXPECT_EQ(counted->content.restore_bytes, 8U);
    EXPECT_EQ(counted->content.data_blobs, 1U);
    EXPECT_EQ(error_of([&] { upkeep_.count_content(Uuid::random(), {}); }), ErrorKind::not_found);
}

TEST_F(RepositoryUpkeepTest, AFurtherPasswordOpensItUntilItIsRemoved) {
    auto added = upkeep_.add_key(repository_.id, "another");
    EXPECT_FALSE(added.is_current);
    EXPECT_THAT(upkeep_.keys(repository_.id), SizeIs(2));
    EXPECT_TRUE(opens_with("another"));
    for (const auto& key : upkeep_.keys(repository_.id)) {
        if (!key.is_current) continue;
        EXPECT_EQ(error_of([&] { upkeep_.remove_key(repository_.id, key.id); }), ErrorKind::conflict);
    }
    EXPECT_EQ(error_of([&] { upkeep_.remove_key(repository_.id, "../config"); }), ErrorKind::not_found);
    upkeep_.remove_key(repository_.id, added.id);
    EXPECT_FALSE(opens_with("another"));
    EXPECT_TRUE(opens_with("secret"));
}

TEST_F(RepositoryUpkeepTest, ANewPasswordTakesThePlaceOfTheOldOne) {
    add_snapshot("kept");
    auto held = repositories_.open(repository_.id);  // a restore that runs on
    EXPECT_EQ(error_of([&] { upkeep_.change_password(repository_.id, "secret"); }), ErrorKind::invalid_input);
    auto changed = upkeep_.change_password(repository_.id, "new");
    EXPECT_EQ(changed.old_stays, "");
    EXPECT_FALSE(opens_with("secret"));
    EXPECT_EQ(repositories_.password(repository_.id), "new");
    EXPECT_THAT(held->snapshots(), SizeIs(1));
    // After a restart, too.
    OpenRepositories restarted(environment_);
    EXPECT_THAT(restarted.open(repository_.id)->snapshots(), SizeIs(1));
    auto keys = upkeep_.keys(repository_.id);
    ASSERT_THAT(keys, SizeIs(1));
    EXPECT_EQ(keys[0].id, changed.key);
}

}  // namespace
}  // namespace holdfast::protection
