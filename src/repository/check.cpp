#include "repository/check.hpp"

#include <unordered_map>

#include "base/cancellation.hpp"
#include "repository/damage.hpp"
#include "repository/pack_check.hpp"
#include "repository/parallel.hpp"
#include "repository/snapshot_check.hpp"

namespace holdfast::repository {
namespace {

class Check {
  public:
    Check(std::shared_ptr<Store> store, Progress& progress, const std::stop_token& stop)
        : store_(std::move(store)), progress_(progress), stop_(stop) {}

    CheckResult run(CheckDepth depth) {
        take_lock();
        check_keys_and_config();
        // Snapshots first: what they need is in the indexes that are listed after them.
        auto snapshots = store_->backend().list(FileType::snapshot);
        auto indexes = store_->backend().list(FileType::index);
        for (const auto* files : {&snapshots, &indexes})
            for (const auto& file : *files) progress_.total_bytes += file.size;
        for (const auto& file : indexes) load_index(file);
        damaged_.resize(index_.size());
        result_.checked_blobs = index_.size();
        check_packs(depth);
        check_snapshots(snapshots);
        result_.problems = problems_.take();
        return std::move(result_);
    }

  private:
    template <typename Work>
    void telling_damage(Work work) {
        try {
            work();
        } catch (const Error& error) {
            if (!is_damage(error)) throw;
            problems_.add(error.happened());
        }
    }

    // A damaged lock file keeps everybody from working, but is no reason not to look.
    void take_lock() {
        try {
            lock_ = store_->lock_shared();
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::corrupt) throw;
            problems_.add(error.happened());
        }
    }

    void check_keys_and_config() {
        auto keys = store_->backend().list(FileType::key);
        if (keys.empty())
            problems_.add("The repository " + store_->backend().describe() + " has no key file any more");
        for (const auto& key : keys)
            telling_damage(
                [&] { load_whole_file(store_->backend(), {FileType::key, key.id}, max_key_file_size); });
        telling_damage([&] {
            FileName name{FileType::config, {}};
            std::string subject = "The repository's configuration " + store_->backend().describe(name);
            if (parse_config(store_->files().load(name), subject).id != store_->config().id)
                throw Error(ErrorKind::corrupt, subject + " is another repository's");
        });
    }

    void load_index(const StoredFile& file) {
        throw_if_stopped(stop_);
        FileName name{FileType::index, file.id};
        telling_damage([&] {
            for (const auto& pack : parse_index(store_->files().load(name),
                                                "The index file " + store_->backend().describe(name)))
                index_.add(pack.id, pack.blobs);
        });
        progress_.processed_bytes += file.size;
    }

    std::string describe(const PackId& id) const {
        return "The pack file " + store_->backend().describe({FileType::pack, FileId(id.bytes())});
    }

    void check_packs(CheckDepth depth) {
        std::unordered_map<PackId, std::uint64_t> sizes;
        for (const auto& file : store_->backend().list(FileType::pack))
            sizes[PackId(file.id.bytes())] = file.size;
        PackList packs(index_);
        std::vector<std::size_t> present;
        for (std::size_t i = 0; i < packs.size(); ++i) {
            auto pack = packs[i];
            ++result_.checked_packs;
            auto file = sizes.find(pack.id);
            if (file == sizes.end()) {
                problems_.add(describe(pack.id) + " is missing");
                for (auto position : pack.blobs) damaged_[position] = true;
                continue;
            }
            if (file->second != expected_pack_size(index_, pack.blobs))
                problems_.add(describe(pack.id) + " has " + std::to_string(file->second) +
                              " bytes, not those that the index tells of");
            present.push_back(i);
            if (depth == CheckDepth::all_data) progress_.total_bytes += file->second;
        }
        if (depth == CheckDepth::all_data) read_packs(packs, present, sizes);
        for (std::size_t i = 0; i < packs.size(); ++i) sizes.erase(packs[i].id);
        for (const auto& [id, size] : sizes) unindexed_.push_back(id);
    }

    void read_packs(const PackList& packs, const std::vector<std::size_t>& present,
                    const std::unordered_map<PackId, std::uint64_t>& sizes) {
        std::mutex mutex;
        // A few more than compute, so that some read meanwhile.
        for_each_parallel(present.size(), worker_count() + 2, stop_, [&](std::size_t i) {
            auto pack = packs[present[i]];
            std::uint64_t size = sizes.at(pack.id);
            PackCheck check = check_pack(*store_, index_, pack, size);
            progress_.read_bytes += size;
            progress_.processed_bytes += size;
            std::lock_guard guard(mutex);
            for (auto& problem : check.problems) problems_.add(std::move(problem));
            for (auto position : check.damaged) damaged_[position] = true;
        });
    }

    void check_snapshots(const std::vector<StoredFile>& files) {
        SnapshotCheck check(*store_, index_, std::move(damaged_), problems_, stop_);
        for (const auto& file : files) {
            check.check(SnapshotId(file.id.bytes()));
            progress_.processed_bytes += file.size;
        }
        // By itself that is nothing but what a backup that broke off left behind.
        if (!check.found_missing()) return;
        for (const auto& id : unindexed_)
            problems_.add(describe(id) +
                          " is in no index, and may hold what is missing: a repair takes it in");
    }

    const std::shared_ptr<Store> store_;
    Progress& progress_;
    const std::stop_token& stop_;
    std::shared_ptr<RepositoryLock> lock_;
    BlobIndex index_;                // of its own: damaged index files are told, not thrown
    std::vector<bool> damaged_;      // blobs that cannot be read, by their position
    std::vector<PackId> unindexed_;  // packs that no index names
    ProblemList problems_;
    CheckResult result_;
};

}  // namespace

CheckResult check_repository(const std::shared_ptr<Store>& store, CheckDepth depth, Progress& progress,
                             const std::stop_token& stop) {
    return Check(store, progress, stop).run(depth);
}

}  // namespace holdfast::repository
