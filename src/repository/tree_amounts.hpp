// How much is below the folders of snapshots.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <unordered_map>
#include <vector>

#include "repository/store.hpp"

namespace holdfast::repository {

// UINT64_MAX stands for that and all that is more: hostile trees hold each other so often, and tell such
// sizes, that no number has room for the sum.
struct TreeAmount {
    std::uint64_t entries = 0;  // files, folders and all else
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;  // of the files

    void operator+=(const TreeAmount& more);
};

enum class DamagedTrees { are_errors, count_as_empty };

// Keeps about 130 bytes for each tree. Any thread, once it is made.
class TreeAmounts {
  public:
    // Reads the trees and all below them, each once however often it stands in others, several at a time.
    // Where damaged trees are errors: corrupt or not_found.
    TreeAmounts(Store& store, const BlobIndex& index, std::span<const BlobId> trees, DamagedTrees damaged,
                const std::stop_token& stop);

    // What is in the tree, one of those given or below them, and in the folders there.
    const TreeAmount& below(const BlobId& tree) const { return folders_.at(tree).amount; }
    // The same with the entry itself, one of such a tree.
    TreeAmount of(const Node& node) const;

  private:
    struct Folder {
        TreeAmount amount;           // without the inner ones
        std::vector<Folder*> inner;  // that are still to be added to the amount
    };
    class Reader;
    static void add_up(Folder& folder);

    std::unordered_map<BlobId, Folder> folders_;
};

}  // namespace holdfast::repository
