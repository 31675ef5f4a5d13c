// Blobs out of the packs of one repository into those of another.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "base/progress.hpp"
#include "repository/blob_run.hpp"
#include "repository/pack_writer.hpp"
#include "repository/store.hpp"

namespace holdfast::repository {

// Any thread. Borrows everything.
class BlobTransfer {
  public:
    BlobTransfer(Store& source, const BlobIndex& index, const Store& target, PackWriter& packs,
                 Progress& progress)
        : source_(source), index_(index), target_(target), packs_(packs), progress_(progress) {}

    // Blobs that are a run of a pack, in the order of their places. Throws, naming it, for one that is
    // damaged wherever the source has it.
    void transfer(std::span<const BlobLocation> run, RunBuffers& buffers);
    // A tree for whoever looks into it; transferred where the target lacks it. The view is into `buffers`.
    ByteView transfer_tree(const BlobLocation& tree, bool is_there, RunBuffers& buffers);

    std::uint64_t blobs() const { return blobs_; }
    std::uint64_t read_bytes() const { return read_bytes_; }
    std::uint64_t added_bytes() const { return added_bytes_; }

  private:
    struct OpenedBlob {
        ByteView plain;
        ByteView stored;  // as the pack has it, decrypted; empty where a copy elsewhere was read
    };
    std::vector<OpenedBlob> open(std::span<const BlobLocation> run, RunBuffers& buffers);
    void open_elsewhere(const BlobToOpen& blob);
    void count_read(std::uint64_t bytes);
    void save(const PackedBlob& blob, const OpenedBlob& opened);

    Store& source_;
    const BlobIndex& index_;
    const Store& target_;
    PackWriter& packs_;
    Progress& progress_;
    std::atomic<std::uint64_t> blobs_{0}, read_bytes_{0}, added_bytes_{0};
};

}  // namespace holdfast::repository
