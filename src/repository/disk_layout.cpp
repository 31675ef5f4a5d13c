#include "repository/disk_layout.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <mutex>
#include <unordered_set>

#include "base/error.hpp"
#include "repository/sha256.hpp"

namespace holdfast::repository {

BlobId zero_blob_id(std::uint64_t size) {
    static std::mutex mutex;
    static std::map<std::uint64_t, BlobId> known;
    constexpr std::size_t remembered = 64;
    {
        std::lock_guard guard(mutex);
        if (auto found = known.find(size); found != known.end()) return found->second;
    }
    BlobId id = id_of<BlobId>(Bytes(size));
    std::lock_guard guard(mutex);
    if (known.size() >= remembered) known.clear();
    known.emplace(size, id);
    return id;
}

DiskLayout DiskLayout::of_file(const BlobIndex& index, const Node& node) {
    DiskLayout layout;
    layout.offsets_.reserve(node.content->size() + 1);
    std::uint64_t offset = 0;
    for (const auto& id : *node.content) {
        auto location = index.find(BlobType::data, id);
        if (!location)
            throw Error(ErrorKind::not_found, "A part of the file \"" + node.name + "\" (blob " +
                                                  id.to_string().substr(0, 8) +
                                                  ") is missing from the repository")
                .advise("Run a check to see what else is missing.");
        layout.offsets_.push_back(offset);
        offset += location->blob.plain_size();
    }
    layout.offsets_.push_back(offset);
    if (offset != node.size)
        throw Error(ErrorKind::corrupt, "The file \"" + node.name + "\" is damaged: its parts have " +
                                            std::to_string(offset) + " bytes, and it should have " +
                                            std::to_string(node.size));
    layout.find_zeros(*node.content);
    return layout;
}

void DiskLayout::find_zeros(const std::vector<BlobId>& content) {
    zero_.assign(content.size(), false);
    std::unordered_set<BlobId> seen;
    std::unordered_set<std::uint64_t> sizes;  // that a run of zeros is likely to have
    for (std::size_t i = 0; i < content.size(); ++i) {
        std::uint64_t size = chunk(i).length;
        bool repeated = !seen.insert(content[i]).second;
        bool round = std::has_single_bit(size) && size >= (64 << 10);
        if (repeated || round || i + 1 == content.size()) sizes.insert(size);
    }
    // Each size costs one hash of as many zeros, so a hostile file must not have many.
    constexpr std::size_t most_sizes = 16;
    std::unordered_set<BlobId> zero_ids;
    for (std::uint64_t size : sizes) {
        if (zero_ids.size() == most_sizes) break;
        zero_ids.insert(zero_blob_id(size));
    }
    for (std::size_t i = 0; i < content.size(); ++i) zero_[i] = zero_ids.contains(content[i]);
}

std::size_t DiskLayout::chunk_at(std::uint64_t offset) const {
    auto after = std::upper_bound(offsets_.begin(), offsets_.end(), offset);
    return static_cast<std::size_t>(after - offsets_.begin()) - 1;
}

std::vector<Extent> DiskLayout::data_extents() const {
    std::vector<Extent> extents;
    for (std::size_t i = 0; i < chunk_count(); ++i) {
        Extent piece = chunk(i);
        if (is_zero(i) || piece.length == 0) continue;
        if (!extents.empty() && extents.back().offset + extents.back().length == piece.offset)
            extents.back().length += piece.length;
        else
            extents.push_back(piece);
    }
    return extents;
}

}  // namespace holdfast::repository
