// The index seen from the packs: what each of them holds.
#pragma once

#include <functional>
#include <vector>

#include "repository/blob_index.hpp"

namespace holdfast::repository {

// Four bytes a blob.
class PackList {
  public:
    explicit PackList(const BlobIndex& index);

    struct Pack {
        PackId id;
        // Numbers of index entries, in the order of their offsets; none twice.
        std::span<const BlobIndex::Position> blobs;
    };
    std::size_t size() const { return starts_.size() - 1; }
    Pack operator[](std::size_t number) const;

  private:
    const BlobIndex& index_;
    std::vector<BlobIndex::Position> positions_;
    std::vector<std::size_t> starts_;  // of each pack in positions_, and the end
};

// The size of a pack file that holds just these blobs.
std::uint64_t expected_pack_size(const BlobIndex& index, std::span<const BlobIndex::Position> blobs);

}  // namespace holdfast::repository
