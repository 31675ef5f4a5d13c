// Pack files: sealed blobs one after another, then a sealed header that lists them, then the header's length.
// Source: restic doc/design.rst, "Pack Format".
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "repository/blob_id.hpp"
#include "repository/bytes.hpp"
#include "repository/cipher.hpp"

namespace holdfast::repository {

enum class BlobType : std::uint8_t { data, tree };
std::string_view to_string(BlobType type);

// Limits on what any repository may ask us to hold in memory for one blob.
constexpr std::uint32_t max_data_blob_size = 64u << 20;
constexpr std::uint32_t max_tree_blob_size = 512u << 20;
constexpr std::uint32_t max_blob_size(BlobType type) {
    return type == BlobType::data ? max_data_blob_size : max_tree_blob_size;
}

// A blob inside a pack.
struct PackedBlob {
    BlobType type = BlobType::data;
    BlobId id;
    std::uint32_t offset = 0;             // in the pack
    std::uint32_t length = 0;             // in the pack: compressed and encrypted
    std::uint32_t uncompressed_size = 0;  // 0 for a blob that is stored without compression

    // Of the blob itself.
    std::uint32_t plain_size() const {
        return uncompressed_size != 0 ? uncompressed_size
                                      : length - static_cast<std::uint32_t>(Cipher::overhead);
    }
    bool operator==(const PackedBlob&) const = default;
};

// Throws corrupt, naming `subject`, for lengths that cannot be or that pass the limits above.
void require_sane(const PackedBlob& blob, std::string_view subject);

// The sealed header with its length behind it, as it stands at the end of a pack. Blobs are in the order of
// their offsets.
Bytes encode_pack_header(const std::vector<PackedBlob>& blobs, const Cipher& cipher);

// What encode_pack_header adds to a pack of these blobs.
std::uint64_t pack_header_size(const std::vector<PackedBlob>& blobs);

constexpr std::uint32_t max_pack_header_size = 16u << 20;
// The header's length from the last four bytes of a pack of this size; corrupt when it cannot be.
std::uint32_t parse_pack_header_length(ByteView last_four, std::uint64_t pack_size, std::string_view subject);

// From the opened (decrypted) header. Throws corrupt.
std::vector<PackedBlob> parse_pack_header(ByteView header, std::string_view subject);

}  // namespace holdfast::repository
