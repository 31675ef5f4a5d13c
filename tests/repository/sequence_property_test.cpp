// Any tree of files, any disk, and any sequence of backup, forget and prune by Holdfast and stock restic in
// turn: every snapshot restores exactly, by both. RC_PARAMS="max_success=100" tries more than the usual few.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "support.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;

enum class Step {
    change_files,
    files_by_restic,
    files_by_holdfast,
    disk_by_holdfast,
    forget_one,
    prune_by_restic,
    prune_by_holdfast
};

// What is below a folder: type, permissions, time and contents by name.
std::map<std::string, std::string> describe(const fs::path& folder) {
    std::map<std::string, std::string> described;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        auto status = entry.symlink_status();
        std::string text = std::to_string(static_cast<int>(status.type())) + " " +
                           std::to_string(static_cast<unsigned>(status.permissions()));
        if (entry.is_symlink())
            text += " " + fs::read_symlink(entry.path()).string();
        else
            text += " " + std::to_string(entry.last_write_time().time_since_epoch().count());
        if (entry.is_regular_file() && !entry.is_symlink()) text += " " + read_file(entry.path(), 1 << 30);
        described[entry.path().lexically_relative(folder).string()] = std::move(text);
    }
    return described;
}

class World {
  public:
    World() {
        repository_ = create_quickly(path_);
        make_directories(source_, 0700);
    }

    void do_step(Step step, unsigned seed) {
        switch (step) {
            case Step::change_files:
                return change_files(seed);
            case Step::files_by_restic:
                restic(path_, {"backup", source_.string()});
                files_[newest_snapshot()] = describe(source_);
                return;
            case Step::files_by_holdfast:
                return back_up_files(seed);
            case Step::disk_by_holdfast:
                return back_up_disk(seed);
            case Step::forget_one:
                return forget_one(seed);
            case Step::prune_by_restic:
                restic(path_, {"prune"});
                return;
            case Step::prune_by_holdfast: {
                Progress progress;
                repository_->prune(progress, {});
                return;
            }
        }
    }

    void require_all_restores() {
        RC_ASSERT(check_all(*repository_).problems.empty());
        restic(path_, {"check", "--read-data"});
        for (const auto& [id, bytes] : disks_) {
            RC_ASSERT(restore(*repository_, id, bytes.size()) == bytes);
            auto target = restore_by_restic(id);
            RC_ASSERT(read_file(target / "web01/disks/vda.raw", 1 << 30) == as_text(bytes));
        }
        for (const auto& [id, expected] : files_) {
            auto target = restore_by_restic(id);
            RC_ASSERT(describe(target / source_.relative_path()) == expected);
        }
    }

  private:
    void change_files(unsigned seed) {
        std::mt19937 random(seed);
        const std::array<std::string, 6> names{"a",     "long name", "sub/\xc3\xbc", "sub/deep/\xff\t\"<&>",
                                               "b.bin", "sub/c"};
        for (int changes = 3; changes > 0; --changes) {
            auto path = source_ / names[random() % names.size()];
            if (random() % 4 == 0) {
                fs::remove(path);
                continue;
            }
            fs::create_directories(path.parent_path());
            auto content =
                random_bytes(random() % 3 == 0 ? random() % (3 * MiB) : random() % 2000, seed % 10);
            std::ofstream(path, std::ios::binary) << as_text(content);
            fs::permissions(path, random() % 2 == 0 ? fs::perms::owner_all : fs::perms::owner_read);
        }
        fs::remove(source_ / "link");
        fs::create_symlink("a/../" + std::to_string(seed), source_ / "link");
    }

    // Upon a snapshot of either's, or none.
    void back_up_files(unsigned seed) {
        auto description = describe_snapshot();
        if (!files_.empty() && seed % 3 != 0)
            description.parent =
                std::next(files_.begin(), static_cast<std::ptrdiff_t>(seed % files_.size()))->first;
        auto writer = SnapshotWriter::start(*repository_, description);
        Progress progress;
        RC_ASSERT(writer->add_paths({source_}, {}, progress, {}).problems.empty());
        files_[writer->finish().id] = describe(source_);
    }

    void back_up_disk(unsigned seed) {
        std::mt19937 random(seed);
        Bytes content(1 * MiB);
        std::optional<DiskParent> parent;
        if (!disks_.empty() && random() % 2 == 0) {
            auto earlier = std::next(disks_.begin(), static_cast<std::ptrdiff_t>(random() % disks_.size()));
            content = earlier->second;
            parent = DiskParent{earlier->first, "web01/disks/vda.raw", {}};
        }
        std::uint64_t offset = random() % (content.size() - 300 * KiB);
        auto news = random_bytes(random() % (300 * KiB) + 1, seed);
        std::ranges::copy(news, content.begin() + static_cast<std::ptrdiff_t>(offset));
        if (parent) parent->changed.push_back({offset, news.size()});
        MemoryDisk disk(content);
        disks_[back_up(*repository_, disk, parent).id] = std::move(content);
    }

    // By Holdfast or by restic, of either's snapshots.
    void forget_one(unsigned seed) {
        auto all = repository_->snapshots();
        if (all.empty()) return;
        auto id = all[seed % all.size()].id;
        if (seed % 2 == 0)
            repository_->forget(std::span(&id, 1));
        else
            restic(path_, {"forget", id.to_string()});
        disks_.erase(id);
        files_.erase(id);
    }

    SnapshotId newest_snapshot() {
        for (const auto& snapshot : repository_->snapshots())
            if (!disks_.contains(snapshot.id) && !files_.contains(snapshot.id)) return snapshot.id;
        throw Error(ErrorKind::not_found, "There is no new snapshot");
    }

    fs::path restore_by_restic(const SnapshotId& id) {
        auto target = folder_.path() / ("restored-" + id.to_string().substr(0, 8));
        restic(path_, {"restore", id.to_string(), "--target", target.string()});
        return target;
    }

    TemporaryDirectory folder_{quick_folder()};
    fs::path path_ = folder_.path() / "repo";
    fs::path source_ = folder_.path() / "source";
    std::unique_ptr<Repository> repository_;
    std::map<SnapshotId, Bytes> disks_;
    std::map<SnapshotId, std::map<std::string, std::string>> files_;
};

void any_sequence() {
    auto step = rc::gen::element(Step::change_files, Step::change_files, Step::files_by_restic,
                                 Step::files_by_holdfast, Step::disk_by_holdfast, Step::disk_by_holdfast,
                                 Step::forget_one, Step::prune_by_restic, Step::prune_by_holdfast);
    auto steps = *rc::gen::resize(20, rc::gen::container<std::vector<std::pair<Step, unsigned>>>(
                                          rc::gen::pair(step, rc::gen::inRange(0u, 1000u))));
    World world;
    for (const auto& [what, seed] : steps) world.do_step(what, seed);
    world.require_all_restores();
}

TEST(SequenceProperty, WhateverHoldfastAndResticDoInTurnEverythingRestores) {
    auto params = rc::detail::configuration().testParams;
    if (std::getenv("RC_PARAMS") == nullptr) params.maxSuccess = 5;
    auto result = rc::detail::checkTestable(&any_sequence, rc::detail::TestMetadata(), params);
    std::ostringstream message;
    rc::detail::printResultMessage(result, message);
    EXPECT_TRUE(result.is<rc::detail::SuccessResult>()) << message.str();
}

}  // namespace
}  // namespace holdfast::repository
