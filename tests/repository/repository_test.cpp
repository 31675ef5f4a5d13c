#include "repository/repository.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <thread>

#include "backend_contract.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view disk_path = "web01/disks/vda.raw";

class RepositoryTest : public testing::Test {
  protected:
    TemporaryDirectory folder_{quick_folder()};
    std::filesystem::path path_ = folder_.path() / "repo";
    std::unique_ptr<RepositoryEngine> repository_ = create_quickly(path_);
};

TEST(Repository, IsMadeOnceAndOpenedWithItsPassword) {
    TemporaryDirectory folder{quick_folder()};
    auto path = folder.path() / "a/repo";
    EXPECT_FALSE(Repository::exists(path));
    EXPECT_EQ(error_of([&] { Repository::open(path, "x"); }), ErrorKind::not_found);
    auto id = create_quickly(path)->id();
    EXPECT_TRUE(Repository::exists(path));
    EXPECT_EQ(id.size(), 64u);
    EXPECT_EQ(Repository::open(path, test_password)->id(), id);
    EXPECT_EQ(error_of([&] { Repository::open(path, "wrong"); }), ErrorKind::unauthenticated);
    EXPECT_EQ(error_of([&] { Repository::create(path, "x"); }), ErrorKind::conflict);
    EXPECT_EQ(error_of([&] { Repository::create(folder.path() / "b", ""); }), ErrorKind::invalid_input);
}

TEST(Repository, IsNotMadeAmongOtherFiles) {
    TemporaryDirectory folder{quick_folder()};
    write_file_durably(folder.path() / "letter.txt", as_bytes("Dear"), 0600);
    EXPECT_EQ(error_of([&] { Repository::create(folder.path(), "x"); }), ErrorKind::conflict);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "keys"));
}

TEST_F(RepositoryTest, ASnapshotTellsWhatItIs) {
    MemoryDisk disk(random_bytes(200 * KiB, 1));
    auto made = back_up(*repository_, disk);
    auto snapshots = repository_->snapshots();
    ASSERT_EQ(snapshots.size(), 1u);
    EXPECT_EQ(snapshots[0].id, made.id);
    EXPECT_EQ(snapshots[0].time, describe_snapshot().time);
    EXPECT_EQ(snapshots[0].hostname, "hypervisor");
    EXPECT_THAT(snapshots[0].tags, ElementsAre("test"));
    EXPECT_THAT(snapshots[0].paths, ElementsAre("/web01"));
    EXPECT_EQ(snapshots[0].parent, std::nullopt);
    auto statistics = repository_->statistics();
    EXPECT_EQ(statistics.snapshots, 1u);
    EXPECT_EQ(statistics.packs, 2u);
    EXPECT_GT(statistics.stored_bytes, 200 * KiB);
    EXPECT_GT(statistics.capacity_bytes, statistics.free_bytes);
}

TEST_F(RepositoryTest, FilesAreReadWithALimit) {
    auto writer = SnapshotWriter::start(*repository_, describe_snapshot());
    std::string large(3 * MiB + 5, 'x');
    writer->add_file("web01/holdfast.json", "{}");
    writer->add_file("web01/empty", "");
    writer->add_file("web01/large", large);
    writer->add_file("web01/Ümläut \"quoted\" <&>\xff", "odd");
    auto snapshot = writer->finish().id;
    EXPECT_EQ(repository_->read_file(snapshot, "web01/holdfast.json", 2), "{}");
    EXPECT_EQ(repository_->read_file(snapshot, "web01/empty", 0), "");
    EXPECT_EQ(repository_->read_file(snapshot, "web01/large", large.size()), large);
    EXPECT_EQ(repository_->read_file(snapshot, "web01/Ümläut \"quoted\" <&>\xff", 10), "odd");
    EXPECT_EQ(error_of([&] { repository_->read_file(snapshot, "web01/large", large.size() - 1); }),
              ErrorKind::too_large);
    for (auto path : {"web01", "web01/none", "web01/empty/x", "", "/web01/empty", "../web01/empty",
                      "web01/../web01/empty"})
        EXPECT_EQ(error_of([&] { repository_->read_file(snapshot, path, 10); }), ErrorKind::not_found)
            << path;
    EXPECT_EQ(error_of([&] { repository_->read_file(SnapshotId(), "web01/empty", 10); }),
              ErrorKind::not_found);
}

