// A folder as the parent snapshot has it.
#pragma once

#include <optional>
#include <string_view>

#include "repository/store.hpp"

namespace holdfast::repository {

// Unchanging once loaded, so any thread.
class KnownTree {
  public:
    // Of a folder that the parent snapshot does not have.
    KnownTree() = default;
    // Throws as Store::load_tree.
    KnownTree(Store& store, const BlobIndex& index, const BlobId& id);

    // nullptr when there is none.
    const Node* find(std::string_view name) const;
    std::size_t size() const { return nodes_.size(); }
    const std::optional<BlobId>& id() const { return id_; }

  private:
    std::optional<BlobId> id_;
    Tree nodes_;  // by name
};

}  // namespace holdfast::repository
