// The order that makes it crash safe: new packs are durable before a new index names them; the new index is
// durable before the old one goes; the old packs go last, when no index names them any more. Breaking off
// anywhere leaves a repository in which every snapshot is whole, with at most some data that nobody uses,
// which the next prune removes.
#include "repository/prune.hpp"

#include <algorithm>
#include <unordered_map>

#include "base/cancellation.hpp"
#include "repository/index_file_writer.hpp"
#include "repository/pack_list.hpp"
#include "repository/pack_writer.hpp"
#include "repository/parallel.hpp"

namespace holdfast::repository {
namespace {

// Unused bytes that may stay inside packs, as a part of all bytes: rewriting packs for less costs more than
// it gives.
constexpr double tolerated_waste = 0.05;

struct PackUse {
    std::size_t number = 0;  // in the PackList
    std::uint64_t file_size = 0;
    std::uint64_t used_bytes = 0;
    std::uint64_t unused_bytes = 0;
    double waste() const {
        return static_cast<double>(unused_bytes) / static_cast<double>(used_bytes + unused_bytes);
    }
};

class Prune {
  public:
    Prune(std::shared_ptr<Store> store, Progress& progress, const std::stop_token& stop)
        : store_(std::move(store)),
          progress_(progress),
          stop_(stop),
          lock_(store_->lock_exclusive()),
          snapshots_(store_->load_snapshots()),
          old_indexes_(store_->backend().list(FileType::index)),
          index_(store_->fresh_index()),
          used_(find_used_blobs(*store_, *index_, snapshots_, stop_)),
          packs_(*index_) {}

    PruneResult run() {
        sort_packs();
        choose_rewrites();
        if (removed_.empty() && rewritten_.empty()) {
            lock_->require_held();
            remove_files();
            return result_;
        }
        auto new_packs = rewrite();
        throw_if_stopped(stop_);
        lock_->require_held();
        write_indexes(std::move(new_packs));
        lock_->require_held();
        std::vector<FileId> old;
        for (const auto& file : old_indexes_) old.push_back(file.id);
        store_->backend().remove_all(FileType::index, old);
        lock_->require_held();
        remove_files();
        return result_;
    }

  private:
    // Every pack is kept, removed, a candidate for rewriting, or (in no index) left over from a broken-off
    // backup.
    void sort_packs() {
        std::unordered_map<PackId, std::uint64_t> sizes;
        for (const auto& file : store_->backend().list(FileType::pack))
            sizes[PackId(file.id.bytes())] = file.size;
        for (std::size_t i = 0; i < packs_.size(); ++i) {
            auto pack = packs_[i];
            PackUse use{.number = i};
            for (auto position : pack.blobs)
                (used_[position] ? use.used_bytes : use.unused_bytes) += index_->at(position).blob.length;
            auto file = sizes.find(pack.id);
            bool whole = file != sizes.end() && file->second == expected_pack_size(*index_, pack.blobs);
            if (!whole && use.used_bytes > 0)
                throw Error(ErrorKind::corrupt,
                            "The pack file " + path_of(pack.id) +
                                (file == sizes.end() ? " is missing"
                                                     : " does not have the size that the index tells"))
                    .advise("Nothing was removed. Run a check to see which snapshots are damaged.");
            if (file != sizes.end()) {
                use.file_size = file->second;
                sizes.erase(file);
            }
            (use.used_bytes == 0 ? removed_ : kept_).push_back(use);
        }
        for (const auto& [id, size] : sizes) {
            doomed_files_.push_back(FileId(id.bytes()));
            result_.freed_bytes += size;
        }
        result_.removed_packs = removed_.size() + sizes.size();
    }

    void choose_rewrites() {
        std::uint64_t used = 0;
        std::uint64_t unused = 0;
        for (const auto& use : kept_) {
            used += use.used_bytes;
            unused += use.unused_bytes;
        }
        std::ranges::sort(kept_, std::greater(), &PackUse::waste);
        std::size_t count = 0;
        while (count < kept_.size() &&
               static_cast<double>(unused) > tolerated_waste * static_cast<double>(used + unused))
            unused -= kept_[count++].unused_bytes;
        auto end = kept_.begin() + static_cast<std::ptrdiff_t>(count);
        rewritten_.assign(kept_.begin(), end);
        kept_.erase(kept_.begin(), end);
        result_.rewritten_packs = rewritten_.size();
    }

    std::vector<IndexedPack> rewrite() {
        for (const auto& use : rewritten_) progress_.total_bytes += use.used_bytes;
        PackWriter writer(store_, index_, IndexWriting::by_caller);
        for_each_parallel(rewritten_.size(), worker_count(), stop_, [&](std::size_t i) {
            for (auto position : packs_[rewritten_[i].number].blobs)
                if (used_[position]) copy(index_->at(position), writer);
        });
        return writer.finish();
    }

    void copy(const BlobLocation& location, PackWriter& writer) {
        Bytes sealed(location.blob.length);
        store_->backend().load({FileType::pack, FileId(location.pack.bytes())}, location.blob.offset, sealed);
        store_->open_blob(sealed, location);  // throws, before anything is removed, when it is damaged
        progress_.processed_bytes += sealed.size();
        progress_.read_bytes += sealed.size();
        progress_.transferred_bytes += sealed.size();
        writer.add(location.blob, sealed);
    }

    void write_indexes(std::vector<IndexedPack> packs) {
        std::uint64_t rewritten_bytes = 0;
        for (const auto& pack : packs) {
            for (const auto& blob : pack.blobs) rewritten_bytes += blob.length;
            rewritten_bytes += pack_header_size(pack.blobs);
        }
        IndexFileWriter indexes(store_->files());
        for (auto& pack : packs) indexes.add(std::move(pack));
        for (const auto& use : kept_) {
            auto listed = packs_[use.number];
            IndexedPack pack{.id = listed.id, .blobs = {}};
            for (auto position : listed.blobs) pack.blobs.push_back(index_->at(position).blob);
            indexes.add(std::move(pack));
        }
        indexes.finish();

        for (const auto* list : {&removed_, &rewritten_})
            for (const auto& use : *list) {
                // A pack may be gone already where an earlier prune broke off; removing it again is no error.
                doomed_files_.push_back(FileId(packs_[use.number].id.bytes()));
                result_.freed_bytes += use.file_size;
            }
        result_.freed_bytes -= std::min(result_.freed_bytes, rewritten_bytes);
    }

    void remove_files() {
        store_->backend().remove_all(FileType::pack, doomed_files_);
        store_->backend().remove_unfinished();
    }

    std::string path_of(const PackId& id) const {
        return store_->backend().describe({FileType::pack, FileId(id.bytes())});
    }

    const std::shared_ptr<Store> store_;
    Progress& progress_;
    const std::stop_token& stop_;
    const std::shared_ptr<RepositoryLock> lock_;
    const std::vector<Snapshot> snapshots_;
    const std::vector<StoredFile> old_indexes_;
    const std::shared_ptr<BlobIndex> index_;
    const std::vector<bool> used_;
    const PackList packs_;

    std::vector<PackUse> kept_;
    std::vector<PackUse> removed_;
    std::vector<PackUse> rewritten_;
    std::vector<FileId> doomed_files_;
    PruneResult result_;
};

}  // namespace

PruneResult prune_repository(const std::shared_ptr<Store>& store, Progress& progress,
                             const std::stop_token& stop) {
    return Prune(store, progress, stop).run();
}

}  // namespace holdfast::repository
