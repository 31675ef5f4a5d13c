#include "repository/content_statistics.hpp"

#include "repository/tree_amounts.hpp"

namespace holdfast::repository {
ContentStatistics count_content(Store& store, const BlobIndex& index, std::span<const Snapshot> snapshots,
                                const std::stop_token& stop) {
    std::vector<BlobId> trees;
    for (const auto& snapshot : snapshots) trees.push_back(snapshot.tree);
    TreeAmounts amounts(store, index, trees, DamagedTrees::are_errors, stop);
    TreeAmount all;
    for (const auto& tree : trees) all += amounts.below(tree);
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
