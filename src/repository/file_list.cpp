#include "repository/file_list.hpp"

#include <algorithm>

#include "base/cancellation.hpp"
#include "repository/file_mode.hpp"
#include "repository/file_time.hpp"

namespace holdfast::repository {
namespace {

Timestamp to_timestamp(const std::string& text) {
    auto time = parse_file_time(text);
    if (!time) return {};
    return Timestamp(std::chrono::seconds(time->tv_sec) + std::chrono::microseconds(time->tv_nsec / 1000));
}

FileEntryInfo describe(const Node& node, std::string path) {
    return {.path = std::move(path),
            .type = node.type,
            .mode = permissions_of(node.mode),
            .uid = static_cast<std::uint32_t>(node.uid),
            .gid = static_cast<std::uint32_t>(node.gid),
            .size = node.size,
            .modified = to_timestamp(node.mtime),
            .link_target = node.link_target};
}

struct Listing {
    Store& store;
    const BlobIndex& index;
    const std::function<void(const FileEntryInfo&)>& visit;
    const std::stop_token& stop;

    void list(const Node& node, const std::string& path, std::size_t depth) {
        throw_if_stopped(stop);
        if (!path.empty()) visit(describe(node, path));
        if (!node.subtree) return;
        if (depth > deepest_folder)
            throw Error(ErrorKind::corrupt,
                        "The folders at \"" + path.substr(0, 200) + "\" are nested too deep");
        for (const auto& entry : store.load_tree(index, *node.subtree))
            list(entry, path.empty() ? entry.name : path + "/" + entry.name, depth + 1);
    }
};

}  // namespace

Node find_entry(Store& store, const BlobIndex& index, const Snapshot& snapshot, std::string_view path) {
    Node node{.type = "dir", .subtree = snapshot.tree};
    std::string_view rest = path;
    while (true) {
        rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
        if (rest.empty()) return node;
        auto name = rest.substr(0, rest.find('/'));
        rest.remove_prefix(name.size());
        Tree tree = node.subtree ? store.load_tree(index, *node.subtree) : Tree();
        auto entry = std::ranges::find(tree, name, &Node::name);
        if (entry == tree.end())
            throw Error(ErrorKind::not_found, "There is no \"" + std::string(path) + "\" in the snapshot " +
                                                  snapshot.id.to_string().substr(0, 8));
        node = std::move(*entry);
    }
}

TreeAmounts measure_entry(Store& store, const BlobIndex& index, const Node& entry,
                          const std::stop_token& stop) {
    std::vector<BlobId> trees;
    if (entry.subtree) trees.push_back(*entry.subtree);
    TreeAmounts amounts(store, index, trees, DamagedTrees::count_as_empty, stop);
    if (amounts.of(entry).entries > most_entries)
        throw Error(ErrorKind::too_large, "There are more than " + std::to_string(most_entries) +
                                              " files and folders below \"" + entry.name +
                                              "\" in the snapshot")
            .advise("Name a folder with fewer. A snapshot like this one may have been made to do harm.");
    return amounts;
}

void list_snapshot(Store& store, const BlobIndex& index, const Snapshot& snapshot, std::string_view path,
                   const std::function<void(const FileEntryInfo&)>& visit, const std::stop_token& stop) {
    while (path.starts_with('/')) path.remove_prefix(1);
    while (path.ends_with('/')) path.remove_suffix(1);
    Node entry = find_entry(store, index, snapshot, path);
    measure_entry(store, index, entry, stop);
    Listing{store, index, visit, stop}.list(entry, std::string(path), 0);
}

}  // namespace holdfast::repository
