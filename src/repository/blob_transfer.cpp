#include "repository/blob_transfer.hpp"

#include <algorithm>

#include "repository/damage.hpp"

namespace holdfast::repository {
namespace {

// What is between the tags of an opened blob, which was decrypted in place behind where its IV stood.
ByteView stored_bytes(std::span<const std::byte> run, std::uint64_t begin, const BlobToOpen& blob) {
    const auto& place = blob.location.blob;
    if (place.uncompressed_size == 0) return blob.into;
    return run.subspan(place.offset - begin + Cipher::overhead / 2, place.length - Cipher::overhead);
}

}  // namespace

void BlobTransfer::transfer(std::span<const BlobLocation> run, RunBuffers& buffers) {
    auto opened = open(run, buffers);
    for (std::size_t i = 0; i < run.size(); ++i) save(run[i].blob, opened[i]);
}

ByteView BlobTransfer::transfer_tree(const BlobLocation& tree, bool is_there, RunBuffers& buffers) {
    auto opened = open({&tree, 1}, buffers);
    if (!is_there) {
        progress_.total_bytes += tree.blob.length;
        save(tree.blob, opened.front());
    }
    return opened.front().plain;
}

std::vector<BlobTransfer::OpenedBlob> BlobTransfer::open(std::span<const BlobLocation> run,
                                                         RunBuffers& buffers) {
    std::size_t plain_size = 0;
    for (const auto& location : run) plain_size += location.blob.plain_size();
    make_room(buffers.plain, plain_size);
    std::vector<BlobToOpen> blobs;
    std::byte* place = buffers.plain.data();
    for (const auto& location : run) {
        blobs.push_back({location, {place, location.blob.plain_size()}});
        place += location.blob.plain_size();
    }
    std::vector<OpenedBlob> opened;
    for (const auto& blob : blobs) opened.push_back({.plain = blob.into, .stored = {}});
    std::uint64_t begin = run.front().blob.offset;
    std::uint64_t end = std::uint64_t(run.back().blob.offset) + run.back().blob.length;
    std::vector<bool> is_damaged(run.size());
    try {
        auto sealed = load_run(source_, run.front().pack, begin, end, buffers.sealed);
        count_read(sealed.size());
        for (const auto& damaged : open_run(source_, sealed, begin, blobs)) is_damaged[damaged.number] = true;
        for (std::size_t i = 0; i < blobs.size(); ++i)
            if (!is_damaged[i]) opened[i].stored = stored_bytes(sealed, begin, blobs[i]);
    } catch (const Error& error) {
        if (!is_damage(error)) throw;
        is_damaged.assign(run.size(), true);
    }
    for (std::size_t i = 0; i < blobs.size(); ++i)
        if (is_damaged[i]) open_elsewhere(blobs[i]);
    return opened;
}

void BlobTransfer::open_elsewhere(const BlobToOpen& blob) {
    const auto& [type, id, offset, length, uncompressed_size] = blob.location.blob;
    Bytes plain = source_.load_blob(index_, type, id);
    // An index that lies of one copy's size need not lie of the other's.
    if (plain.size() != blob.into.size()) throw source_.wrong_content(blob.location);
    std::ranges::copy(plain, blob.into.begin());
    count_read(length);
}

void BlobTransfer::save(const PackedBlob& blob, const OpenedBlob& opened) {
    // Version 1 has no compression: from there blobs are compressed now, and to there they must not be.
    bool is_same_form = source_.config().version >= 2 && target_.config().version >= 2;
    auto saved = is_same_form && !opened.stored.empty() ? packs_.save_stored(blob, opened.stored)
                                                        : packs_.save(blob.type, blob.id, opened.plain);
    ++blobs_;
    added_bytes_ += saved.added_bytes;
    progress_.transferred_bytes += saved.added_bytes;
    progress_.processed_bytes += blob.length;
}

void BlobTransfer::count_read(std::uint64_t bytes) {
    read_bytes_ += bytes;
    progress_.read_bytes += bytes;
}

}  // namespace holdfast::repository
