// Copies of snapshots in another repository: the same for stock restic, and no blob read or written twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <fstream>
#include <set>
#include <thread>

#include "backend_contract.hpp"
#include "memory_file_system.hpp"
#include "repository/snapshot_copier.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

CopyResult copy_one(Repository& source, Repository& target, const SnapshotId& id,
                    const std::optional<std::vector<std::string>>& tags = {}) {
    Progress progress;
    return SnapshotCopier::start(source, target)->copy(id, tags, progress, {});
}

// Compressible, and different in every chunk.
Bytes numbered_lines(std::size_t size, unsigned seed) {
    std::string text;
    for (unsigned i = 0; text.size() < size; ++i)
        text += "line " + std::to_string(i) + " of the text " + std::to_string(seed) + "\n";
    text.resize(size);
    auto bytes = as_bytes(text);
    return {bytes.begin(), bytes.end()};
}

std::size_t distinct_blobs(RepositoryEngine& repository) {
    auto index = repository.store()->fresh_index();
    std::set<std::pair<BlobType, BlobId>> blobs;
    for (BlobIndex::Position i = 0; i < index->size(); ++i)
        blobs.insert({index->at(i).blob.type, index->at(i).blob.id});
    EXPECT_EQ(blobs.size(), index->size()) << "a blob stands in the repository twice";
    return blobs.size();
}

class SnapshotCopierTest : public testing::Test {
  protected:
    std::unique_ptr<RepositoryEngine> make(const std::string& name, unsigned version = 2) {
        return create_quickly(folder_.path() / name, posix_file_system(), version);
    }
    std::string restic_at(const std::string& name, std::vector<std::string> arguments) {
        return restic(folder_.path() / name, std::move(arguments));
    }

    TemporaryDirectory folder_{quick_folder()};
};

TEST_F(SnapshotCopierTest, StockResticChecksAndRestoresTheCopy) {
    auto source = make("source");
    auto target = make("target");
    Bytes content = random_bytes(3 * MiB + 17, 1);
    auto text = numbered_lines(2 * MiB, 1);
    std::ranges::copy(text, content.begin() + MiB / 2);
    MemoryDisk disk(content);
    auto original = back_up(*source, disk);
    auto result = copy_one(*source, *target, original.id);
    EXPECT_FALSE(result.was_there);
    EXPECT_EQ(result.snapshot.original, original.id);
    EXPECT_EQ(result.snapshot.tree, original.tree);
    EXPECT_EQ(result.snapshot.time, original.time);
    EXPECT_EQ(result.snapshot.tags, original.tags);

    EXPECT_THAT(restic_at("target", {"check", "--read-data"}), HasSubstr("no errors were found"));
    auto out = folder_.path() / "out";
    restic_at("target", {"restore", "latest", "--target", out.string()});
    EXPECT_EQ(read_file(out / "web01/disks/vda.raw", 8 * MiB), as_text(content));
    EXPECT_TRUE(restore(*target, result.snapshot.id, content.size()) == content);
    EXPECT_THAT(check_all(*target).problems, IsEmpty());
    EXPECT_EQ(distinct_blobs(*target), distinct_blobs(*source));
    EXPECT_EQ(result.copied_blobs, distinct_blobs(*source));
}

TEST_F(SnapshotCopierTest, OnlyWhatTheTargetLacksIsReadAndWritten) {
    auto source = make("source");
    auto target = make("target");
    MemoryDisk disk(random_bytes(4 * MiB, 1));
    auto first = back_up(*source, disk);
    auto all = copy_one(*source, *target, first.id);
    auto there = distinct_blobs(*target);

    std::ranges::fill(std::span(disk.bytes).subspan(MiB, 10), std::byte(1));
    auto second = back_up(*source, disk, DiskParent{first.id, "web01/disks/vda.raw", {{MiB, 10}}});
    auto one = copy_one(*source, *target, second.id);
    // The chunk, and the trees of disks/, web01/ and the root.
    EXPECT_EQ(one.copied_blobs, 4u);
    EXPECT_LT(one.read_bytes, 150 * KiB);
    EXPECT_LT(one.added_bytes, 150 * KiB);
    EXPECT_EQ(distinct_blobs(*target), there + 4);
    EXPECT_GT(all.read_bytes, 4 * MiB);
    EXPECT_FALSE(one.snapshot.parent);  // it is in the other repository
    EXPECT_TRUE(restore(*target, one.snapshot.id, disk.bytes.size()) == disk.bytes);
}

