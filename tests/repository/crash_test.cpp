// Random sequences of backup, forget and prune are broken off at random steps in random ways. Each time, the
// repository is whole afterwards, every snapshot that was reported as made restores to its exact bytes, and a
// new backup works. HOLDFAST_CRASH_POINTS says how many times (300), HOLDFAST_CRASH_SEED which (1).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>

#include "memory_file_system.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

unsigned number_from_environment(const char* name, unsigned otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : static_cast<unsigned>(std::stoul(value));
}

// One repository with a history, and what was promised of it.
class Story {
  public:
    Story(const MemoryDrive& start, unsigned seed) : random_(seed) {
        drive_->files = start.files;
        drive_->durable = start.durable;
        drive_->folders = start.folders;
    }

    void run() {
        auto fault = static_cast<Fault>(random_() % 6);
        SCOPED_TRACE("fault " + std::to_string(static_cast<int>(fault)));
        {
            auto repository = open();
            back_up_something(*repository);
            back_up_something(*repository);
            drive_->plan_failure(1 + random_() % 60, fault, static_cast<unsigned>(random_()));
            for (int i = 0; i < 4; ++i) do_something(*repository);
        }
        drive_->restart();
        auto repository = open();
        expect_promises_kept(*repository);
        back_up_something(*repository);
        Progress progress;
        repository->prune(progress, {});
        expect_promises_kept(*repository);
    }

    void export_to(const fs::path& folder) const {
        for (const auto& path : drive_->folders) fs::create_directories(folder / path.relative_path());
        for (const auto& [path, contents] : drive_->files) {
            auto text = as_text(*contents);
            std::ofstream(folder / path.relative_path(), std::ios::binary)
                .write(text.data(), static_cast<std::streamsize>(text.size()));
        }
    }

  private:
    // As another process would: the locks of the broken one are stale, but its process is ours.
    std::unique_ptr<RepositoryEngine> open() {
        auto backend = std::make_unique<LocalBackend>("/repo", std::make_unique<MemoryFileSystem>(drive_));
        for (const auto& lock : backend->list(FileType::lock)) backend->remove({FileType::lock, lock.id});
        return std::make_unique<RepositoryEngine>(Store::open(std::move(backend), test_password));
    }

    void do_something(RepositoryEngine& repository) {
        try {
            switch (random_() % 4) {
                case 0:
                    return forget_something(repository);
                case 1: {
                    Progress progress;
                    repository.prune(progress, {});
                    return;
                }
                default:
                    return back_up_something(repository);
            }
        } catch (const Error& error) {
            // A lock that could not be removed stands in the way of what comes next.
            EXPECT_TRUE(error.kind() == ErrorKind::io || error.kind() == ErrorKind::conflict ||
                        error.kind() == ErrorKind::unavailable)
                << error.what();
        }
    }

    void back_up_something(RepositoryEngine& repository) {
        Bytes content = latest_ ? made_.at(*latest_) : random_bytes(256 * KiB, unsigned(random_()));
        std::optional<DiskParent> parent;
        if (latest_ && random_() % 2 == 0) parent = DiskParent{*latest_, "web01/disks/vda.raw", {}};
        for (auto changes = random_() % 3; changes > 0; --changes) {
            std::uint64_t offset = random_() % 4 * 64 * KiB;
            auto news = random_bytes(64 * KiB, static_cast<unsigned>(random_() % 20));
            std::ranges::copy(news, content.begin() + static_cast<std::ptrdiff_t>(offset));
            if (parent) parent->changed.push_back({offset, 64 * KiB});
        }
        if (parent) {
            std::ranges::sort(parent->changed, {}, &Extent::offset);
            auto repeated = std::ranges::unique(parent->changed);
            parent->changed.erase(repeated.begin(), repeated.end());
        }
        MemoryDisk disk(content);
        latest_ = back_up(repository, disk, parent).id;
        made_[*latest_] = std::move(content);
    }

    void forget_something(RepositoryEngine& repository) {
        auto victim = std::next(made_.begin(), static_cast<std::ptrdiff_t>(random_() % made_.size()))->first;
        if (victim == latest_) return;
        made_.erase(victim);  // whether or not it succeeds: nothing is promised of it any more
        repository.forget(std::span(&victim, 1));
    }

    void expect_promises_kept(RepositoryEngine& repository) {
        EXPECT_THAT(check_all(repository).problems, IsEmpty());
        for (const auto& [id, content] : made_)
            EXPECT_TRUE(restore(repository, id, content.size()) == content) << id.to_string();
    }

    const std::shared_ptr<MemoryDrive> drive_ = std::make_shared<MemoryDrive>();
    std::mt19937_64 random_;
    std::map<SnapshotId, Bytes> made_;
    std::optional<SnapshotId> latest_;
};

TEST(CrashTest, EveryPromiseIsKeptWhereverItBreaksOff) {
    spdlog::set_level(spdlog::level::off);
    auto start = std::make_shared<MemoryDrive>();
    create_quickly("/repo", std::make_unique<MemoryFileSystem>(start));
    unsigned points = number_from_environment("HOLDFAST_CRASH_POINTS", 300);
    unsigned seed = number_from_environment("HOLDFAST_CRASH_SEED", 1);
    for (unsigned point = 0; point < points && !testing::Test::HasFailure(); ++point) {
        SCOPED_TRACE("point " + std::to_string(point) + " of seed " + std::to_string(seed));
        Story story(*start, seed * 1'000'003 + point);
        story.run();
        if (point % 50 != 0) continue;
        TemporaryDirectory folder(quick_folder());
        story.export_to(folder.path());
        EXPECT_THAT(restic(folder.path() / "repo", {"check", "--read-data"}),
                    HasSubstr("no errors were found"));
    }
    spdlog::set_level(spdlog::level::info);
}

}  // namespace
}  // namespace holdfast::repository