TEST_F(RepositoryTest, PathsThatClimbOrCollideAreRefused) {
    auto writer = SnapshotWriter::start(*repository_, describe_snapshot());
    writer->add_file("web01/domain.xml", "x");
    for (auto path : {"", "/etc/passwd", "../x", "web01/../x", "web01//x", "web01/", "web01",
                      "web01/domain.xml", "web01/domain.xml/x"})
        EXPECT_EQ(error_of([&] { writer->add_file(path, "y"); }), ErrorKind::invalid_input) << path;
    EXPECT_EQ(repository_->read_file(writer->finish().id, "web01/domain.xml", 10), "x");
}

TEST_F(RepositoryTest, ADiskComesBackByteForByte) {
    for (std::uint64_t size : {std::uint64_t(0), std::uint64_t(1), 64 * KiB, 64 * KiB + 1, 777 * KiB + 77}) {
        Bytes content = random_bytes(size, static_cast<unsigned>(size));
        if (size > 500 * KiB)
            std::fill(content.begin() + 100 * KiB, content.begin() + 400 * KiB, std::byte(0));
        MemoryDisk disk(content);
        auto snapshot = back_up(*repository_, disk).id;
        EXPECT_TRUE(restore(*repository_, snapshot, size) == content) << size;
        auto opened = repository_->open_disk(snapshot, disk_path);
        EXPECT_EQ(opened->size(), size);
        Bytes read(size);
        opened->read(0, read);
        EXPECT_TRUE(read == content) << size;
    }
}

TEST_F(RepositoryTest, HolesAreNeitherReadNorStoredNorRestored) {
    Bytes content(4 * MiB + 10);
    auto data = random_bytes(256 * KiB, 1);
    std::copy(data.begin(), data.end(), content.begin() + 2 * MiB);
    MemoryDisk disk(content);
    disk.extents = {{2 * MiB, 256 * KiB}, {3 * MiB, 64 * KiB}};  // the second one says data and is zero
    auto writer = SnapshotWriter::start(*repository_, describe_snapshot());
    Progress progress;
    auto result = writer->add_disk(disk_path, disk, {}, 64 * KiB, progress, {});
    auto snapshot = writer->finish().id;
    EXPECT_EQ(result.read_bytes, 320 * KiB);
    EXPECT_EQ(result.new_blobs, 6u);  // four of data, a whole and a short one of zeros
    EXPECT_EQ(progress.total_bytes, content.size());
    EXPECT_EQ(progress.processed_bytes, content.size());
    EXPECT_EQ(progress.read_bytes, 320 * KiB);
    EXPECT_EQ(progress.transferred_bytes, result.added_bytes);

    MemoryDisk target{Bytes(content.size())};
    Progress restored;
    repository_->restore_disk(snapshot, disk_path, target, restored, {});
    EXPECT_TRUE(target.bytes == content);
    EXPECT_EQ(target.written, 256 * KiB);
    EXPECT_TRUE(target.flushed);
    EXPECT_EQ(restored.percent(), 100);
    EXPECT_THAT(repository_->open_disk(snapshot, disk_path)->data_extents(),
                ElementsAre(Extent{2 * MiB, 256 * KiB}));
}

// A disk as it is now: a chunk that changed, one that became zeros, one that was zeros, a hole for data, and
// the short end.
TEST_F(RepositoryTest, ADiskIsRestoredOverWhatItIsNow) {
    Bytes content = random_bytes(2 * MiB + 4 * KiB, 1);
    std::fill_n(content.begin() + 1 * MiB, 256 * KiB, std::byte(0));
    MemoryDisk saved(content);
    auto snapshot = back_up(*repository_, saved).id;
    for (bool is_copied : {false, true}) {
        MemoryDisk now(content);
        now.bytes[100] ^= std::byte(1);
        std::fill_n(now.bytes.begin() + 128 * KiB, 64 * KiB, std::byte(0));
        std::fill_n(now.bytes.begin() + 256 * KiB, 64 * KiB, std::byte(0));
        now.bytes[1 * MiB + 5] = std::byte(7);
        now.bytes.back() ^= std::byte(1);
        now.extents = {{0, 256 * KiB}, {320 * KiB, now.bytes.size() - 320 * KiB}};
        MemoryDisk target{is_copied ? now.bytes : Bytes(content.size())};
        Progress progress;
        repository_->restore_disk_over(snapshot, disk_path, {now, is_copied}, target, progress, {});
        EXPECT_TRUE(target.bytes == content);
        EXPECT_TRUE(target.flushed);
        EXPECT_EQ(progress.percent(), 100);
        // Fetched: three chunks and the end. Of a copy also the zeros are written; else all data.
        EXPECT_EQ(target.written, is_copied ? 4 * 64 * KiB + 4 * KiB : content.size() - 256 * KiB);
    }
}

