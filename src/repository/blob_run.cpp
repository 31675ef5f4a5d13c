#include "repository/blob_run.hpp"

#include <algorithm>
#include <bit>

#include "repository/damage.hpp"
#include "repository/sha256.hpp"

namespace holdfast::repository {
namespace {

// All of a run that cannot be read is damaged.
std::vector<DamagedBlob> load_and_open(Store& store, std::span<const BlobToOpen> blobs, AlignedBuffer& buffer,
                                       Progress& progress) {
    const auto& first = blobs.front().location;
    const auto& last = blobs.back().location.blob;
    try {
        auto run =
            load_run(store, first.pack, first.blob.offset, std::uint64_t(last.offset) + last.length, buffer);
        progress.read_bytes += run.size();
        return open_run(store, run, first.blob.offset, blobs);
    } catch (const Error& error) {
        if (!is_damage(error)) throw;
        std::vector<DamagedBlob> all;
        for (std::size_t i = 0; i < blobs.size(); ++i) all.push_back({i, error});
        return all;
    }
}

}  // namespace

bool RunPlace::take(const RunPlace& blob) {
    bool follows = blob.pack == pack && blob.begin == end;
    if (!follows || blob.end - begin > longest_run || plain_size + blob.plain_size > most_plain) return false;
    end = blob.end;
    plain_size += blob.plain_size;
    return true;
}

void make_room(AlignedBuffer& buffer, std::size_t size) {
    if (buffer.size() >= size) return;
    buffer = AlignedBuffer();                     // frees the old one first
    buffer = AlignedBuffer(std::bit_ceil(size));  // seldom once more: what is never touched takes no memory
}

std::span<std::byte> load_run(Store& store, const PackId& pack, std::uint64_t begin, std::uint64_t end,
                              AlignedBuffer& buffer) {
    // A few bytes more, so that they are read straight into the buffer.
    std::uint64_t aligned_begin = aligned_down(begin);
    auto size = static_cast<std::size_t>(end - aligned_begin);
    make_room(buffer, size);
    store.backend().load({FileType::pack, FileId(pack.bytes())}, aligned_begin, buffer.first(size));
    return buffer.first(size).subspan(static_cast<std::size_t>(begin - aligned_begin));
}

std::vector<DamagedBlob> open_run(const Store& store, std::span<std::byte> run, std::uint64_t begin,
                                  std::span<const BlobToOpen> blobs) {
    std::vector<DamagedBlob> damaged;
    std::vector<std::size_t> opened;
    std::vector<ByteView> plains;
    for (std::size_t i = 0; i < blobs.size(); ++i) {
        const auto& blob = blobs[i].location.blob;
        auto sealed = run.subspan(static_cast<std::size_t>(blob.offset - begin), blob.length);
        try {
            store.unseal_blob(sealed, blobs[i].location, blobs[i].into);
            opened.push_back(i);
            plains.push_back(blobs[i].into);
        } catch (const Error& error) {
            if (!is_damage(error)) throw;
            damaged.push_back({i, error});
        }
    }
    auto hashes = sha256_each(plains);
    for (std::size_t i = 0; i < opened.size(); ++i) {
        const auto& location = blobs[opened[i]].location;
        if (BlobId(hashes[i]) != location.blob.id)
            damaged.push_back({opened[i], store.wrong_content(location)});
    }
    return damaged;
}

std::vector<DamagedBlob> fetch_run(Store& store, const BlobIndex& index, std::span<const BlobToOpen> blobs,
                                   AlignedBuffer& buffer, Progress& progress) {
    auto damaged = load_and_open(store, blobs, buffer, progress);
    std::erase_if(damaged, [&](DamagedBlob& one) {
        const auto& [location, into] = blobs[one.number];
        try {
            auto bytes = store.load_blob(index, location.blob.type, location.blob.id);
            // An index that lies of one copy's size need not lie of the other's.
            if (bytes.size() != into.size()) throw store.wrong_content(location);
            std::ranges::copy(bytes, into.begin());
            return true;
        } catch (const Error& error) {
            if (!is_damage(error)) throw;
            one.error = error;
            return false;
        }
    });
    return damaged;
}

}  // namespace holdfast::repository
