#include "repository/open_pack.hpp"

#include <algorithm>

namespace holdfast::repository {
namespace {

// What one more blob adds to the header at most, and the header's frame.
constexpr std::size_t header_entry_size = 41;
constexpr std::size_t header_frame_size = Cipher::overhead + 4;

std::size_t capacity_for(std::size_t size) {
    return std::max(pack_size, aligned_up(size + header_entry_size + header_frame_size));
}

}  // namespace

OpenPack::OpenPack(AlignedBuffer buffer, std::size_t size)
    : buffer_(buffer.size() >= capacity_for(size) ? std::move(buffer) : AlignedBuffer(capacity_for(size))) {}

bool OpenPack::has_room(std::size_t size) const {
    return used_ + size + header_entry_size * (blobs_.size() + 1) + header_frame_size <= buffer_.size();
}

std::uint32_t OpenPack::seal(const Store& store, BlobType type, const BlobId& id, ByteView plain,
                             CompressionMode mode) {
    auto room = std::span(buffer_.data() + used_, plain.size() + Cipher::overhead);
    SealedSize sealed = store.seal_blob(plain, room, mode);
    append({.type = type, .id = id, .length = sealed.length, .uncompressed_size = sealed.uncompressed_size});
    return sealed.length;
}

std::uint32_t OpenPack::seal_stored(const Store& store, const PackedBlob& blob, ByteView stored) {
    auto room = std::span(buffer_.data() + used_, stored.size() + Cipher::overhead);
    SealedSize sealed = store.seal_stored(stored, blob.uncompressed_size, room);
    append({.type = blob.type,
            .id = blob.id,
            .length = sealed.length,
            .uncompressed_size = sealed.uncompressed_size});
    return sealed.length;
}

void OpenPack::add(PackedBlob blob, ByteView sealed) {
    std::ranges::copy(sealed, buffer_.data() + used_);
    append(blob);
}

// The blob's bytes stand at the end of what is used.
void OpenPack::append(PackedBlob blob) {
    blob.offset = static_cast<std::uint32_t>(used_);
    blobs_.push_back(blob);
    hash_.update({buffer_.data() + used_, blob.length});
    used_ += blob.length;
}

OpenPack::Finished OpenPack::finish(const Cipher& cipher) {
    Bytes header = encode_pack_header(blobs_, cipher);
    std::ranges::copy(header, buffer_.data() + used_);
    hash_.update(header);
    used_ += header.size();
    return {PackId(hash_.finish()), {buffer_.data(), used_}};
}

}  // namespace holdfast::repository
