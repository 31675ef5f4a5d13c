#include "repository/tree_amounts.hpp"

#include <limits>
#include <mutex>

#include "repository/damage.hpp"
#include "repository/parallel.hpp"
#include "repository/task_queue.hpp"

namespace holdfast::repository {
namespace {

// Larger ones are read one at a time: a tree may have half a gigabyte, and takes several times that.
constexpr std::uint32_t large_tree = 8 << 20;

void add(std::uint64_t& sum, std::uint64_t more) {
    if (__builtin_add_overflow(sum, more, &sum)) sum = std::numeric_limits<std::uint64_t>::max();
}

TreeAmount of_alone(const Node& node) {
    bool is_file = node.type == "file";
    return {.entries = 1, .files = is_file ? 1u : 0u, .bytes = is_file ? node.size : 0};
}

}  // namespace

void TreeAmount::operator+=(const TreeAmount& more) {
    add(entries, more.entries);
    add(files, more.files);
    add(bytes, more.bytes);
}

class TreeAmounts::Reader {
  public:
    Reader(Store& store, const BlobIndex& index, DamagedTrees damaged,
           std::unordered_map<BlobId, Folder>& folders)
        : store_(store), index_(index), damaged_(damaged), folders_(folders) {}

    void read_all(std::span<const BlobId> trees, const std::stop_token& stop) {
        for (const auto& tree : trees) note(tree);
        tasks_.run(worker_count(), stop);
    }

  private:
    // Has the tree read when it is met for the first time.
    Folder& note(const BlobId& tree) {
        auto [found, is_new] = folders_.try_emplace(tree);
        auto& [id, folder] = *found;
        if (is_new) tasks_.push(TaskQueue::Urgency::low, [this, &id, &folder] { read(id, folder); });
        return folder;
    }

    void read(const BlobId& id, Folder& folder) {
        Tree tree = load(id);
        std::lock_guard guard(mutex_);
        for (const auto& node : tree) {
            folder.amount += of_alone(node);
            if (node.subtree) folder.inner.push_back(&note(*node.subtree));
        }
    }

    Tree load(const BlobId& id) {
        auto location = index_.find(BlobType::tree, id);
        std::unique_lock alone(large_trees_, std::defer_lock);
        if (location && location->blob.plain_size() > large_tree) alone.lock();
        try {
            return store_.load_tree(index_, id);
        } catch (const Error& error) {
            if (damaged_ == DamagedTrees::are_errors || !is_damage(error)) throw;
            return {};
        }
    }

    Store& store_;
    const BlobIndex& index_;
    const DamagedTrees damaged_;
    std::mutex large_trees_;
    std::mutex mutex_;
    std::unordered_map<BlobId, Folder>& folders_;  // under the mutex once threads run
    TaskQueue tasks_;
};

TreeAmounts::TreeAmounts(Store& store, const BlobIndex& index, std::span<const BlobId> trees,
                         DamagedTrees damaged, const std::stop_token& stop) {
    Reader(store, index, damaged, folders_).read_all(trees, stop);
    for (const auto& tree : trees) add_up(folders_.at(tree));
}

// The innermost first, and without recursion: hostile folders are nested as deep as there are trees. A tree
// cannot be below itself, as its id is the hash of its bytes.
void TreeAmounts::add_up(Folder& folder) {
    std::vector<Folder*> path{&folder};
    while (!path.empty()) {
        Folder& outer = *path.back();
        if (outer.inner.empty()) {
            path.pop_back();
        } else if (Folder& inner = *outer.inner.back(); inner.inner.empty()) {
            outer.amount += inner.amount;
            outer.inner.pop_back();
        } else {
            path.push_back(&inner);
        }
    }
}

TreeAmount TreeAmounts::of(const Node& node) const {
    TreeAmount amount = of_alone(node);
    if (node.subtree) amount += below(*node.subtree);
    return amount;
}

}  // namespace holdfast::repository