TEST_F(SnapshotCopierTest, OneCopierReadsWhatSeveralSnapshotsShareOnce) {
    auto source = make("source");
    auto target = make("target");
    MemoryDisk disk(random_bytes(4 * MiB, 1));
    auto first = back_up(*source, disk);
    std::ranges::fill(std::span(disk.bytes).subspan(MiB, 10), std::byte(1));
    auto second = back_up(*source, disk);
    auto copier = SnapshotCopier::start(*source, *target);
    Progress progress;
    copier->copy(first.id, {}, progress, {});
    EXPECT_EQ(copier->copy(second.id, {}, progress, {}).copied_blobs, 4u);
    EXPECT_EQ(progress.processed_bytes, progress.total_bytes);
    EXPECT_EQ(distinct_blobs(*target), distinct_blobs(*source));
    EXPECT_THAT(check_all(*target).problems, IsEmpty());
}

TEST_F(SnapshotCopierTest, ASecondCopyIsTheFirst) {
    auto source = make("source");
    auto target = make("target");
    MemoryDisk disk(random_bytes(1 * MiB, 1));
    auto original = back_up(*source, disk);
    auto first = copy_one(*source, *target, original.id);
    auto second = copy_one(*source, *target, original.id);
    EXPECT_TRUE(second.was_there);
    EXPECT_EQ(second.snapshot.id, first.snapshot.id);
    EXPECT_EQ(second.copied_blobs, 0u);
    // A copy for somebody else, with tags of its own, costs its snapshot file only.
    auto tagged = copy_one(*source, *target, original.id, {{"a", "b"}});
    EXPECT_FALSE(tagged.was_there);
    EXPECT_EQ(tagged.added_bytes, 0u);
    EXPECT_THAT(tagged.snapshot.tags, ElementsAre("a", "b"));
    EXPECT_THAT(target->snapshots(), SizeIs(2));
    // Back again it is a copy of the very first, not of a copy.
    auto third = make("third");
    EXPECT_EQ(copy_one(*target, *third, first.snapshot.id).snapshot.original, original.id);
}

TEST_F(SnapshotCopierTest, CompressedBlobsStayAsTheyAre) {
    auto source = make("source");
    auto target = make("target");
    auto text = numbered_lines(2 * MiB, 2);
    MemoryDisk disk(text);
    auto writer_description = describe_snapshot();
    writer_description.compression = CompressionMode::max;  // which a copy would not choose
    auto writer = SnapshotWriter::start(*source, writer_description);
    Progress progress;
    writer->add_disk("web01/disks/vda.raw", disk, {}, 256 * KiB, progress, {});
    auto snapshot = writer->finish();
    copy_one(*source, *target, snapshot.id);
    auto there = target->store()->fresh_index();
    auto here = source->store()->fresh_index();
    ASSERT_EQ(there->size(), here->size());
    for (BlobIndex::Position i = 0; i < here->size(); ++i) {
        auto blob = here->at(i).blob;
        auto copy = there->find(blob.type, blob.id);
        ASSERT_TRUE(copy);
        EXPECT_EQ(copy->blob.length, blob.length);
        EXPECT_EQ(copy->blob.uncompressed_size, blob.uncompressed_size);
    }
}

TEST_F(SnapshotCopierTest, FormatsOfEachVersionAreMadeOfTheOther) {
    auto old = make("old", 1);
    auto next = make("next");
    auto old_again = make("old again", 1);
    MemoryDisk disk(numbered_lines(2 * MiB, 3));
    auto original = back_up(*old, disk);
    auto upgraded = copy_one(*old, *next, original.id);
    EXPECT_LT(upgraded.added_bytes, MiB);  // compressed now
    auto back = copy_one(*next, *old_again, upgraded.snapshot.id);
    EXPECT_GT(back.added_bytes, 2 * MiB);
    for (const auto* name : {"next", "old again"})
        EXPECT_THAT(restic_at(name, {"check", "--read-data"}), HasSubstr("no errors were found"));
    EXPECT_TRUE(restore(*old_again, back.snapshot.id, disk.bytes.size()) == disk.bytes);
}

