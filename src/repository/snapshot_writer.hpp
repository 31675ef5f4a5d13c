// Writing one snapshot: small files and disks into a tree, then the snapshot file that makes them a restore
// point.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.hpp"
#include "base/time.hpp"
#include "repository/compression_mode.hpp"
#include "repository/repository.hpp"

namespace holdfast::repository {

// The same disk in an earlier snapshot, and what has changed since: everything outside `changed` is taken
// from there unread. The earlier disk must have the same chunk size; where its size differs, or it is
// missing, add_disk throws not_found or conflict before it writes anything, and the caller reads the disk in
// full instead.
struct DiskParent {
    SnapshotId snapshot;
    std::string path;
    std::vector<Extent> changed;
    // Read all the same, and compared: DiskResult tells what `changed` missed. The new disk is right even so.
    bool is_verified = false;
};

struct DiskResult {
    std::uint64_t size = 0;         // of the disk
    std::uint64_t read_bytes = 0;   // from the source
    std::uint64_t added_bytes = 0;  // to the repository, compressed and encrypted
    std::uint64_t new_blobs = 0;
    // Of a parent that is verified: chunks that differ from it although nothing in them was told to have
    // changed.
    std::uint64_t chunk_size = 0;
    std::uint64_t missed_chunks = 0;
    std::vector<std::uint64_t> missed_offsets;  // of the first of them, in bytes; at most 8
};

struct FilesOptions {
    std::vector<std::string> excludes;  // patterns as restic's --exclude has them
    bool one_file_system = false;
    bool ignore_parent = false;  // read every file, changed or not
};

struct FilesResult {
    std::uint64_t new_files = 0;
    std::uint64_t changed_files = 0;
    std::uint64_t unchanged_files = 0;  // taken from the parent snapshot unread
    std::uint64_t folders = 0;
    std::uint64_t read_bytes = 0;
    std::uint64_t added_bytes = 0;  // to the repository, compressed and encrypted
    // A sentence each: what could not be read, or changed while it was read, and why. At most 1000.
    std::vector<std::string> problems;
};

struct SnapshotDescription {
    Timestamp time;
    std::string hostname;
    std::vector<std::string> tags;
    std::optional<SnapshotId> parent;
    // Of what is new in it: data that the repository has already stays as it was written.
    CompressionMode compression = CompressionMode::automatic;
};

// The chunk size for a disk of this size where nobody chose one: small chunks make scattered changes cheap,
// and large ones keep the lists of a large disk short. 256 KiB up to 64 GiB, 512 KiB up to 256 GiB, 1 MiB up
// to 1 TiB, 2 MiB up to 4 TiB, then 4 MiB, and 8 MiB where that would be too many.
std::uint64_t suitable_chunk_size(std::uint64_t disk_size);

// One thread at a time. Holds a shared lock on the repository from construction to the end, so that no prune
// removes what it refers to. Destroyed without finish(): what was written is unused data that the next prune
// removes.
class SnapshotWriter {
  public:
    // What it writes in the background stops with the StopScope in which it is started.
    static std::unique_ptr<SnapshotWriter> start(Repository& repository, SnapshotDescription description);
    virtual ~SnapshotWriter() = default;

    // `path` is relative, with "/" between names; folders on the way are made.
    virtual void add_file(std::string_view path, std::string_view content) = 0;

    // Cuts the disk at multiples of `chunk_size` (a power of two, 64 KiB to 8 MiB; nothing: the parent's, or
    // one that suits the disk's size). Holes and zero chunks are one shared blob and are not read where the
    // source knows them. Reading, compressing and writing go on side by side, within bounded memory.
    // Cancelled by `stop` with an Error of that kind; the writer can then only be destroyed.
    virtual DiskResult add_disk(std::string_view path, BlockSource& source,
                                const std::optional<DiskParent>& parent,
                                std::optional<std::uint64_t> chunk_size, Progress& progress,
                                std::stop_token stop) = 0;

    // Files and folders of this machine, laid out in the snapshot as restic lays them out. Content is cut by
    // restic's chunker; files that the description's parent has with the same time, size and inode are not
    // read. What cannot be read is a problem in the result and does not stop the rest. Cancelled by `stop` as
    // add_disk.
    virtual FilesResult add_paths(const std::vector<std::filesystem::path>& paths,
                                  const FilesOptions& options, Progress& progress, std::stop_token stop) = 0;

    // Packs, then index, then snapshot, each durable before the next: when this returns, the snapshot
    // survives a power cut.
    virtual Snapshot finish() = 0;
};

}  // namespace holdfast::repository
