// Damage of every kind is found, told with what it affects, and never read back as data; prune keeps its
// hands off it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "backend_contract.hpp"
#include "repository/prune.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class CheckTest : public testing::Test {
  protected:
    CheckTest() { snapshot_ = back_up(*repository_, disk_).id; }

    CheckResult structure() {
        Progress progress;
        return repository_->check(CheckDepth::structure, progress, {});
    }
    // The file of the pack that holds blobs of this type.
    fs::path pack_of(BlobType type) {
        auto index = repository_->store()->fresh_index();
        for (BlobIndex::Position i = 0; i < index->size(); ++i)
            if (index->at(i).blob.type == type)
                return repository_->store()->backend().describe(
                    {FileType::pack, FileId(index->at(i).pack.bytes())});
        throw Error(ErrorKind::not_found, "no such pack");
    }
    static void change_byte(const fs::path& path, std::uint64_t offset) {
        std::string bytes = read_file(path, 1 << 30);
        bytes.at(offset) = static_cast<char>(bytes.at(offset) ^ 1);
        fs::permissions(path, fs::perms::owner_all);
        std::ofstream(path, std::ios::binary) << bytes;
    }
    static fs::path only_file(const fs::path& folder) { return fs::directory_iterator(folder)->path(); }
    std::optional<ErrorKind> prune_error() {
        return error_of([&] {
            Progress progress;
            repository_->prune(progress, {});
        });
    }

    TemporaryDirectory folder_{quick_folder()};
    fs::path path_ = folder_.path() / "repo";
    std::unique_ptr<RepositoryEngine> repository_ = create_quickly(path_);
    MemoryDisk disk_{random_bytes(500 * KiB, 1)};
    SnapshotId snapshot_;
};

TEST_F(CheckTest, AHealthyRepositoryHasNoProblems) {
    Progress progress;
    auto result = repository_->check(CheckDepth::all_data, progress, {});
    EXPECT_THAT(result.problems, IsEmpty());
    EXPECT_EQ(result.checked_packs, 2u);
    EXPECT_EQ(result.checked_blobs, 8u + 1 + 3);
    EXPECT_EQ(progress.percent(), 100);
}

TEST_F(CheckTest, AFlippedBitIsFoundAndNamedAndNeverReadAsData) {
    change_byte(pack_of(BlobType::data), 70 * KiB);
    EXPECT_THAT(structure().problems, IsEmpty());
    auto problems = check_all(*repository_).problems;
    EXPECT_THAT(problems, Contains(HasSubstr("does not match")).Times(0));
    EXPECT_THAT(problems, Contains(HasSubstr("do not match their authentication tag")));
    EXPECT_THAT(problems, Contains(HasSubstr("do not match its name")));
    EXPECT_THAT(problems, Contains(HasSubstr("/web01/disks/vda.raw 1 of 8 parts cannot be read")));
    EXPECT_EQ(error_of([&] { restore(*repository_, snapshot_, disk_.bytes.size()); }), ErrorKind::corrupt);
    auto opened = repository_->open_disk(snapshot_, "web01/disks/vda.raw");
    Bytes all(disk_.bytes.size());
    EXPECT_EQ(error_of([&] { opened->read(0, all); }), ErrorKind::corrupt);
}

TEST_F(CheckTest, ADamagedHeaderIsFound) {
    auto pack = pack_of(BlobType::data);
    change_byte(pack, fs::file_size(pack) - 40);
    EXPECT_THAT(check_all(*repository_).problems, Not(IsEmpty()));
    EXPECT_TRUE(restore(*repository_, snapshot_, disk_.bytes.size()) == disk_.bytes);
}

TEST_F(CheckTest, AMissingPackIsFoundWithWhatItAffects) {
    fs::remove(pack_of(BlobType::data));
    auto problems = structure().problems;
    EXPECT_THAT(problems, Contains(HasSubstr("is missing")));
    EXPECT_THAT(problems, Contains(HasSubstr("/web01/disks/vda.raw 8 of 8 parts cannot be read")));
    EXPECT_EQ(prune_error(), ErrorKind::corrupt);
    EXPECT_EQ(error_of([&] { restore(*repository_, snapshot_, disk_.bytes.size()); }), ErrorKind::not_found);
}

TEST_F(CheckTest, AShortPackIsFound) {
    auto pack = pack_of(BlobType::data);
    fs::permissions(pack, fs::perms::owner_all);
    fs::resize_file(pack, fs::file_size(pack) - 10);
    EXPECT_THAT(structure().problems, Contains(HasSubstr("not those that the index tells of")));
    EXPECT_THAT(check_all(*repository_).problems, Not(IsEmpty()));
    EXPECT_EQ(prune_error(), ErrorKind::corrupt);
}

