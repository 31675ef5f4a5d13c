// A repair brings back what the packs still hold, says what is lost, and leaves what stock restic reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>

#include "backend_contract.hpp"
#include "repository/sha256.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class RepairTest : public testing::Test {
  protected:
    RepairTest() {
        spdlog::set_level(spdlog::level::err);
        first_ = back_up(*repository_, first_disk_).id;
        second_ = back_up(*repository_, second_disk_).id;
    }
    ~RepairTest() override { spdlog::set_level(spdlog::level::info); }

    std::vector<std::string> repair(CheckDepth depth = CheckDepth::structure) {
        Progress progress;
        return repository_->repair(depth, progress, {}).problems;
    }

    // The pack that holds the disk of this content.
    fs::path pack_of(const MemoryDisk& disk) {
        auto index = repository_->store()->fresh_index();
        auto id = id_of<BlobId>(ByteView(disk.bytes).first(64 * KiB));
        auto pack = index->find(BlobType::data, id)->pack;
        return repository_->store()->backend().describe({FileType::pack, FileId(pack.bytes())});
    }

    static std::vector<fs::path> files(const fs::path& folder) {
        std::vector<fs::path> found;
        for (const auto& entry : fs::recursive_directory_iterator(folder))
            if (entry.is_regular_file()) found.push_back(entry.path());
        std::ranges::sort(found);
        return found;
    }

    static void change_byte(const fs::path& path, std::uint64_t offset) {
        std::string bytes = read_file(path, 1 << 30);
        bytes.at(offset) = static_cast<char>(bytes.at(offset) ^ 1);
        fs::permissions(path, fs::perms::owner_all);
        std::ofstream(path, std::ios::binary) << bytes;
    }

    void expect_all_is_well() {
        EXPECT_THAT(check_all(*repository_).problems, IsEmpty());
        EXPECT_THAT(restic(path_, {"check", "--read-data"}), HasSubstr("no errors were found"));
        EXPECT_TRUE(restore(*repository_, first_, first_disk_.bytes.size()) == first_disk_.bytes);
        EXPECT_TRUE(restore(*repository_, second_, second_disk_.bytes.size()) == second_disk_.bytes);
    }

    TemporaryDirectory folder_{quick_folder()};
    fs::path path_ = folder_.path() / "repo";
    std::unique_ptr<RepositoryEngine> repository_ = create_quickly(path_);
    MemoryDisk first_disk_{random_bytes(300 * KiB, 1)};
    MemoryDisk second_disk_{random_bytes(300 * KiB, 2)};
    SnapshotId first_, second_;
};

TEST_F(RepairTest, AWholeRepositoryStaysWhole) {
    auto packs = files(path_ / "data");
    EXPECT_THAT(repair(), IsEmpty());
    EXPECT_THAT(repair(CheckDepth::all_data), IsEmpty());
    EXPECT_EQ(files(path_ / "data"), packs);
    EXPECT_THAT(files(path_ / "index"), SizeIs(1));
    expect_all_is_well();
}

TEST_F(RepairTest, MissingIndexesAreMadeFromThePacks) {
    for (const auto& file : files(path_ / "index")) fs::remove(file);
    EXPECT_THAT(check_all(*repository_).problems, Contains(HasSubstr("a repair takes it in")));
    EXPECT_THAT(repair(), IsEmpty());
    expect_all_is_well();
}

TEST_F(RepairTest, DamagedIndexesAreReplaced) {
    for (const auto& file : files(path_ / "index")) change_byte(file, 60);
    EXPECT_THAT(repair(), IsEmpty());
    expect_all_is_well();
}

TEST_F(RepairTest, BlobsBehindADamagedHeaderAreCopiedByWhatTheIndexKnew) {
    auto pack = pack_of(first_disk_);
    change_byte(pack, fs::file_size(pack) - 20);
    EXPECT_THAT(repair(), IsEmpty());
    EXPECT_TRUE(fs::exists(pack));
    expect_all_is_well();
    Progress progress;
    EXPECT_EQ(repository_->prune(progress, {}).removed_packs, 1u);
    expect_all_is_well();
}

TEST_F(RepairTest, ACutPackGivesWhatItStillHolds) {
    auto pack = pack_of(first_disk_);
    fs::permissions(pack, fs::perms::owner_all);
    fs::resize_file(pack, 150 * KiB);
    auto problems = repair();
    EXPECT_THAT(problems, Contains(HasSubstr(pack.string() + " 3 blobs are lost")));
    EXPECT_THAT(problems, Contains(HasSubstr(first_.to_string().substr(0, 8))));
    EXPECT_THAT(problems, Contains(HasSubstr("/web01/disks/vda.raw 3 of 5 parts are missing")));
    EXPECT_THAT(problems, Not(Contains(HasSubstr("The snapshot " + second_.to_string().substr(0, 8)))));
    // The same disk once more brings back what was lost, for the old snapshot too.
    back_up(*repository_, first_disk_);
    expect_all_is_well();
}

TEST_F(RepairTest, AMissingPackIsToldWithTheFilesItAffects) {
    auto pack = pack_of(first_disk_);
    fs::remove(pack);
    auto problems = repair();
    EXPECT_THAT(problems, Contains(HasSubstr(pack.string() + ", which is missing, 6 blobs are lost")));
    EXPECT_THAT(problems, Contains(HasSubstr("/web01/disks/vda.raw 5 of 5 parts are missing")));
    EXPECT_TRUE(restore(*repository_, second_, second_disk_.bytes.size()) == second_disk_.bytes);
    EXPECT_EQ(error_of([&] { restore(*repository_, first_, first_disk_.bytes.size()); }),
              ErrorKind::not_found);
    // domain.xml of both snapshots stood in that pack: once it is there again only the first is forgotten.
    auto third = back_up(*repository_, second_disk_).id;
    repository_->forget(std::span(&first_, 1));
    EXPECT_THAT(check_all(*repository_).problems, IsEmpty());
    EXPECT_THAT(restic(path_, {"check", "--read-data"}), HasSubstr("no errors were found"));
    EXPECT_TRUE(restore(*repository_, third, second_disk_.bytes.size()) == second_disk_.bytes);
}

TEST_F(RepairTest, ReadingAllLeavesDamagedBlobsOutSoThatTheyAreStoredAgain) {
    change_byte(pack_of(first_disk_), 70 * KiB);
    EXPECT_THAT(repair(), IsEmpty());  // the headers know nothing of it
    auto problems = repair(CheckDepth::all_data);
    EXPECT_THAT(problems, Contains(HasSubstr("1 blob is lost")));
    EXPECT_THAT(problems, Contains(HasSubstr("/web01/disks/vda.raw 1 of 5 parts are missing")));
    back_up(*repository_, first_disk_);
    expect_all_is_well();
}

TEST_F(RepairTest, SwappedPacksAreCopiedUnderTheirTrueNames) {
    auto first = pack_of(first_disk_);
    auto second = pack_of(second_disk_);
    fs::rename(first, path_ / "third");
    fs::rename(second, first);
    fs::rename(path_ / "third", second);
    EXPECT_THAT(repair(CheckDepth::all_data), IsEmpty());
    expect_all_is_well();
}

TEST_F(RepairTest, OthersWhoReadOrWriteKeepItAway) {
    auto lock = repository_->store()->lock_shared();
    EXPECT_EQ(error_of([&] { repair(); }), ErrorKind::conflict);
}

}  // namespace
}  // namespace holdfast::repository
