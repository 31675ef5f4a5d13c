// Stock restic at work in a repository while Holdfast is, a prune by either during a backup by the other
// included: whoever must wait is told so, and nobody's data is harmed. Locks are held over several steps:
// restic 0.14 tries for most of a minute to read a lock that goes between its listing and its reading.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "backend_contract.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

class ConcurrencyTest : public testing::Test {
  protected:
    ConcurrencyTest() { spdlog::set_level(spdlog::level::err); }
    ~ConcurrencyTest() override { spdlog::set_level(spdlog::level::info); }

    // A disk of which every backup has another half, so that there is always something to remove.
    static Bytes content_of(unsigned round) {
        Bytes bytes = random_bytes(512 * KiB, round);
        std::ranges::copy(random_bytes(512 * KiB, round % 3), std::back_inserter(bytes));
        return bytes;
    }

    void write_files(unsigned round) {
        make_directories(source_, 0700);
        for (unsigned i = 0; i < 20; ++i) {
            auto text = random_bytes(100 * KiB, round * 7 + i % 10);
            std::ofstream(source_ / std::to_string(i), std::ios::binary) << as_text(text);
        }
    }

    // False when it could not because of the other's lock.
    template <typename Work>
    bool unless_locked(Work work) {
        try {
            work();
            return true;
        } catch (const Error& error) {
            bool locked = error.kind() == ErrorKind::conflict ||
                          std::string_view(error.what()).find("already locked") != std::string_view::npos;
            if (!locked) throw;
            return false;
        }
    }

    // What a prune then finds unused.
    void forget_oldest(std::map<SnapshotId, unsigned>& made) {
        auto victim = made.begin()->first;
        if (unless_locked([&] { repository_->forget(std::span(&victim, 1)); })) made.erase(victim);
    }

    void expect_all_is_well() {
        EXPECT_THAT(restic(path_, {"check", "--read-data"}), HasSubstr("no errors were found"));
        EXPECT_THAT(check_all(*repository_).problems, IsEmpty());
    }

    TemporaryDirectory folder_{quick_folder()};
    fs::path path_ = folder_.path() / "repo";
    fs::path source_ = folder_.path() / "source";
    std::unique_ptr<RepositoryEngine> repository_ = create_quickly(path_);
};

TEST_F(ConcurrencyTest, APruneByResticDuringABackupIsRefusedAndHarmsNothing) {
    auto first = MemoryDisk(content_of(1));
    auto forgotten = back_up(*repository_, first).id;
    repository_->forget(std::span(&forgotten, 1));
    auto prune = [&] { restic(path_, {"prune", "--max-unused", "0"}); };

    auto writer = SnapshotWriter::start(*repository_, describe_snapshot());
    EXPECT_FALSE(unless_locked(prune));
    Progress progress;
    // What it takes from the forgotten snapshot is what a prune would remove now.
    writer->add_disk("web01/disks/vda.raw", first, {}, 64 * KiB, progress, {});
    EXPECT_FALSE(unless_locked(prune));
    // restic fails when a snapshot goes while it starts; so it is kept out, and whoever is inside comes
    // first.
    EXPECT_FALSE(unless_locked([&] { repository_->forget(std::span(&forgotten, 1)); }));
    auto id = writer->finish().id;
    writer.reset();
    EXPECT_TRUE(unless_locked(prune));
    EXPECT_TRUE(restore(*repository_, id, 1 * MiB) == content_of(1));
    expect_all_is_well();
}

TEST_F(ConcurrencyTest, ResticPrunesAndBacksUpWhileHoldfastBacksUp) {
    std::map<SnapshotId, unsigned> made;
    std::atomic<bool> done = false;
    std::jthread holdfast([&] {
        std::shared_ptr<RepositoryLock> lock;
        for (unsigned round = 0; round < 15;) {
            if (!unless_locked([&] { lock = repository_->store()->lock_shared(); })) continue;
            MemoryDisk disk(content_of(round));
            made[back_up(*repository_, disk).id] = round++;
            if (round % 3 != 0) continue;
            lock.reset();
            forget_oldest(made);
        }
        lock.reset();
        done = true;
    });
    for (unsigned round = 0; !done; ++round) {
        unless_locked([&] { restic(path_, {"prune", "--max-unused", "0"}); });
        write_files(round);
        unless_locked([&] { restic(path_, {"backup", "--quiet", source_.string()}); });
    }
    holdfast.join();
    for (const auto& [id, round] : made)
        EXPECT_TRUE(restore(*repository_, id, 1 * MiB) == content_of(round)) << "round " << round;
    expect_all_is_well();
}

TEST_F(ConcurrencyTest, HoldfastPrunesAndBacksUpWhileResticBacksUp) {
    std::atomic<bool> done = false;
    std::jthread stock([&] {
        for (unsigned round = 0; round < 4;) {
            write_files(round);
            if (unless_locked([&] { restic(path_, {"backup", "--quiet", source_.string()}); })) ++round;
        }
        done = true;
    });
    for (unsigned round = 0; !done; ++round) {
        unless_locked([&] {
            Progress progress;
            repository_->prune(progress, {});
        });
        std::vector<SnapshotId> made;
        unless_locked([&] {
            auto lock = repository_->store()->lock_shared();
            for (int backups = 0; backups < 10; ++backups) {
                MemoryDisk disk(content_of(round % 5));
                made.push_back(back_up(*repository_, disk).id);
            }
        });
        unless_locked([&] { repository_->forget(made); });
    }
    stock.join();
    auto target = folder_.path() / "out";
    restic(path_, {"restore", "latest", "--target", target.string()});
    for (unsigned i = 0; i < 20; ++i)
        EXPECT_EQ(read_file(target / source_.relative_path() / std::to_string(i), 1 << 20),
                  as_text(random_bytes(100 * KiB, 3 * 7 + i % 10)));
    expect_all_is_well();
}

}  // namespace
}  // namespace holdfast::repository
