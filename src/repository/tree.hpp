// Trees: the folders of a snapshot, as JSON that restic's own would equal byte for byte.
// Source: restic doc/design.rst, "Trees and Data"; restic internal/data/node.go for the order of fields.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "repository/blob_id.hpp"
#include "repository/bytes.hpp"

namespace holdfast::repository {

// An entry of a folder. Fields that Holdfast never writes (extended attributes, link targets, devices) are
// not kept.
struct Node {
    std::string name;
    std::string type;        // "file", "dir", "symlink", ...
    std::uint64_t mode = 0;  // as Go's os.FileMode: permissions, and mode_directory for a folder
    // Times as they stand in the file (RFC 3339).
    std::string mtime, atime, ctime;
    std::uint64_t uid = 0;
    std::uint64_t gid = 0;
    std::string user, group;
    std::uint64_t inode = 0;
    std::uint64_t device_id = 0;
    std::uint64_t size = 0;
    std::uint64_t links = 0;
    std::optional<std::vector<BlobId>> content;  // of a file
    std::optional<BlobId> subtree;               // of a folder
};

constexpr std::uint64_t mode_directory = std::uint64_t(1) << 31;

// Ordered by name, byte by byte; no name stands twice.
using Tree = std::vector<Node>;

// Throws corrupt for bad JSON, and for names that are empty, "." or "..", or hold "/" or a zero byte.
Tree parse_tree(ByteView json, std::string_view subject);
std::string encode_tree(const Tree& tree);

// Whether a name may stand in a folder.
bool is_file_name(std::string_view name);

}  // namespace holdfast::repository