TEST_F(RepositoryTest, ADiskOfAnotherSizeIsNoSeed) {
    MemoryDisk saved(random_bytes(1 * MiB, 1));
    auto snapshot = back_up(*repository_, saved).id;
    MemoryDisk now{Bytes(1 * MiB + 1)};
    MemoryDisk target{Bytes(1 * MiB)};
    Progress progress;
    EXPECT_EQ(
        error_of([&] { repository_->restore_disk_over(snapshot, disk_path, {now}, target, progress, {}); }),
        ErrorKind::conflict);
    EXPECT_EQ(target.written, 0);
}

TEST_F(RepositoryTest, EqualChunksAreStoredOnce) {
    Bytes content = random_bytes(64 * KiB, 1);
    Bytes twice = content;
    twice.insert(twice.end(), content.begin(), content.end());
    MemoryDisk disk(twice);
    DiskResult first;
    DiskResult second;
    back_up(*repository_, disk, {}, 64 * KiB, &first);
    auto snapshot = back_up(*repository_, disk, {}, 64 * KiB, &second).id;
    EXPECT_EQ(first.new_blobs, 1u);
    EXPECT_EQ(second.new_blobs, 0u);
    EXPECT_EQ(second.added_bytes, 0u);
    EXPECT_TRUE(restore(*repository_, snapshot, twice.size()) == twice);
}

TEST_F(RepositoryTest, AnIncrementalReadsOnlyWhatChanged) {
    Bytes content = random_bytes(1 * MiB + 100, 1);
    MemoryDisk disk(content);
    auto full = back_up(*repository_, disk).id;
    disk.reads.clear();
    std::fill(disk.bytes.begin() + 70 * KiB, disk.bytes.begin() + 71 * KiB, std::byte(1));
    disk.bytes.back() = std::byte(9);
    DiskParent parent{full, std::string(disk_path), {{70 * KiB, KiB}, {1 * MiB + 99, 50}}};
    DiskResult result;
    auto snapshot = back_up(*repository_, disk, parent, 64 * KiB, &result).id;
    std::ranges::sort(disk.reads, {}, &Extent::offset);
    EXPECT_THAT(disk.reads, ElementsAre(Extent{64 * KiB, 64 * KiB}, Extent{1 * MiB, 100}));
    EXPECT_EQ(result.read_bytes, 64 * KiB + 100);
    EXPECT_TRUE(restore(*repository_, snapshot, disk.bytes.size()) == disk.bytes);
    EXPECT_TRUE(restore(*repository_, full, content.size()) == content);
}

TEST_F(RepositoryTest, AVerifiedParentTellsWhatItsListOfChangesMissed) {
    MemoryDisk disk(random_bytes(1 * MiB + 100, 1));
    std::fill(disk.bytes.begin() + 256 * KiB, disk.bytes.begin() + 320 * KiB, std::byte(0));
    auto full = back_up(*repository_, disk).id;
    disk.reads.clear();
    DiskParent parent{full, std::string(disk_path), {{70 * KiB, KiB}}, true};
    DiskResult result;
    disk.bytes[70 * KiB] ^= std::byte(1);  // told
    auto right = back_up(*repository_, disk, parent, 64 * KiB, &result).id;
    EXPECT_EQ(result.read_bytes, disk.bytes.size());
    EXPECT_EQ(result.missed_chunks, 0U);
    EXPECT_TRUE(restore(*repository_, right, disk.bytes.size()) == disk.bytes);

    parent.snapshot = right;
    parent.changed.clear();
    disk.bytes[200 * KiB] ^= std::byte(1);
    disk.bytes[300 * KiB] = std::byte(1);  // was all zeros
    disk.bytes.back() ^= std::byte(1);
    auto snapshot = back_up(*repository_, disk, parent, 64 * KiB, &result).id;
    EXPECT_EQ(result.chunk_size, 64 * KiB);
    EXPECT_EQ(result.missed_chunks, 3U);
    EXPECT_THAT(result.missed_offsets, ElementsAre(192 * KiB, 256 * KiB, 1 * MiB));
    EXPECT_TRUE(restore(*repository_, snapshot, disk.bytes.size()) == disk.bytes);

    parent.snapshot = snapshot;
    for (auto& byte : disk.bytes) byte ^= std::byte(0xff);
    back_up(*repository_, disk, parent, 64 * KiB, &result);
    EXPECT_EQ(result.missed_chunks, 17U);
    EXPECT_EQ(result.missed_offsets.size(), 8U);
}

