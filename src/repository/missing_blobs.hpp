// What of a snapshot another repository lacks.
#pragma once

#include <cstdint>
#include <mutex>
#include <stop_token>
#include <vector>

#include "repository/blob_transfer.hpp"
#include "repository/task_queue.hpp"

namespace holdfast::repository {

// A data blob to be copied. 16 bytes.
struct MissingBlob {
    BlobIndex::Position blob;  // in the source's index
    std::uint32_t pack;        // its number
    std::uint32_t offset;
    std::uint32_t order;  // in which files refer to them
};

// Looks into every tree of a snapshot, several at a time, and copies the trees on the way.
class MissingBlobs {
  public:
    // `seen`, by the number in the source's index, says what the target has or is being sent, and is kept.
    MissingBlobs(Store& source, const BlobIndex& source_index, const BlobIndex& target_index,
                 BlobTransfer& transfer, std::vector<bool>& seen)
        : source_(source),
          source_index_(source_index),
          target_index_(target_index),
          transfer_(transfer),
          seen_(seen) {}

    // Once. Throws corrupt for a tree or a blob that the source lacks.
    std::vector<MissingBlob> find(const BlobId& root, const std::stop_token& stop);

  private:
    void look_into(BlobIndex::Position tree);
    void note_tree(const BlobId& id);
    void note_data(const BlobId& id);
    // Nothing where it was met before.
    std::optional<BlobIndex::Position> first_sight(BlobType type, const BlobId& id);

    Store& source_;
    const BlobIndex& source_index_;
    const BlobIndex& target_index_;
    BlobTransfer& transfer_;
    std::mutex large_trees_;
    std::mutex mutex_;
    std::vector<bool>& seen_;
    std::vector<MissingBlob> missing_;
    TaskQueue tasks_;
};

// Neighbours in the packs at one stroke, several of them side by side.
void copy_data(BlobTransfer& transfer, const BlobIndex& source_index, std::vector<MissingBlob> missing,
               Progress& progress, const std::stop_token& stop);

}  // namespace holdfast::repository
