// Files restored by Holdfast and by stock restic, from snapshots of either; and snapshots that mean harm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend_contract.hpp"
#include "file_tree.hpp"
#include "repository/file_mode.hpp"
#include "repository/pack_writer.hpp"
#include "repository/snapshot_file.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class FileRestoreTest : public testing::Test {
  protected:
    SnapshotId back_up(const fs::path& path) {
        auto writer = SnapshotWriter::start(*repository_, {.time = now(), .hostname = "h"});
        Progress progress;
        writer->add_paths({path}, {}, progress, {});
        return writer->finish().id;
    }
    RestoreFilesResult restore(const SnapshotId& id, std::string_view path,
                               OverwriteFiles overwrite = OverwriteFiles::always) {
        Progress progress;
        auto result = repository_->restore_files(id, path, target_, {.overwrite = overwrite}, progress, {});
        EXPECT_EQ(progress.processed_bytes, progress.total_bytes);
        return result;
    }
    // Trees as nobody's backup makes them.
    SnapshotId snapshot_of(const BlobId& tree) {
        Snapshot snapshot{.time = now(), .hostname = "h", .paths = {"/"}, .tree = tree};
        auto json = encode_snapshot(snapshot);
        return SnapshotId(repository_->store()->files().save(FileType::snapshot, json).bytes());
    }
    BlobId save_tree(const Tree& tree) {
        auto store = repository_->store();
        PackWriter packs(store, store->fresh_index(), IndexWriting::as_it_goes);
        auto id = packs.save(BlobType::tree, as_bytes(encode_tree(tree))).id;
        packs.finish();
        return id;
    }

    std::vector<BlobLocation> data_blobs() {
        auto index = repository_->store()->fresh_index();
        std::vector<BlobLocation> blobs;
        for (BlobIndex::Position i = 0; i < index->size(); ++i)
            if (index->at(i).blob.type == BlobType::data) blobs.push_back(index->at(i));
        return blobs;
    }
    void change_pack(const PackId& pack, const std::function<void(std::string&)>& change) {
        std::string name = pack.to_string();
        fs::path path = path_ / "data" / name.substr(0, 2) / name;
        std::string bytes = read_file(path, 1 << 30);
        change(bytes);
        fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
        write_file(path, bytes);
    }

    TemporaryDirectory folder_{quick_folder()};
    fs::path source_ = folder_.path() / "src";
    fs::path target_ = folder_.path() / "out";
    fs::path path_ = folder_.path() / "repo";
    std::unique_ptr<RepositoryEngine> repository_ = create_quickly(path_);
    std::string inside_ = source_.string();
};

TEST_F(FileRestoreTest, EverythingComesBack) {
    make_everything(source_);
    make_sparse(source_ / "sparse");
    auto id = back_up(source_);
    auto result = restore(id, inside_);
    EXPECT_THAT(result.problems, IsEmpty());
    EXPECT_EQ(describe_folder(target_), describe_folder(source_));
    struct stat status{};
    ASSERT_EQ(::stat((target_ / "zeros").c_str(), &status), 0);
    EXPECT_EQ(status.st_blocks, 0);
    ASSERT_EQ(::stat((target_ / "sparse").c_str(), &status), 0);
    EXPECT_LT(status.st_blocks * 512, 3 * std::int64_t(MiB) / 2);

    restic(path_, {"restore", id.to_string(), "--target", (folder_.path() / "by restic").string()});
    EXPECT_EQ(describe_folder(folder_.path() / "by restic" / inside_.substr(1)), describe_folder(source_));
}

TEST_F(FileRestoreTest, WhatResticBackedUpComesBack) {
    make_everything(source_);
    restic(path_, {"backup", source_.string()});
    auto id = repository_->snapshots().front().id;
    EXPECT_THAT(restore(id, "").problems, IsEmpty());
    EXPECT_EQ(describe_folder(target_ / inside_.substr(1)), describe_folder(source_));
    fs::remove_all(target_);
    EXPECT_EQ(restore(id, inside_ + "/small").files, 1u);
    EXPECT_EQ(read_file(target_ / "small", 100), "content");
}

TEST_F(FileRestoreTest, AsMuchAsManyBatchesComesBack) {
    for (unsigned i = 0; i < 1000; ++i)
        write_file(source_ / std::to_string(i % 10) / std::to_string(i), as_text(random_bytes(i, i)));
    EXPECT_EQ(restore(back_up(source_), inside_).files, 1000u);
    EXPECT_EQ(describe_folder(target_), describe_folder(source_));
}

TEST_F(FileRestoreTest, IsListed) {
    make_everything(source_);
    auto id = back_up(source_);
    std::vector<std::string> paths;
    auto note = [&](const FileEntryInfo& entry) { paths.push_back(entry.type + " " + entry.path); };
    repository_->list_files(id, inside_ + "/sub", note, {});
    std::string sub = inside_.substr(1) + "/sub";
    EXPECT_THAT(paths, ElementsAre("dir " + sub, "file " + sub + "/a <b> & \"c\" \xc3\xbc\xff\t",
                                   "file " + sub + "/hard link", "symlink " + sub + "/link"));
    EXPECT_EQ(error_of([&] { repository_->list_files(id, "nowhere", note, {}); }), ErrorKind::not_found);
}

