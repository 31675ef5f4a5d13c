// Where each piece of a file stands: at which offset of the file, and which pieces are nothing but zeros.
#pragma once

#include <cstdint>
#include <vector>

#include "repository/blob_index.hpp"
#include "repository/block_device.hpp"
#include "repository/tree.hpp"

namespace holdfast::repository {

// The id of a blob of `size` zeros. Remembered for sizes asked before; any thread.
BlobId zero_blob_id(std::uint64_t size);

// Works for disks in fixed chunks and for files that restic cut at their content. Eight bytes and a bit a
// chunk.
class DiskLayout {
  public:
    // not_found when a blob is not in the index; corrupt when the pieces do not add up to the file's size.
    static DiskLayout of_file(const BlobIndex& index, const Node& node);

    std::uint64_t size() const { return offsets_.back(); }
    std::size_t chunk_count() const { return offsets_.size() - 1; }
    Extent chunk(std::size_t number) const {
        return {offsets_[number], offsets_[number + 1] - offsets_[number]};
    }
    // The chunk that holds this byte of the file; `offset` lies inside it.
    std::size_t chunk_at(std::uint64_t offset) const;
    // Whether the chunk is known to be all zero. A rare run of zeros in a file that restic cut may go
    // unnoticed.
    bool is_zero(std::size_t number) const { return zero_[number]; }
    // Everything but the zero chunks.
    std::vector<Extent> data_extents() const;

  private:
    void find_zeros(const std::vector<BlobId>& content);

    std::vector<std::uint64_t> offsets_;  // of each chunk, and the end
    std::vector<bool> zero_;
};

}  // namespace holdfast::repository
