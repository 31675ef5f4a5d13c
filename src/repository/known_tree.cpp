#include "repository/known_tree.hpp"

#include <algorithm>

namespace holdfast::repository {

KnownTree::KnownTree(Store& store, const BlobIndex& index, const BlobId& id)
    : id_(id), nodes_(store.load_tree(index, id)) {
    // As it should be already; a tree that is not must not hide its files.
    if (!std::ranges::is_sorted(nodes_, {}, &Node::name)) std::ranges::sort(nodes_, {}, &Node::name);
}

const Node* KnownTree::find(std::string_view name) const {
    auto node = std::ranges::lower_bound(nodes_, name, {}, &Node::name);
    return node != nodes_.end() && node->name == name ? &*node : nullptr;
}

}  // namespace holdfast::repository
