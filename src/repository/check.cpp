#include "repository/check.hpp"

#include <unordered_map>

#include "base/cancellation.hpp"
#include "repository/pack_check.hpp"
#include "repository/parallel.hpp"
#include "repository/snapshot_file.hpp"

namespace holdfast::repository {
namespace {

constexpr std::size_t most_problems = 1000;
constexpr int deepest_folder = 1000;

bool is_damage(const Error& error) {
    return error.kind() == ErrorKind::corrupt || error.kind() == ErrorKind::not_found ||
           error.kind() == ErrorKind::too_large;
}

class Check {
  public:
    Check(std::shared_ptr<Store> store, Progress& progress, const std::stop_token& stop)
        : store_(std::move(store)), progress_(progress), stop_(stop), lock_(store_->lock_shared()) {}

    CheckResult run(CheckDepth depth) {
        // Snapshots first: what they need is in the indexes that are listed after them.
        auto snapshots = store_->backend().list(FileType::snapshot);
        auto indexes = store_->backend().list(FileType::index);
        for (const auto* files : {&snapshots, &indexes})
            for (const auto& file : *files) progress_.total_bytes += file.size;
        for (const auto& file : indexes) load_index(file);
        damaged_.resize(index_.size());
        clean_.resize(index_.size());
        result_.checked_blobs = index_.size();
        check_packs(depth);
        for (const auto& file : snapshots) check_snapshot(file);
        return std::move(result_);
    }

  private:
    void add(std::string problem) {
        if (!full())
            result_.problems.push_back(std::move(problem));
        else
            more_ = true;
        if (more_ && result_.problems.size() == most_problems)
            result_.problems.push_back("There are more problems than are listed");
    }
    bool full() const { return result_.problems.size() >= most_problems; }

    void load_index(const StoredFile& file) {
        throw_if_stopped(stop_);
        FileName name{FileType::index, file.id};
        try {
            for (const auto& pack : parse_index(store_->files().load(name),
                                                "The index file " + store_->backend().describe(name)))
                index_.add(pack.id, pack.blobs);
        } catch (const Error& error) {
            if (!is_damage(error)) throw;
            add(error.happened());
        }
        progress_.processed_bytes += file.size;
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
            std::string subject =
                "The pack file " + store_->backend().describe({FileType::pack, FileId(pack.id.bytes())});
            if (file == sizes.end()) {
                add(subject + " is missing");
                for (auto position : pack.blobs) damaged_[position] = true;
                continue;
            }
            if (file->second != expected_pack_size(index_, pack.blobs))
                add(subject + " has " + std::to_string(file->second) +
                    " bytes, not those that the index tells of");
            present.push_back(i);
            if (depth == CheckDepth::all_data) progress_.total_bytes += file->second;
        }
        if (depth == CheckDepth::all_data) read_packs(packs, present, sizes);
    }

    void read_packs(const PackList& packs, const std::vector<std::size_t>& present,
                    const std::unordered_map<PackId, std::uint64_t>& sizes) {
        std::mutex mutex;
        for_each_parallel(present.size(), worker_count(), stop_, [&](std::size_t i) {
            auto pack = packs[present[i]];
            std::uint64_t size = sizes.at(pack.id);
            PackCheck check = check_pack(*store_, index_, pack, size);
            progress_.read_bytes += size;
            progress_.processed_bytes += size;
            std::lock_guard guard(mutex);
            for (auto& problem : check.problems) add(std::move(problem));
            for (auto position : check.damaged) damaged_[position] = true;
        });
    }

    void check_snapshot(const StoredFile& file) {
        SnapshotId id(file.id.bytes());
        try {
            Snapshot snapshot = store_->load_snapshot(id);
            snapshot_name_ =
                "The snapshot " + id.to_string().substr(0, 8) + " of " + format_for_name(snapshot.time);
            check_tree(snapshot.tree, "", 0);
        } catch (const Error& error) {
            if (!is_damage(error)) throw;
            // One that was forgotten since it was listed is no damage.
            if (error.kind() != ErrorKind::not_found) add(error.happened());
        }
        progress_.processed_bytes += file.size;
    }

    // Whether the tree and all below it are whole. A tree that is whole is looked into once, however many
    // snapshots share it; a damaged one again for each, so that each is told.
    bool check_tree(const BlobId& id, const std::string& path, int depth) {
        if (full()) return false;
        throw_if_stopped(stop_);
        auto position = index_.position(BlobType::tree, id);
        if (position && clean_[*position]) return true;
        Tree tree;
        try {
            if (depth > deepest_folder) throw Error(ErrorKind::corrupt, "its folders are nested too deep");
            tree = store_->load_tree(index_, id);
        } catch (const Error& error) {
            if (!is_damage(error)) throw;
            add(snapshot_name_ + " is damaged: its folder " + (path.empty() ? "/" : path) +
                " cannot be read: " + error.happened());
            return false;
        }
        bool whole = true;
        for (const auto& node : tree) {
            std::string inner = path + "/" + node.name;
            if (node.type == "dir") {
                if (!node.subtree)
                    add(snapshot_name_ + " is damaged: its folder " + inner + " has no contents");
                if (!node.subtree || !check_tree(*node.subtree, inner, depth + 1)) whole = false;
            }
            if (node.content && !check_file(node, inner)) whole = false;
        }
        if (whole) clean_[*position] = true;
        return whole;
    }

    bool check_file(const Node& node, const std::string& path) {
        std::size_t missing = 0;
        std::size_t unreadable = 0;
        std::uint64_t size = 0;
        for (const auto& id : *node.content) {
            auto position = index_.position(BlobType::data, id);
            if (!position)
                ++missing;
            else if (damaged_[*position])
                ++unreadable;
            else
                size += index_.at(*position).blob.plain_size();
        }
        std::string file = snapshot_name_ + " is damaged: of its file " + path + " ";
        std::string parts = " of " + std::to_string(node.content->size()) + " parts ";
        if (missing > 0) add(file + std::to_string(missing) + parts + "are missing");
        if (unreadable > 0) add(file + std::to_string(unreadable) + parts + "cannot be read");
        if (missing + unreadable > 0) return false;
        if (size == node.size) return true;
        add(file + "the parts have " + std::to_string(size) + " bytes, not " + std::to_string(node.size));
        return false;
    }

    const std::shared_ptr<Store> store_;
    Progress& progress_;
    const std::stop_token& stop_;
    const std::shared_ptr<RepositoryLock> lock_;
    BlobIndex index_;            // of its own: damaged index files are told, not thrown
    std::vector<bool> damaged_;  // blobs that cannot be read, by their position
    std::vector<bool> clean_;    // trees that are whole, by their position
    std::string snapshot_name_;
    bool more_ = false;
    CheckResult result_;
};

}  // namespace

CheckResult check_repository(const std::shared_ptr<Store>& store, CheckDepth depth, Progress& progress,
                             const std::stop_token& stop) {
    return Check(store, progress, stop).run(depth);
}

}  // namespace holdfast::repository