// What restic made, with fields that only restic writes, and what it copies itself.
TEST_F(SnapshotCopierTest, CopiesOfResticsSnapshotsAreResticsOwn) {
    auto source = make("source");
    auto target = make("target");
    auto third = make("third");
    auto files = folder_.path() / "files";
    make_directories(files / "sub/sub", 0700);
    write_file_durably(files / "large", numbered_lines(3 * MiB, 4), 0600);
    write_file_durably(files / "sub/sub/same", numbered_lines(3 * MiB, 4), 0600);
    write_file_durably(files / "sub/odd \xff name", as_bytes("odd"), 0600);
    restic_at("source", {"backup", "--host", "elsewhere", "--tag", "one", files.string()});
    auto original = source->snapshots().at(0);
    auto result = copy_one(*source, *target, original.id);
    EXPECT_THAT(restic_at("target", {"check", "--read-data"}), HasSubstr("no errors were found"));
    EXPECT_THAT(restic_at("target", {"snapshots"}), HasSubstr("elsewhere"));
    auto out = folder_.path() / "out";
    restic_at("target", {"restore", "latest", "--target", out.string()});
    EXPECT_EQ(read_file(out.string() + files.string() + "/sub/sub/same", 8 * MiB),
              as_text(numbered_lines(3 * MiB, 4)));
    // restic knows that it need not copy it again, and the other way round.
    auto password = folder_.path() / "password";
    write_file_durably(password, as_bytes(test_password), 0600);
    auto copy_by_restic = [&](const char* from, const char* to) {
        return restic_at(to, {"copy", "--from-repo", (folder_.path() / from).string(), "--from-password-file",
                              password.string()});
    };
    EXPECT_THAT(copy_by_restic("source", "target"), HasSubstr("was already copied"));
    EXPECT_THAT(target->snapshots(), SizeIs(1));
    copy_by_restic("source", "third");
    EXPECT_TRUE(copy_one(*source, *third, original.id).was_there);
}

// A disk that has taken so many bytes stops whoever asked for that.
class StoppingProgress {
  public:
    StoppingProgress(Progress& progress, std::uint64_t at)
        : watcher_([this, &progress, at](auto over) {
              while (!over.stop_requested() && progress.transferred_bytes < at) std::this_thread::yield();
              stop.request_stop();
          }) {}
    std::stop_source stop;

  private:
    std::jthread watcher_;
};

TEST_F(SnapshotCopierTest, WhatArrivedBeforeAStopIsNotCopiedAgain) {
    auto source = make("source");
    auto target = make("target");
    MemoryDisk disk(random_bytes(96 * MiB, 5));
    auto original = back_up(*source, disk, {}, 256 * KiB);
    {
        Progress progress;
        StoppingProgress stopping(progress, 70 * MiB);
        EXPECT_EQ(error_of([&] {
                      SnapshotCopier::start(*source, *target)
                          ->copy(original.id, {}, progress, stopping.stop.get_token());
                  }),
                  ErrorKind::cancelled);
    }
    EXPECT_THAT(target->snapshots(), IsEmpty());
    auto arrived = distinct_blobs(*target);
    EXPECT_GT(arrived, 0u);
    EXPECT_THAT(restic_at("target", {"check", "--read-data"}), HasSubstr("no errors were found"));
    auto rest = copy_one(*source, *target, original.id);
    EXPECT_EQ(rest.copied_blobs, distinct_blobs(*source) - arrived);
    EXPECT_EQ(distinct_blobs(*target), distinct_blobs(*source));
    EXPECT_TRUE(restore(*target, rest.snapshot.id, disk.bytes.size()) == disk.bytes);
}

// A target that fails at each step in turn, in each way: full, power lost, ...
class CopyToAFailingDrive : public testing::TestWithParam<Fault> {
  protected:
    // As another process would: the locks of the broken one are stale, but its process is ours.
    static std::unique_ptr<RepositoryEngine> open(const std::shared_ptr<MemoryDrive>& drive) {
        auto backend = std::make_unique<LocalBackend>("/repo", std::make_unique<MemoryFileSystem>(drive));
        for (const auto& lock : backend->list(FileType::lock)) backend->remove({FileType::lock, lock.id});
        return std::make_unique<RepositoryEngine>(Store::open(std::move(backend), test_password));
    }

    TemporaryDirectory folder_{quick_folder()};
};

