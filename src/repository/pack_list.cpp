#include "repository/pack_list.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace holdfast::repository {

PackList::PackList(const BlobIndex& index) : index_(index), positions_(index.size()) {
    std::iota(positions_.begin(), positions_.end(), 0u);
    auto entry = [&](BlobIndex::Position p) {
        auto blob = index.at(p).blob;
        return std::tuple(index.pack_number(p), blob.offset, blob.id, blob.type, blob.length,
                          blob.uncompressed_size);
    };
    std::ranges::sort(positions_, {}, [&](auto p) { return std::tuple_cat(entry(p), std::tuple(p)); });
    // Index files may list a blob twice; the entry that the index answers with is the first of them. Entries
    // that contradict each other stay, so that a check comes upon them.
    auto repeated = std::ranges::unique(positions_, {}, entry);
    positions_.erase(repeated.begin(), repeated.end());
    for (std::size_t i = 0; i < positions_.size(); ++i)
        if (i == 0 || index.pack_number(positions_[i]) != index.pack_number(positions_[i - 1]))
            starts_.push_back(i);
    starts_.push_back(positions_.size());
}

PackList::Pack PackList::operator[](std::size_t number) const {
    std::span<const BlobIndex::Position> blobs(positions_.data() + starts_[number],
                                               starts_[number + 1] - starts_[number]);
    return {index_.at(blobs.front()).pack, blobs};
}

std::uint64_t expected_pack_size(const BlobIndex& index, std::span<const BlobIndex::Position> blobs) {
    std::vector<PackedBlob> packed;
    std::uint64_t size = 0;
    for (auto position : blobs) {
        packed.push_back(index.at(position).blob);
        size += packed.back().length;
    }
    return size + pack_header_size(packed);
}

}  // namespace holdfast::repository
