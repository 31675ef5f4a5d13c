#include "repository/snapshot_check.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/cancellation.hpp"
#include "repository/file_list.hpp"

namespace holdfast::repository {
namespace {

// restic's words.
constexpr std::array<std::string_view, 7> node_types{"file",    "dir",  "symlink", "dev",
                                                     "chardev", "fifo", "socket"};

}  // namespace

SnapshotCheck::SnapshotCheck(Store& store, const BlobIndex& index, std::vector<bool> damaged,
                             ProblemList& problems, const std::stop_token& stop)
    : store_(store),
      index_(index),
      damaged_(std::move(damaged)),
      problems_(problems),
      stop_(stop),
      clean_(index.size()) {}

void SnapshotCheck::check(const SnapshotId& id) {
    try {
        Snapshot snapshot = store_.load_snapshot(id);
        snapshot_name_ =
            "The snapshot " + id.to_string().substr(0, 8) + " of " + format_for_name(snapshot.time);
        check_tree(snapshot.tree, "", 0);
    } catch (const Error& error) {
        if (!is_damage(error)) throw;
        // One that was forgotten since it was listed is no damage.
        if (error.kind() != ErrorKind::not_found) problems_.add(error.happened());
    }
}

bool SnapshotCheck::fail(const std::string& what) {
    problems_.add(snapshot_name_ + " is damaged: " + what);
    return false;
}

// Whether the tree and all below it are whole. A tree that is whole is looked into once, however many
// snapshots share it; a damaged one again for each, so that each is told.
bool SnapshotCheck::check_tree(const BlobId& id, const std::string& path, std::size_t depth) {
    if (problems_.is_full()) return false;
    throw_if_stopped(stop_);
    std::string folder = "its folder " + (path.empty() ? "/" : path);
    auto position = index_.position(BlobType::tree, id);
    if (!position) {
        found_missing_ = true;
        return fail(folder + " is missing (tree " + id.to_string().substr(0, 8) + ")");
    }
    if (clean_[*position]) return true;
    if (depth > deepest_folder) return fail("its folders are nested too deep");
    Tree tree;
    try {
        tree = store_.load_tree(index_, id);
    } catch (const Error& error) {
        if (!is_damage(error)) throw;
        return fail(folder + " cannot be read: " + error.happened());
    }
    bool whole = true;
    std::unordered_set<std::string_view> names;
    for (const auto& node : tree) {
        std::string inner = path + "/" + node.name;
        if (!names.insert(node.name).second)
            whole = fail("the name " + inner + " stands twice in its folder");
        if (!check_node(node, inner, depth)) whole = false;
    }
    if (whole) clean_[*position] = true;
    return whole;
}

bool SnapshotCheck::check_node(const Node& node, const std::string& path, std::size_t depth) {
    if (std::ranges::find(node_types, node.type) == node_types.end())
        return fail("its entry " + path + " is of the unknown type \"" + node.type + "\"");
    if (node.type == "dir") {
        if (!node.subtree) return fail("its folder " + path + " has no contents");
        return check_tree(*node.subtree, path, depth + 1);
    }
    if (node.type != "file") return true;
    if (!node.content) return fail("its file " + path + " has no list of its parts");
    return check_file(node, path);
}

bool SnapshotCheck::check_file(const Node& node, const std::string& path) {
    std::size_t missing = 0;
    std::size_t unreadable = 0;
    std::uint64_t size = 0;
    for (const auto& id : *node.content) {
        auto position = index_.position(BlobType::data, id);
        if (!position)
            ++missing;
        else if (damaged_[*position] && !has_readable_copy(BlobType::data, id))
            ++unreadable;
        else
            size += index_.at(*position).blob.plain_size();
    }
    std::string of_file = "of its file " + path + " ";
    std::string parts = " of " + std::to_string(node.content->size()) + " parts ";
    if (missing > 0) {
        found_missing_ = true;
        fail(of_file + std::to_string(missing) + parts + "are missing");
    }
    if (unreadable > 0) fail(of_file + std::to_string(unreadable) + parts + "cannot be read");
    if (missing + unreadable > 0) return false;
    if (size == node.size) return true;
    return fail(of_file + "the parts have " + std::to_string(size) + " bytes, not " +
                std::to_string(node.size));
}

bool SnapshotCheck::has_readable_copy(BlobType type, const BlobId& id) const {
    return std::ranges::any_of(index_.copies(type, id), [&](auto copy) { return !damaged_[copy]; });
}

}  // namespace holdfast::repository
