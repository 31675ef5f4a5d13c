// Trees: the folders of a snapshot, as JSON that restic's own would equal byte for byte.
// Source: restic doc/design.rst, "Trees and Data"; restic internal/data/node.go for the order of fields.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "repository/blob_id.hpp"
#include "repository/bytes.hpp"

namespace holdfast::repository {

struct ExtendedAttribute {
    std::string name;
    std::string value;  // any bytes

    bool operator==(const ExtendedAttribute&) const = default;
};

// An entry of a folder.
struct Node {
    std::string name;
    std::string type;        // "file", "dir", "symlink", ...
    std::uint64_t mode = 0;  // as Go's os.FileMode: see file_mode.hpp
    // Times as they stand in the file (RFC 3339).
    std::string mtime, atime, ctime;
    std::uint64_t uid = 0;
    std::uint64_t gid = 0;
    std::string user, group;
    std::uint64_t inode = 0;
    std::uint64_t device_id = 0;
    std::uint64_t size = 0;
    std::uint64_t links = 0;
    std::string link_target;                             // of a symbolic link; any bytes
    std::vector<ExtendedAttribute> extended_attributes;  // in the order in which the system lists them
    std::uint64_t device = 0;                            // of a device: its number, as stat(2) has it
    std::optional<std::vector<BlobId>> content;          // of a file
    std::optional<BlobId> subtree;                       // of a folder

    bool operator==(const Node&) const = default;
};

// Ordered by name, byte by byte; no name stands twice.
using Tree = std::vector<Node>;

// Throws corrupt for bad JSON, and for names that are empty, "." or "..", or hold "/" or a zero byte.
Tree parse_tree(ByteView json, std::string_view subject);
std::string encode_tree(const Tree& tree);
// The same from nodes that were encoded before, in the order of their names.
std::string encode_node(const Node& node);
std::string encode_tree(std::span<const std::string_view> nodes);

// Whether a name may stand in a folder.
bool is_file_name(std::string_view name);

}  // namespace holdfast::repository