TEST_P(CopyToAFailingDrive, ThereIsAWholeCopyOrNone) {
    spdlog::set_level(spdlog::level::off);
    auto source = create_quickly(folder_.path() / "source");
    MemoryDisk disk(random_bytes(2 * MiB, 8));
    auto original = back_up(*source, disk);
    auto start = std::make_shared<MemoryDrive>();
    create_quickly("/repo", std::make_unique<MemoryFileSystem>(start));
    unsigned failures = 0;
    for (std::uint64_t step = 1; !HasFailure(); ++step) {
        SCOPED_TRACE("step " + std::to_string(step));
        auto drive = std::make_shared<MemoryDrive>();
        drive->files = start->files;
        drive->durable = start->durable;
        drive->folders = start->folders;
        bool is_copied = false;
        {
            auto target = open(drive);
            drive->plan_failure(step, GetParam(), static_cast<unsigned>(step));
            try {
                copy_one(*source, *target, original.id);
                is_copied = true;
            } catch (const Error& error) {
                EXPECT_TRUE(error.kind() == ErrorKind::io || error.kind() == ErrorKind::unavailable)
                    << error.what();
            }
        }
        bool has_failed = drive->steps >= step;
        drive->restart();
        auto target = open(drive);
        EXPECT_THAT(check_all(*target).problems, IsEmpty());
        auto there = target->snapshots();
        EXPECT_GE(there.size(), is_copied ? 1u : 0u);
        auto again = copy_one(*source, *target, original.id);
        EXPECT_EQ(again.was_there, !there.empty());
        EXPECT_TRUE(restore(*target, again.snapshot.id, disk.bytes.size()) == disk.bytes);
        EXPECT_THAT(check_all(*target).problems, IsEmpty());
        if (!has_failed) break;
        ++failures;
    }
    EXPECT_GT(failures, 10u);
    spdlog::set_level(spdlog::level::info);
}

INSTANTIATE_TEST_SUITE_P(Faults, CopyToAFailingDrive,
                         testing::Values(Fault::error, Fault::error_but_done, Fault::short_write, Fault::full,
                                         Fault::power_cut, Fault::power_cut_reordered));

TEST_F(SnapshotCopierTest, DamageIsNotCopied) {
    auto source = make("source");
    auto target = make("target");
    MemoryDisk disk(random_bytes(2 * MiB, 6));
    auto original = back_up(*source, disk);
    auto index = source->store()->fresh_index();
    auto location = *index->find(BlobType::data, id_of<BlobId>(std::span(disk.bytes).subspan(MiB, 64 * KiB)));
    auto pack =
        folder_.path() / "source/data" / location.pack.to_string().substr(0, 2) / location.pack.to_string();
    fs::permissions(pack, fs::perms::owner_all);
    {
        std::fstream file(pack, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(location.blob.offset + 100);
        file.put('x').put('y').put('z');
    }
    try {
        copy_one(*source, *target, original.id);
        FAIL() << "damage was copied";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::corrupt);
        EXPECT_THAT(error.what(), HasSubstr(location.blob.id.to_string().substr(0, 8)));
    }
    EXPECT_THAT(target->snapshots(), IsEmpty());
    EXPECT_THAT(check_all(*target).problems, IsEmpty());
}

TEST_F(SnapshotCopierTest, BothRepositoriesAreKeptFromPrunesMeanwhile) {
    auto source = make("source");
    auto target = make("target");
    MemoryDisk disk(random_bytes(1 * MiB, 7));
    back_up(*source, disk);
    auto copier = SnapshotCopier::start(*source, *target);
    Progress progress;
    for (auto* repository : {source.get(), target.get()})
        EXPECT_EQ(error_of([&] { repository->prune(progress, {}); }), ErrorKind::conflict);
    copier.reset();
    for (auto* repository : {source.get(), target.get()}) repository->prune(progress, {});
}

TEST_F(SnapshotCopierTest, WhatCannotBeCopiedIsSaid) {
    auto source = make("source");
    auto target = make("target");
    EXPECT_EQ(error_of([&] { copy_one(*source, *target, SnapshotId()); }), ErrorKind::not_found);
    EXPECT_EQ(error_of([&] { SnapshotCopier::start(*source, *source); }), ErrorKind::invalid_input);
    auto same = Repository::open(folder_.path() / "source", test_password);
    EXPECT_EQ(error_of([&] { SnapshotCopier::start(*source, *same); }), ErrorKind::invalid_input);
}

}  // namespace
}  // namespace holdfast::repository