TEST_F(RepositoryTest, AParentThatDoesNotFitIsRefusedBeforeAnythingIsWritten) {
    MemoryDisk disk(random_bytes(256 * KiB, 1));
    auto full = back_up(*repository_, disk).id;
    MemoryDisk larger(random_bytes(320 * KiB, 1));
    auto writer = SnapshotWriter::start(*repository_, describe_snapshot());
    auto attempt = [&](BlockSource& source, SnapshotId snapshot, std::string path, std::uint64_t chunk_size) {
        return error_of([&] {
            Progress progress;
            writer->add_disk(disk_path, source, DiskParent{snapshot, path, {}}, chunk_size, progress, {});
        });
    };
    EXPECT_EQ(attempt(larger, full, std::string(disk_path), 64 * KiB), ErrorKind::conflict);
    EXPECT_EQ(attempt(disk, full, std::string(disk_path), 128 * KiB), ErrorKind::conflict);
    EXPECT_EQ(attempt(disk, full, "web01/disks/vdb.raw", 64 * KiB), ErrorKind::not_found);
    EXPECT_EQ(attempt(disk, SnapshotId(), std::string(disk_path), 64 * KiB), ErrorKind::not_found);
    Progress progress;
    EXPECT_EQ(error_of([&] { writer->add_disk(disk_path, disk, {}, 100'000, progress, {}); }),
              ErrorKind::invalid_input);
    // The writer is as good as new.
    writer->add_disk(disk_path, larger, {}, 64 * KiB, progress, {});
    EXPECT_TRUE(restore(*repository_, writer->finish().id, larger.bytes.size()) == larger.bytes);
}

// Reads until told to wait, so that a test can act in the middle of a backup.
class StallingDisk : public MemoryDisk {
  public:
    using MemoryDisk::MemoryDisk;
    void read(std::uint64_t offset, std::span<std::byte> into) override {
        if (offset >= size() / 2) {
            std::unique_lock lock(stall_mutex_);
            stalled_ = true;
            changed_.notify_all();
            changed_.wait(lock, [&] { return released_; });
        }
        MemoryDisk::read(offset, into);
    }
    void wait_until_stalled() {
        std::unique_lock lock(stall_mutex_);
        changed_.wait(lock, [&] { return stalled_; });
    }
    void release() {
        std::lock_guard lock(stall_mutex_);
        released_ = true;
        changed_.notify_all();
    }

  private:
    std::mutex stall_mutex_;
    std::condition_variable changed_;
    bool stalled_ = false;
    bool released_ = false;
};

TEST_F(RepositoryTest, ACancelledBackupLeavesAHealthyRepository) {
    MemoryDisk good(random_bytes(300 * KiB, 1));
    auto kept = back_up(*repository_, good).id;
    {
        StallingDisk disk(random_bytes(128 * MiB, 2));
        auto writer = SnapshotWriter::start(*repository_, describe_snapshot());
        std::stop_source stop;
        std::optional<ErrorKind> ended;
        std::jthread backup([&] {
            Progress progress;
            ended = error_of(
                [&] { writer->add_disk(disk_path, disk, {}, 64 * KiB, progress, stop.get_token()); });
        });
        disk.wait_until_stalled();
        stop.request_stop();
        disk.release();
        backup.join();
        EXPECT_EQ(ended, ErrorKind::cancelled);
        EXPECT_EQ(error_of([&] { writer->finish(); }), ErrorKind::internal);
    }
    EXPECT_EQ(repository_->snapshots().size(), 1u);
    EXPECT_THAT(check_all(*repository_).problems, IsEmpty());
    Progress progress;
    EXPECT_GT(repository_->prune(progress, {}).removed_packs, 0u);
    EXPECT_THAT(check_all(*repository_).problems, IsEmpty());
    EXPECT_TRUE(restore(*repository_, kept, good.bytes.size()) == good.bytes);
}

class FailingDisk : public MemoryDisk {
  public:
    using MemoryDisk::MemoryDisk;
    void read(std::uint64_t offset, std::span<std::byte> into) override {
        if (offset >= 3 * MiB) throw Error(ErrorKind::unavailable, "The export does not answer");
        MemoryDisk::read(offset, into);
    }
};

TEST_F(RepositoryTest, AFailureOfTheSourceEndsTheBackupAndIsTold) {
    FailingDisk disk(random_bytes(8 * MiB, 1));
    try {
        back_up(*repository_, disk);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::unavailable);
        EXPECT_THAT(error.what(), HasSubstr("web01/disks/vda.raw"));
        EXPECT_THAT(error.what(), HasSubstr("does not answer"));
    }
    EXPECT_THAT(repository_->snapshots(), IsEmpty());
    EXPECT_THAT(repository_->store()->backend().list(FileType::lock), IsEmpty());
}

class FailingSink : public MemoryDisk {
  public:
    using MemoryDisk::MemoryDisk;
    void write(std::uint64_t, std::span<const std::byte>) override {
        throw Error(ErrorKind::io, "The disk is full");
    }
};

TEST_F(RepositoryTest, AFailureOfTheSinkEndsTheRestore) {
    MemoryDisk disk(random_bytes(1 * MiB, 1));
    auto snapshot = back_up(*repository_, disk).id;
    FailingSink sink{Bytes(1 * MiB)};
    Progress progress;
    EXPECT_EQ(error_of([&] { repository_->restore_disk(snapshot, disk_path, sink, progress, {}); }),
              ErrorKind::io);
    EXPECT_FALSE(sink.flushed);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(
        error_of([&] { repository_->restore_disk(snapshot, disk_path, disk, progress, stop.get_token()); }),
        ErrorKind::cancelled);
}

TEST_F(RepositoryTest, SeveralThreadsReadAnOpenDisk) {
    MemoryDisk disk(random_bytes(4 * MiB, 1));
    auto opened = repository_->open_disk(back_up(*repository_, disk).id, disk_path);
    std::atomic<int> wrong{0};
    {
        std::vector<std::jthread> readers;
        for (unsigned t = 0; t < 4; ++t)
            readers.emplace_back([&, t] {
                std::mt19937 random(t);
                for (int i = 0; i < 200; ++i) {
                    std::uint64_t offset = random() % disk.bytes.size();
                    Bytes bytes(std::min<std::uint64_t>(random() % (200 * KiB), disk.bytes.size() - offset));
                    opened->read(offset, bytes);
                    if (!std::equal(bytes.begin(), bytes.end(),
                                    disk.bytes.begin() + static_cast<std::ptrdiff_t>(offset)))
                        ++wrong;
                }
            });
    }
    EXPECT_EQ(wrong, 0);
    Bytes two(2);
    EXPECT_EQ(error_of([&] { opened->read(disk.bytes.size() - 1, two); }), ErrorKind::invalid_input);
}

TEST_F(RepositoryTest, PruneIsRefusedWhileOthersReadOrWrite) {
    MemoryDisk disk(random_bytes(200 * KiB, 1));
    auto snapshot = back_up(*repository_, disk).id;
    Progress progress;
    {
        auto writer = SnapshotWriter::start(*repository_, describe_snapshot());
        auto second = SnapshotWriter::start(*repository_, describe_snapshot());  // shared locks go together
        try {
            repository_->prune(progress, {});
            FAIL() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::conflict);
            EXPECT_THAT(error.what(), HasSubstr("process " + std::to_string(::getpid())));
        }
    }
    auto opened = repository_->open_disk(snapshot, disk_path);
    EXPECT_EQ(error_of([&] { repository_->prune(progress, {}); }), ErrorKind::conflict);
    opened.reset();
    EXPECT_EQ(error_of([&] { repository_->prune(progress, {}); }), std::nullopt);
}

}  // namespace
}  // namespace holdfast::repository
