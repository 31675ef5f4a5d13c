#include "repository/blob_index.hpp"

#include <mutex>

#include "base/error.hpp"

namespace holdfast::repository {

void BlobIndex::add(const PackId& pack, std::span<const PackedBlob> blobs) {
    std::unique_lock lock(mutex_);
    auto [known, is_new] = pack_numbers_.try_emplace(pack, static_cast<std::uint32_t>(packs_.size()));
    if (is_new) packs_.push_back(pack);
    for (const auto& blob : blobs) append(known->second, blob);
}

std::optional<BlobIndex::Position> BlobIndex::position(BlobType type, const BlobId& id) const {
    std::shared_lock lock(mutex_);
    if (slots_.empty()) return std::nullopt;
    std::uint32_t value = slots_[slot_of(type, id)];
    if (value == 0) return std::nullopt;
    return value - 1;
}

std::optional<BlobLocation> BlobIndex::find(BlobType type, const BlobId& id) const {
    std::shared_lock lock(mutex_);
    if (slots_.empty()) return std::nullopt;
    std::uint32_t value = slots_[slot_of(type, id)];
    if (value == 0) return std::nullopt;
    return location(value - 1);
}

std::vector<BlobIndex::Position> BlobIndex::copies(BlobType type, const BlobId& id) const {
    std::shared_lock lock(mutex_);
    if (slots_.empty()) return {};
    std::uint32_t value = slots_[slot_of(type, id)];
    if (value == 0) return {};
    std::vector<Position> found{value - 1};
    auto [first, last] = later_copies_.equal_range(value - 1);
    for (auto copy = first; copy != last; ++copy) found.push_back(copy->second);
    return found;
}

BlobIndex::Position BlobIndex::size() const {
    std::shared_lock lock(mutex_);
    return count_;
}

BlobLocation BlobIndex::at(Position position) const {
    std::shared_lock lock(mutex_);
    return location(position);
}

std::uint32_t BlobIndex::pack_number(Position position) const {
    std::shared_lock lock(mutex_);
    return entry(position).pack_and_type >> 1;
}

std::vector<PackId> BlobIndex::packs() const {
    std::shared_lock lock(mutex_);
    return packs_;
}

BlobLocation BlobIndex::location(Position position) const {
    const Entry& found = entry(position);
    return {packs_[found.pack_and_type >> 1],
            PackedBlob{.type = static_cast<BlobType>(found.pack_and_type & 1),
                       .id = BlobId(found.id),
                       .offset = found.offset,
                       .length = found.length,
                       .uncompressed_size = found.uncompressed_size}};
}

std::size_t BlobIndex::slot_of(BlobType type, const BlobId& id) const {
    std::size_t mask = slots_.size() - 1;
    std::size_t slot = (std::hash<BlobId>()(id) + static_cast<std::size_t>(type)) & mask;
    while (slots_[slot] != 0) {
        const Entry& there = entry(slots_[slot] - 1);
        if (there.id == id.bytes() && (there.pack_and_type & 1) == static_cast<std::uint32_t>(type)) break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

std::uint64_t BlobIndex::memory_bytes() const {
    std::shared_lock guard(mutex_);
    constexpr std::size_t hash_node = 2 * sizeof(void*);  // what a hash table adds to an entry, about
    return blocks_.size() * (block_size * sizeof(Entry) + sizeof(blocks_[0])) +
           slots_.capacity() * sizeof(slots_[0]) + packs_.capacity() * sizeof(packs_[0]) +
           pack_numbers_.size() * (sizeof(*pack_numbers_.begin()) + hash_node) +
           later_copies_.size() * (sizeof(*later_copies_.begin()) + hash_node);
}

void BlobIndex::append(std::uint32_t pack, const PackedBlob& blob) {
    if ((used_slots_ + 1) * 4 > slots_.size() * 3) grow_slots();
    std::size_t slot = slot_of(blob.type, blob.id);
    std::uint32_t pack_and_type = pack << 1 | static_cast<std::uint32_t>(blob.type);
    // Two index files may list the same pack: that is one blob, not two.
    if (slots_[slot] != 0) {
        const Entry& there = entry(slots_[slot] - 1);
        if (there.pack_and_type == pack_and_type && there.offset == blob.offset) return;
    }
    if (count_ == UINT32_MAX - 1 || packs_.size() > (UINT32_MAX >> 1))
        throw Error(ErrorKind::too_large, "The repository holds more than four billion blobs");
    if (count_ % block_size == 0) blocks_.push_back(std::make_unique<Entry[]>(block_size));
    entry(count_) = {blob.id.bytes(), pack_and_type, blob.offset, blob.length, blob.uncompressed_size};
    ++count_;
    if (slots_[slot] == 0) {
        slots_[slot] = count_;
        ++used_slots_;
    } else {
        later_copies_.emplace(slots_[slot] - 1, count_ - 1);
    }
}

void BlobIndex::grow_slots() {
    std::vector<std::uint32_t> old = std::move(slots_);
    slots_.assign(old.empty() ? block_size : old.size() * 2, 0);
    for (std::uint32_t value : old) {
        if (value == 0) continue;
        const Entry& moved = entry(value - 1);
        slots_[slot_of(static_cast<BlobType>(moved.pack_and_type & 1), BlobId(moved.id))] = value;
    }
}

}  // namespace holdfast::repository
