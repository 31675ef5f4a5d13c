// Disks read out of snapshots: the cache, reading ahead, and what happens to damaged data.
#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <fstream>
#include <random>
#include <thread>

#include "repository/chunk_cache.hpp"
#include "repository/sha256.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

BlobId id_of_number(std::size_t number) {
    std::array<std::byte, 32> bytes{};
    std::memcpy(bytes.data(), &number, sizeof number);
    return BlobId(bytes);
}

TEST(ChunkCache, KeepsWhatWasUsedLast) {
    ChunkCache cache(10 * KiB);
    int loads = 0;
    auto get = [&](std::size_t number) {
        auto chunk = cache.get(id_of_number(number), [&](Bytes) {
            ++loads;
            return Bytes(KiB, std::byte(number));
        });
        EXPECT_EQ(*chunk, Bytes(KiB, std::byte(number)));
    };
    for (std::size_t i = 0; i < 10; ++i) get(i);
    for (std::size_t i = 0; i < 10; ++i) get(i);
    EXPECT_EQ(loads, 10);
    get(0);
    get(10);  // in place of 1, which was not used for the longest time
    EXPECT_TRUE(cache.contains(id_of_number(0)));
    EXPECT_FALSE(cache.contains(id_of_number(1)));
    EXPECT_EQ(loads, 11);
    cache.get(id_of_number(99), [](Bytes) { return Bytes(MiB); });  // larger than all of the cache
    EXPECT_TRUE(cache.contains(id_of_number(99)));
    EXPECT_FALSE(cache.contains(id_of_number(10)));
}

TEST(ChunkCache, LoadsAChunkOnceForAllWhoAsk) {
    ChunkCache cache(MiB);
    constexpr int askers = 4;
    std::atomic<int> loads{0};
    std::barrier all_ask(askers);
    std::vector<std::jthread> threads;
    for (int i = 0; i < askers; ++i)
        threads.emplace_back([&] {
            for (std::size_t number = 0; number < 100; ++number) {
                all_ask.arrive_and_wait();
                auto chunk = cache.get(id_of_number(number), [&](Bytes) {
                    ++loads;
                    return Bytes(100, std::byte(number));
                });
                EXPECT_EQ(*chunk, Bytes(100, std::byte(number)));
            }
        });
    threads.clear();
    EXPECT_EQ(loads, 100);
}

// Memory of a chunk that made room serves another only when nobody has the chunk any more.
TEST(ChunkCache, WhatIsInUseStaysAsItIs) {
    ChunkCache cache(4 * KiB);
    std::vector<std::jthread> threads;
    for (unsigned seed = 0; seed < 4; ++seed)
        threads.emplace_back([&, seed] {
            std::mt19937 random(seed);
            for (int i = 0; i < 20'000; ++i) {
                std::size_t number = random() % 8;
                auto chunk = cache.get(id_of_number(number), [&](Bytes memory) {
                    memory.assign(KiB, std::byte(number));
                    return memory;
                });
                ASSERT_EQ(*chunk, Bytes(KiB, std::byte(number)));
            }
        });
}

TEST(ChunkCache, FailureIsToldAndNotKept) {
    ChunkCache cache(MiB);
    auto fail = [](Bytes) -> Bytes { throw Error(ErrorKind::corrupt, "It is damaged"); };
    EXPECT_THROW(cache.get(id_of_number(1), fail), Error);
    EXPECT_FALSE(cache.contains(id_of_number(1)));
    EXPECT_EQ(*cache.get(id_of_number(1), [](Bytes) { return Bytes(5); }), Bytes(5));
}

class DiskReaderTest : public testing::Test {
  protected:
    SnapshotId back_up(MemoryDisk& disk, std::uint64_t chunk_size) {
        return repository::back_up(*repository_, disk, {}, chunk_size).id;
    }

    TemporaryDirectory directory_{quick_folder()};
    std::unique_ptr<RepositoryEngine> repository_ = create_quickly(directory_.path() / "r");
    const std::string path_ = "web01/disks/vda.raw";
};

TEST_F(DiskReaderTest, DiskReadInOrderIsTheDiskThatWasBackedUp) {
    Bytes content = random_bytes(12 * MiB + 1000, 1);
    std::fill(content.begin() + 2 * MiB, content.begin() + 3 * MiB, std::byte(0));
    MemoryDisk disk(content);
    auto opened = repository_->open_disk(back_up(disk, 64 * KiB), path_);
    std::vector<std::jthread> threads;  // each on its own way through the disk
    for (std::uint64_t step : {4 * KiB, 48 * KiB, 64 * KiB, 300 * KiB})
        threads.emplace_back([&, step] {
            for (std::uint64_t at = 0; at < content.size(); at += step) {
                Bytes bytes(std::min<std::uint64_t>(step, content.size() - at));
                opened->read(at, bytes);
                ASSERT_EQ(std::memcmp(bytes.data(), content.data() + at, bytes.size()), 0) << at;
            }
        });
}

TEST_F(DiskReaderTest, DamageIsAnErrorWhereItIsAndNowhereElse) {
    constexpr std::uint64_t chunk = 256 * KiB;
    MemoryDisk disk(random_bytes(16 * chunk, 1));
    auto snapshot = back_up(disk, chunk);
    auto index = repository_->store()->fresh_index();
    auto id = BlobId(sha256(ByteView(disk.bytes).subspan(7 * chunk, chunk)));
    auto location = *index->find(BlobType::data, id);
    std::filesystem::path pack =
        repository_->store()->backend().describe(FileName{FileType::pack, FileId(location.pack.bytes())});
    std::filesystem::permissions(pack, std::filesystem::perms::owner_write,
                                 std::filesystem::perm_options::add);
    std::fstream(pack, std::ios::in | std::ios::out | std::ios::binary)
        .seekp(location.blob.offset + 1000)
        .write("damage", 6);

    auto opened = repository_->open_disk(snapshot, path_);
    for (int round = 0; round < 2; ++round)
        for (std::uint64_t number = 0; number < 16; ++number) {  // in order: damage is met by reading ahead
            Bytes bytes(chunk);
            if (number == 7) {
                EXPECT_THROW(opened->read(number * chunk, bytes), Error);
            } else {
                opened->read(number * chunk, bytes);
                EXPECT_EQ(std::memcmp(bytes.data(), disk.bytes.data() + number * chunk, chunk), 0) << number;
            }
        }
    MemoryDisk target{Bytes(disk.bytes.size())};
    Progress progress;
    EXPECT_THROW(repository_->restore_disk(snapshot, path_, target, progress, {}), Error);
}

}  // namespace
}  // namespace holdfast::repository