TEST_F(CheckTest, ADamagedTreeIsFound) {
    change_byte(pack_of(BlobType::tree), 20);
    EXPECT_THAT(structure().problems, Contains(HasSubstr("cannot be read")));
    EXPECT_EQ(prune_error(), ErrorKind::corrupt);
}

TEST_F(CheckTest, ADamagedIndexIsFoundAndKeepsPruneAway) {
    change_byte(only_file(path_ / "index"), 50);
    EXPECT_THAT(structure().problems, Contains(HasSubstr("index file")));
    auto reopened = Repository::open(path_, test_password);
    Progress progress;
    EXPECT_EQ(error_of([&] { reopened->prune(progress, {}); }), ErrorKind::corrupt);
    EXPECT_TRUE(fs::exists(path_ / "snapshots"));
}

TEST_F(CheckTest, AMissingIndexIsFoundAndKeepsPruneAway) {
    fs::remove(only_file(path_ / "index"));
    EXPECT_THAT(structure().problems, Not(IsEmpty()));
    EXPECT_EQ(prune_error(), ErrorKind::corrupt);
}

TEST_F(CheckTest, ADamagedSnapshotIsFoundAndKeepsPruneAway) {
    change_byte(only_file(path_ / "snapshots"), 50);
    EXPECT_THAT(structure().problems, Contains(HasSubstr("snapshot file")));
    EXPECT_EQ(prune_error(), ErrorKind::corrupt);
}

TEST_F(CheckTest, PruneKeepsWhatIsUsedAndRemovesTheRest) {
    std::vector<std::pair<SnapshotId, Bytes>> kept;
    std::vector<SnapshotId> doomed{snapshot_};
    Bytes content = disk_.bytes;
    for (unsigned i = 0; i < 6; ++i) {
        auto news = random_bytes(200 * KiB, 10 + i);
        std::copy(news.begin(), news.end(), content.begin() + (i % 2) * 250 * KiB);
        MemoryDisk disk(content);
        auto id = back_up(*repository_, disk).id;
        if (i % 2 == 0)
            doomed.push_back(id);
        else
            kept.emplace_back(id, content);
    }
    auto before = repository_->statistics();
    repository_->forget(doomed);
    repository_->forget(doomed);  // gone already: no error
    Progress progress;
    auto result = repository_->prune(progress, {});
    EXPECT_GT(result.rewritten_packs + result.removed_packs, 0u);
    auto after = repository_->statistics();
    EXPECT_EQ(before.stored_bytes - after.stored_bytes, result.freed_bytes);
    EXPECT_EQ(after.snapshots, kept.size());
    EXPECT_THAT(check_all(*repository_).problems, IsEmpty());
    for (const auto& [id, bytes] : kept) EXPECT_TRUE(restore(*repository_, id, bytes.size()) == bytes);

    // Little is left to gain: at most five percent of waste, and a second prune does nothing.
    auto& store = *repository_->store();
    auto index = store.fresh_index();
    auto used = find_used_blobs(store, *index, store.load_snapshots(), {});
    EXPECT_LE(std::ranges::count(used, false), static_cast<long>(used.size()) / 10);
    Progress again;
    auto second = repository_->prune(again, {});
    EXPECT_EQ(second.removed_packs + second.rewritten_packs, 0u);
    EXPECT_EQ(second.freed_bytes, 0u);
}

TEST_F(CheckTest, PruneOfAnEmptiedRepositoryLeavesNoData) {
    repository_->forget(std::span(&snapshot_, 1));
    Progress progress;
    EXPECT_EQ(repository_->prune(progress, {}).removed_packs, 2u);
    EXPECT_EQ(repository_->statistics().stored_bytes, 0u);
    auto again = back_up(*repository_, disk_).id;
    EXPECT_TRUE(restore(*repository_, again, disk_.bytes.size()) == disk_.bytes);
}

TEST_F(CheckTest, StopIsHeeded) {
    std::stop_source stop;
    stop.request_stop();
    Progress progress;
    EXPECT_EQ(error_of([&] { repository_->check(CheckDepth::structure, progress, stop.get_token()); }),
              ErrorKind::cancelled);
    EXPECT_EQ(error_of([&] { repository_->prune(progress, stop.get_token()); }), ErrorKind::cancelled);
    EXPECT_THAT(check_all(*repository_).problems, IsEmpty());
}

}  // namespace
}  // namespace holdfast::repository
