#include "repository/snapshot_copier.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <tuple>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "repository/missing_blobs.hpp"
#include "repository/pack_writer.hpp"
#include "repository/repository_engine.hpp"
#include "repository/snapshot_file.hpp"

namespace holdfast::repository {
namespace {

constexpr auto longest_farewell = std::chrono::seconds(5);

std::shared_ptr<Store> store_of(Repository& repository) {
    auto* engine = dynamic_cast<RepositoryEngine*>(&repository);
    if (engine == nullptr)
        throw Error(ErrorKind::internal, "Only repositories of Holdfast's own kind can be copied between");
    return engine->store();
}

bool is_same_but_for_its_making(const Snapshot& a, const Snapshot& b) {
    auto all = [](const Snapshot& s) {
        return std::tie(s.original, s.time, s.tree, s.hostname, s.username, s.paths, s.excludes, s.tags);
    };
    return all(a) == all(b);
}

// Lets work go on for a few seconds although it was asked to stop.
class Farewell {
  public:
    Farewell()
        : scope_(end_.get_token()), timer_([this](const std::stop_token& over) {
              std::mutex mutex;
              std::condition_variable_any never;
              std::unique_lock lock(mutex);
              never.wait_for(lock, over, longest_farewell, [] { return false; });
              end_.request_stop();
          }) {}

  private:
    std::stop_source end_;
    StopScope scope_;
    std::jthread timer_;
};

class Copier : public SnapshotCopier {
  public:
    Copier(std::shared_ptr<Store> source, std::shared_ptr<Store> target)
        : source_(std::move(source)),
          target_(std::move(target)),
          source_lock_(source_->lock_shared()),
          target_lock_(target_->lock_shared()),
          there_(target_->load_snapshots()),
          source_index_(source_->fresh_index()),
          target_index_(target_->fresh_index()) {}

    CopyResult copy(const SnapshotId& id, const std::optional<std::vector<std::string>>& tags,
                    Progress& progress, std::stop_token stop) override {
        if (!usable_) throw Error(ErrorKind::internal, "A copy that failed cannot be gone on with");
        StopScope scope(stop);
        FileName name{FileType::snapshot, FileId(id.bytes())};
        Snapshot snapshot = source_->load_snapshot(id);
        std::string subject = "The snapshot file " + source_->backend().describe(name);
        std::string file = encode_copy(source_->files().load(name), id, tags, subject);
        Snapshot copy = parse_snapshot(as_bytes(file), subject);
        auto earlier = std::ranges::find_if(
            there_, [&](const Snapshot& other) { return is_same_but_for_its_making(copy, other); });
        if (earlier != there_.end()) return {.snapshot = *earlier, .was_there = true};

        CopyResult result;
        usable_ = false;  // until it has succeeded: blobs that were seen need not have arrived
        with_context("copying the snapshot " + id.to_string().substr(0, 8),
                     [&] { copy_blobs(snapshot.tree, result, progress, stop); });
        target_lock_->require_held();
        copy.id = SnapshotId(target_->files().save(FileType::snapshot, file).bytes());
        usable_ = true;
        there_.push_back(copy);
        result.snapshot = std::move(copy);
        return result;
    }

  private:
    void copy_blobs(const BlobId& tree, CopyResult& result, Progress& progress, const std::stop_token& stop) {
        PackWriter packs(target_, target_index_, IndexWriting::as_it_goes);
        try {
            BlobTransfer transfer(*source_, *source_index_, *target_, packs, progress);
            auto missing =
                MissingBlobs(*source_, *source_index_, *target_index_, transfer, seen_).find(tree, stop);
            copy_data(transfer, *source_index_, std::move(missing), progress, stop);
            packs.finish();
            result.copied_blobs = transfer.blobs();
            result.read_bytes = transfer.read_bytes();
            result.added_bytes = transfer.added_bytes();
        } catch (...) {
            keep_what_arrived(packs);
            throw;
        }
    }

    // The next attempt does without it, only for longer.
    static void keep_what_arrived(PackWriter& packs) {
        Farewell farewell;
        try {
            packs.break_off();
        } catch (const std::exception& error) {
            spdlog::warn("What a copy had written before it broke off will be written again: {}",
                         error.what());
        }
    }

    const std::shared_ptr<Store> source_, target_;
    const std::shared_ptr<RepositoryLock> source_lock_, target_lock_;
    std::vector<Snapshot> there_;  // in the target
    const std::shared_ptr<BlobIndex> source_index_, target_index_;
    std::vector<bool> seen_;  // by the number in the source's index: is in the target
    bool usable_ = true;
};

}  // namespace

std::unique_ptr<SnapshotCopier> SnapshotCopier::start(Repository& source, Repository& target) {
    if (source.id() == target.id())
        throw Error(ErrorKind::invalid_input,
                    "The repository " + store_of(target)->backend().describe() +
                        " cannot be copied to: it is the same as that with the snapshots")
            .advise(
                "Copy to another repository; one that was made by copying a repository's files does not "
                "count as another.");
    return std::make_unique<Copier>(store_of(source), store_of(target));
}

}  // namespace holdfast::repository
