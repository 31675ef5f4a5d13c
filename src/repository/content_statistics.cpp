#include "repository/content_statistics.hpp"

#include <limits>
#include <unordered_map>

#include "base/cancellation.hpp"
#include "repository/file_list.hpp"

namespace holdfast::repository {
namespace {

// Hostile trees hold each other so often, and tell such sizes, that no number has room for the sum.
void add_up(std::uint64_t& sum, std::uint64_t more) {
    if (__builtin_add_overflow(sum, more, &sum)) sum = std::numeric_limits<std::uint64_t>::max();
}

struct Amount {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;

    void operator+=(const Amount& more) {
        add_up(files, more.files);
        add_up(bytes, more.bytes);
    }
};

class TreeCounter {
  public:
    TreeCounter(Store& store, const BlobIndex& index, const std::stop_token& stop)
        : store_(store), index_(index), stop_(stop) {}

    Amount below(const BlobId& tree, std::size_t depth = 0) {
        if (auto known = counted_.find(tree); known != counted_.end()) return known->second;
        throw_if_stopped(stop_);
        if (depth > deepest_folder)
            throw Error(ErrorKind::corrupt, "The folders above the tree " + tree.to_string().substr(0, 8) +
                                                " are nested too deep");
        Amount amount;
        for (const auto& node : store_.load_tree(index_, tree)) {
            if (node.subtree) amount += below(*node.subtree, depth + 1);
            if (node.type == "file") amount += {.files = 1, .bytes = node.size};
        }
        counted_.emplace(tree, amount);
        return amount;
    }

  private:
    Store& store_;
    const BlobIndex& index_;
    const std::stop_token& stop_;
    std::unordered_map<BlobId, Amount> counted_;
};

}  // namespace

ContentStatistics count_content(Store& store, const BlobIndex& index, std::span<const Snapshot> snapshots,
                                const std::stop_token& stop) {
    Amount all;
    TreeCounter counter(store, index, stop);
    for (const auto& snapshot : snapshots) all += counter.below(snapshot.tree);
    ContentStatistics statistics{
        .files = all.files, .restore_bytes = all.bytes, .index_memory_bytes = index.memory_bytes()};
    for (BlobIndex::Position i = 0; i < index.size(); ++i) {
        auto blob = index.at(i).blob;
        ++(blob.type == BlobType::tree ? statistics.tree_blobs : statistics.data_blobs);
        statistics.blob_bytes += blob.length;
        statistics.uncompressed_bytes += blob.plain_size();
    }
    return statistics;
}

}  // namespace holdfast::repository
