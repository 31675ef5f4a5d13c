// A pack that is being filled, in memory.
#pragma once

#include <vector>

#include "base/direct_file.hpp"
#include "repository/pack.hpp"
#include "repository/sha256.hpp"
#include "repository/store.hpp"

namespace holdfast::repository {

constexpr std::size_t pack_size = 16 << 20;

// One thread at a time.
class OpenPack {
  public:
    OpenPack() = default;
    // In memory that was used before, or new where that is too small for a blob of `size` sealed bytes.
    OpenPack(AlignedBuffer buffer, std::size_t size);

    bool is_empty() const { return blobs_.empty(); }
    // Whether a blob of `size` sealed bytes, and the header, still fit.
    bool has_room(std::size_t size) const;
    // So little is left that waiting for a blob that fits is not worth it.
    bool is_full() const { return !has_room(pack_size / 16); }

    // Seals the blob into the pack: see Store::seal_blob. Its length in the pack. When it throws, the pack is
    // as it was.
    std::uint32_t seal(const Store& store, BlobType type, const BlobId& id, ByteView plain,
                       CompressionMode mode);
    // The same for what another repository stores, decrypted: see Store::seal_stored.
    std::uint32_t seal_stored(const Store& store, const PackedBlob& blob, ByteView stored);
    // A blob that is sealed already; its offset is made here.
    void add(PackedBlob blob, ByteView sealed);

    // Writes the header and gives the whole file's bytes, which stay where they are, and its id.
    struct Finished {
        PackId id;
        ByteView bytes;
    };
    Finished finish(const Cipher& cipher);

    std::vector<PackedBlob> take_blobs() { return std::move(blobs_); }
    AlignedBuffer take_buffer() { return std::move(buffer_); }

  private:
    void append(PackedBlob blob);

    AlignedBuffer buffer_;
    std::size_t used_ = 0;
    Sha256 hash_;  // of what is in the pack so far
    std::vector<PackedBlob> blobs_;
};

}  // namespace holdfast::repository
