// The index in memory: where each blob stands. About 57 bytes a blob.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "repository/blob_id.hpp"
#include "repository/pack.hpp"

namespace holdfast::repository {

struct BlobLocation {
    PackId pack;
    PackedBlob blob;
};

// Any thread. Blobs are only ever added; what prune removes goes by building a new index. A blob that stands
// in several packs has several entries; find() gives the one that was added first.
class BlobIndex {
  public:
    // An entry's number: they are numbered from 0 in the order of their adding.
    using Position = std::uint32_t;

    void add(const PackId& pack, std::span<const PackedBlob> blobs);

    std::optional<Position> position(BlobType type, const BlobId& id) const;
    std::optional<BlobLocation> find(BlobType type, const BlobId& id) const;
    // Of all entries of the blob; the first is that of position().
    std::vector<Position> copies(BlobType type, const BlobId& id) const;
    bool contains(BlobType type, const BlobId& id) const { return position(type, id).has_value(); }

    Position size() const;
    BlobLocation at(Position position) const;
    // Packs are numbered too; at(position).pack is pack(pack_number(position)).
    std::uint32_t pack_number(Position position) const;
    std::vector<PackId> packs() const;
    // What it takes itself, nearly.
    std::uint64_t memory_bytes() const;

  private:
    struct Entry {
        std::array<std::byte, 32> id;
        std::uint32_t pack_and_type;  // the type in the lowest bit
        std::uint32_t offset;
        std::uint32_t length;
        std::uint32_t uncompressed_size;
    };
    static constexpr std::size_t block_size = 1024;

    Entry& entry(Position position) { return blocks_[position / block_size][position % block_size]; }
    const Entry& entry(Position position) const {
        return blocks_[position / block_size][position % block_size];
    }
    BlobLocation location(Position position) const;
    // The slot that holds the blob's position + 1, or the empty one (0) where it would go.
    std::size_t slot_of(BlobType type, const BlobId& id) const;
    void append(std::uint32_t pack, const PackedBlob& blob);
    void grow_slots();

    mutable std::shared_mutex mutex_;
    std::vector<std::unique_ptr<Entry[]>> blocks_;
    Position count_ = 0;
    std::unordered_multimap<Position, Position> later_copies_;  // by the blob's first entry; few
    std::vector<std::uint32_t> slots_;  // a hash table with open addressing; at most 3/4 full
    std::size_t used_slots_ = 0;
    std::vector<PackId> packs_;
    std::unordered_map<PackId, std::uint32_t> pack_numbers_;
};

}  // namespace holdfast::repository
