// Reading a disk into blobs: which chunks to read, and the pipeline that reads, hashes, compresses and stores
// them.
#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "base/progress.hpp"
#include "repository/block_device.hpp"
#include "repository/pack_writer.hpp"
#include "repository/snapshot_writer.hpp"

namespace holdfast::repository {

// A disk of 4 TiB in chunks of 1 MiB; its content list alone is a tree of 280 MB.
constexpr std::uint64_t max_chunks_per_disk = 4u << 20;

struct BackupPlan {
    std::uint64_t size = 0;
    std::uint64_t chunk_size = 0;
    // What is known before anything is read: the parent's ids. All zero (no id) elsewhere: to be read, or a
    // hole.
    std::vector<BlobId> content;
    std::vector<std::uint32_t> to_read;  // numbers of chunks, ascending

    std::uint64_t chunk_length(std::uint64_t number) const {
        return std::min(chunk_size, size - number * chunk_size);
    }
};

// The content list of the disk in an earlier snapshot, if it can be built upon.
struct ParentContent {
    std::uint64_t chunk_size = 0;
    std::vector<BlobId> content;
    std::vector<Extent> changed;
};

// conflict when the earlier disk has another size, or another chunk size than the one asked for, if any;
// not_found when parts of it are missing.
ParentContent load_parent(Store& store, const BlobIndex& index, const DiskParent& parent, std::uint64_t size,
                          std::optional<std::uint64_t> chunk_size);

// invalid_input for a chunk size or disk beyond the limits.
BackupPlan plan_backup(std::uint64_t size, std::uint64_t chunk_size, const std::vector<Extent>& data,
                       std::optional<ParentContent> parent);

// Chunks of a disk that was read whole which are not what they were in the parent, although its list of
// changes says nothing of them: into `result`.
void tell_missed_chunks(const ParentContent& parent, const std::vector<BlobId>& content, DiskResult& result);

struct DiskContent {
    std::vector<BlobId> content;
    DiskResult result;
};

// Two threads read, others hash, compress, verify and encrypt, as many as are this pipeline's share of those
// for all that run; the pack writer's threads write. The first
// failure of any of them, or a request to stop, ends all and is thrown. Chunks in memory: 4 MiB (one chunk,
// if that is more) for each thread, and 8 MiB on their way between them.
DiskContent run_backup(BlockSource& source, BackupPlan plan, PackWriter& packs, Progress& progress,
                       const std::stop_token& stop);

}  // namespace holdfast::repository
