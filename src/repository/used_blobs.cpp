#include "base/cancellation.hpp"
#include "repository/prune.hpp"

namespace holdfast::repository {
namespace {

// Whether this is the first time. Throws when the index does not know the blob.
bool mark(const BlobIndex& index, BlobType type, const BlobId& id, std::vector<bool>& used) {
    auto position = index.position(type, id);
    if (!position || *position >= used.size())
        throw Error(ErrorKind::corrupt, "The " + std::string(to_string(type)) + " blob " +
                                            id.to_string().substr(0, 8) +
                                            ", which a snapshot uses, is missing from the repository")
            .advise(
                "Nothing was removed. Run a check to see which snapshots are damaged, and forget those "
                "first.");
    if (used[*position]) return false;
    used[*position] = true;
    return true;
}

}  // namespace

std::vector<bool> find_used_blobs(Store& store, const BlobIndex& index, std::span<const Snapshot> snapshots,
                                  const std::stop_token& stop) {
    std::vector<bool> used(index.size());
    std::vector<BlobId> trees;  // marked, and still to be looked into
    for (const auto& snapshot : snapshots) {
        if (mark(index, BlobType::tree, snapshot.tree, used)) trees.push_back(snapshot.tree);
        while (!trees.empty()) {
            throw_if_stopped(stop);
            BlobId id = trees.back();
            trees.pop_back();
            for (const auto& node : store.load_tree(index, id)) {
                if (node.subtree && mark(index, BlobType::tree, *node.subtree, used))
                    trees.push_back(*node.subtree);
                if (!node.content) continue;
                for (const auto& blob : *node.content) mark(index, BlobType::data, blob, used);
            }
        }
    }
    return used;
}

}  // namespace holdfast::repository
