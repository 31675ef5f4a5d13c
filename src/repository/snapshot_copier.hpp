// Copying snapshots into another repository, as `restic copy` does: what the other one has already is neither
// read nor sent.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "repository/repository.hpp"

namespace holdfast::repository {

struct CopyResult {
    Snapshot snapshot;  // in the target
    // An earlier copy, the same in all but what tells of its making, was found; nothing was written.
    bool was_there = false;
    std::uint64_t copied_blobs = 0;
    std::uint64_t read_bytes = 0;   // of the source's packs
    std::uint64_t added_bytes = 0;  // to the target
};

// One thread at a time. Holds a shared lock on both repositories while it lives, so that no prune takes away
// what it reads or refers to. Takes a bit for each blob of the source and, while it copies, 16 bytes for each
// that the target lacks.
class SnapshotCopier {
  public:
    // invalid_input where both are the same repository.
    static std::unique_ptr<SnapshotCopier> start(Repository& source, Repository& target);
    virtual ~SnapshotCopier() = default;

    // Everything in the snapshot, then its file, durable in this order: when this returns, the copy survives
    // a power cut, and before that there is none. The copy has the snapshot's own tags where no others are
    // given. Blobs are read once, checked against their ids, encrypted with the target's key, and compressed
    // again only where the target's format differs.
    // Progress counts bytes as the source stores them. not_found for a snapshot that is not there; corrupt,
    // naming the blob, for one that cannot be read whole. After any failure, or when stopped, the copier can
    // only be destroyed, and what arrived in the target is found there by the next.
    virtual CopyResult copy(const SnapshotId& snapshot, const std::optional<std::vector<std::string>>& tags,
                            Progress& progress, std::stop_token stop) = 0;
};

}  // namespace holdfast::repository
