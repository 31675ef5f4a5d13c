// A backup, and a prune, are broken off at every single step: by an error of the storage, and by a power cut
// that loses what was not synced. Each time the repository is whole afterwards and what it held before is
// restored byte for byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include "memory_file_system.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

using testing::IsEmpty;

class FaultTest : public testing::TestWithParam<Fault> {
  protected:
    // Locks that cannot be removed are logged; here that happens by the dozen, on purpose.
    static void SetUpTestSuite() { spdlog::set_level(spdlog::level::err); }
    static void TearDownTestSuite() { spdlog::set_level(spdlog::level::info); }

    FaultTest() {
        auto repository = create_quickly("/repo", files());
        repository_id_ = repository->id();
        old_ = random_bytes(300 * KiB, 1);
        MemoryDisk disk(old_);
        old_snapshot_ = back_up(*repository, disk).id;
    }

    std::unique_ptr<FileSystem> files() const { return std::make_unique<MemoryFileSystem>(drive_); }

    // What another process would find. Locks of the broken one would be stale; its process is ours, so they
    // are removed by hand.
    std::unique_ptr<RepositoryEngine> reopen() const {
        auto backend = std::make_unique<LocalBackend>("/repo", files());
        for (const auto& lock : backend->list(FileType::lock)) backend->remove({FileType::lock, lock.id});
        return std::make_unique<RepositoryEngine>(Store::open(std::move(backend), test_password));
    }

    // Breaks `work` off at step 1, 2, ... until it gets through; `verify` looks at the repository each time.
    void for_every_step(const std::function<void(RepositoryEngine&)>& work,
                        const std::function<void(RepositoryEngine&, bool done)>& verify) {
        auto before = drive_->files;
        auto durable = drive_->durable;
        bool done = false;
        for (std::uint64_t step = 1; !done; ++step) {
            SCOPED_TRACE("step " + std::to_string(step));
            ASSERT_LT(step, 200u);
            drive_->files = before;
            drive_->durable = durable;
            {
                auto repository = reopen();
                drive_->plan_failure(step, GetParam(), static_cast<unsigned>(step));
                try {
                    work(*repository);
                    // The release of a lock may fail without an error: the last steps of all.
                    done = drive_->steps < step;
                } catch (const Error& error) {
                    EXPECT_EQ(error.kind(), ErrorKind::io) << error.what();
                }
            }
            drive_->restart();
            auto repository = reopen();
            EXPECT_THAT(check_all(*repository).problems, IsEmpty());
            EXPECT_TRUE(restore(*repository, old_snapshot_, old_.size()) == old_);
            verify(*repository, done);
        }
    }

    const std::shared_ptr<MemoryDrive> drive_ = std::make_shared<MemoryDrive>();
    std::string repository_id_;
    Bytes old_;
    SnapshotId old_snapshot_;
};

TEST_P(FaultTest, ABackupThatBreaksOffLeavesAWholeRepository) {
    Bytes changed = old_;
    auto news = random_bytes(200 * KiB, 2);
    std::copy(news.begin(), news.end(), changed.begin());
    std::optional<SnapshotId> made;
    for_every_step(
        [&](RepositoryEngine& repository) {
            made.reset();
            MemoryDisk disk(changed);
            made = back_up(repository, disk).id;
        },
        [&](RepositoryEngine& repository, bool) {
            // What was reported as made is there, also after the power cut.
            if (made) {
                EXPECT_TRUE(restore(repository, *made, changed.size()) == changed);
            }
            // The leftovers go, and nothing else.
            Progress progress;
            repository.prune(progress, {});
            EXPECT_THAT(check_all(repository).problems, IsEmpty());
            EXPECT_TRUE(restore(repository, old_snapshot_, old_.size()) == old_);
        });
}

TEST_P(FaultTest, APruneThatBreaksOffLeavesAWholeRepository) {
    {
        // Half of what the pack of the doomed snapshot holds is used by another.
        auto repository = reopen();
        Bytes mixed = old_;
        auto news = random_bytes(150 * KiB, 3);
        std::copy(news.begin(), news.end(), mixed.begin());
        MemoryDisk disk(mixed);
        auto doomed = back_up(*repository, disk);
        Bytes next = mixed;
        std::fill(next.begin(), next.begin() + 64 * KiB, std::byte(7));
        MemoryDisk next_disk(next);
        back_up(*repository, next_disk);
        repository->forget(std::span(&doomed.id, 1));
    }
    for_every_step(
        [&](RepositoryEngine& repository) {
            Progress progress;
            auto result = repository.prune(progress, {});
            EXPECT_GT(result.rewritten_packs, 0u);
        },
        [&](RepositoryEngine& repository, bool) {
            Progress progress;
            repository.prune(progress, {});
            EXPECT_THAT(check_all(repository).problems, IsEmpty());
            EXPECT_EQ(repository.snapshots().size(), 2u);
            EXPECT_TRUE(restore(repository, old_snapshot_, old_.size()) == old_);
        });
}

std::string name_of(const testing::TestParamInfo<Fault>& test) {
    switch (test.param) {
        case Fault::error:
            return "Error";
        case Fault::error_but_done:
            return "ErrorButDone";
        case Fault::short_write:
            return "ShortWrite";
        case Fault::full:
            return "Full";
        case Fault::power_cut:
            return "PowerCut";
        case Fault::power_cut_reordered:
            return "PowerCutReordered";
    }
    return "";
}

INSTANTIATE_TEST_SUITE_P(All, FaultTest,
                         testing::Values(Fault::error, Fault::error_but_done, Fault::short_write, Fault::full,
                                         Fault::power_cut, Fault::power_cut_reordered),
                         name_of);

}  // namespace
}  // namespace holdfast::repository