TEST_F(FileRestoreTest, ReplacesOrKeepsWhatIsThere) {
    write_file(source_ / "file", "from the backup");
    auto id = back_up(source_);
    write_file(target_ / "file", "from elsewhere");
    restore(id, inside_, OverwriteFiles::never);
    EXPECT_EQ(read_file(target_ / "file", 100), "from elsewhere");
    EXPECT_EQ(restore(id, inside_, OverwriteFiles::if_changed).restored_bytes, 15u);
    EXPECT_EQ(read_file(target_ / "file", 100), "from the backup");
    EXPECT_EQ(restore(id, inside_, OverwriteFiles::if_changed).restored_bytes, 0u);
    EXPECT_EQ(restore(id, inside_, OverwriteFiles::always).restored_bytes, 15u);
}

TEST_F(FileRestoreTest, LinksInTheTargetAreNotFollowed) {
    write_file(source_ / "folder/file", "new");
    write_file(source_ / "other", "new");
    auto id = back_up(source_);
    auto outside = folder_.path() / "outside";
    write_file(outside / "file", "precious");
    fs::create_directories(target_);
    fs::create_directory_symlink(outside, target_ / "folder");
    fs::create_symlink(outside / "file", target_ / "other");
    EXPECT_THAT(restore(id, inside_).problems, IsEmpty());
    EXPECT_EQ(read_file(outside / "file", 100), "precious");
    EXPECT_EQ(describe_folder(target_), describe_folder(source_));
}

TEST_F(FileRestoreTest, LinksPlantedInASnapshotLeadNowhere) {
    auto outside = folder_.path() / "outside";
    fs::create_directories(outside);
    Node file{.name = "file", .type = "file", .mode = 0600, .content = std::vector<BlobId>()};
    Node link{.name = "x", .type = "symlink", .mode = mode_symlink, .link_target = outside.string()};
    Node folder{.name = "x", .type = "dir", .mode = mode_directory | 0700, .subtree = save_tree({file})};
    restore(snapshot_of(save_tree({link, folder})), "");
    restore(snapshot_of(save_tree({folder, link})), "");
    EXPECT_TRUE(fs::is_empty(outside));
}

TEST_F(FileRestoreTest, TreesThatMakeNoSenseAreProblems) {
    Node deep{.name = "d", .type = "dir", .mode = mode_directory | 0700};
    auto store = repository_->store();
    PackWriter packs(store, store->fresh_index(), IndexWriting::as_it_goes);
    for (int i = 0; i < 1100; ++i)
        deep.subtree = packs.save(BlobType::tree, as_bytes(encode_tree(i == 0 ? Tree() : Tree{deep}))).id;
    packs.finish();
    Node lost{.name = "lost", .type = "file", .size = 3, .content = std::vector<BlobId>{BlobId()}};
    Node lying{.name = "lying", .type = "file", .size = 1'000'000, .content = std::vector<BlobId>()};
    Node strange{.name = "strange", .type = "portal"};
    Node treeless{.name = "treeless", .type = "dir", .mode = mode_directory | 0700, .subtree = BlobId()};
    auto result = restore(snapshot_of(save_tree({deep, lost, lying, strange, treeless})), "");
    EXPECT_THAT(result.problems, SizeIs(5));
    EXPECT_FALSE(fs::exists(target_ / "lost"));
    EXPECT_FALSE(fs::exists(target_ / "lying"));
    EXPECT_TRUE(fs::exists(target_ / "d/d"));
}

TEST_F(FileRestoreTest, DamagedContentIsNeverRestored) {
    write_file(source_ / "bad", as_text(random_bytes(100'000, 3)));
    write_file(source_ / "good", "good");
    auto id = back_up(source_);
    for (const auto& blob : data_blobs()) {
        if (blob.blob.length < 100'000) continue;
        change_pack(blob.pack, [&](std::string& bytes) { bytes[blob.blob.offset + 5000] ^= 1; });
    }
    EXPECT_THAT(restore(id, inside_).problems, ElementsAre(HasSubstr("/bad")));
    EXPECT_FALSE(fs::exists(target_ / "bad"));
    EXPECT_EQ(read_file(target_ / "good", 100), "good");
    // What stood there stays, and nothing of what was begun.
    write_file(target_ / "bad", "the only copy");
    EXPECT_THAT(restore(id, inside_).problems, SizeIs(1));
    EXPECT_EQ(read_file(target_ / "bad", 100), "the only copy");
    EXPECT_EQ(std::distance(fs::directory_iterator(target_), {}), 2);
}

TEST_F(FileRestoreTest, WhatCanBeReadOfACutPackIsRestored) {
    for (unsigned i = 0; i < 40; ++i)
        write_file(source_ / std::to_string(i), as_text(random_bytes(1000 + i, i)));
    auto id = back_up(source_);
    std::uint64_t whole = 0;
    std::map<PackId, std::uint32_t> cuts;
    for (const auto& blob : data_blobs()) cuts[blob.pack] = std::max(cuts[blob.pack], blob.blob.offset / 2);
    for (const auto& blob : data_blobs())
        if (blob.blob.offset + blob.blob.length <= cuts[blob.pack]) ++whole;
    ASSERT_GT(whole, 10u);
    for (const auto& [pack, size] : cuts) change_pack(pack, [&](std::string& bytes) { bytes.resize(size); });
    auto result = restore(id, inside_);
    EXPECT_EQ(result.files, whole);
    EXPECT_THAT(result.problems, SizeIs(40 - whole));
}

}  // namespace
}  // namespace holdfast::repository
