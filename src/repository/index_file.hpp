// Index files: which blobs stand where in which packs, as JSON.
// Source: restic doc/design.rst, "Indexing".
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "repository/blob_id.hpp"
#include "repository/pack.hpp"

namespace holdfast::repository {

struct IndexedPack {
    PackId id;
    std::vector<PackedBlob> blobs;
};

// restic keeps an index file below 8 MiB; this many blobs do.
constexpr std::size_t max_blobs_per_index_file = 50'000;

// Throws corrupt.
std::vector<IndexedPack> parse_index(ByteView json, std::string_view subject);
std::string encode_index(std::span<const IndexedPack> packs);

}  // namespace holdfast::repository
