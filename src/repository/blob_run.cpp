#include "repository/blob_run.hpp"

#include <bit>

#include "repository/damage.hpp"
#include "repository/sha256.hpp"

namespace holdfast::repository {

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

}  // namespace holdfast::repository
