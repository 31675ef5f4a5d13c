// A restic repository (format version 2 or 1): open, snapshots, keys, forget, prune, check, restore.
// Format: restic's doc/design.rst. Stock restic reads what is written here, and the other way round.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.hpp"
#include "base/time.hpp"
#include "repository/blob_id.hpp"
#include "repository/block_device.hpp"

namespace holdfast::repository {

// A snapshot as its file tells it. `id` is the SHA-256 of that file.
struct Snapshot {
    SnapshotId id;
    Timestamp time;
    std::string hostname;
    std::string username;
    std::vector<std::string> paths;
    std::vector<std::string> excludes;  // the patterns with which it was made
    std::vector<std::string> tags;
    std::optional<SnapshotId> parent;
    // Of a copy: the snapshot that it is a copy of, in the repository where it was made.
    std::optional<SnapshotId> original;
    BlobId tree;
    // East of UTC, as its file tells the time: its days and hours are those of the place that made it.
    std::chrono::minutes utc_offset{0};
};

struct PruneResult {
    std::uint64_t removed_packs = 0;
    std::uint64_t rewritten_packs = 0;
    std::uint64_t freed_bytes = 0;
};

struct CheckResult {
    std::uint64_t checked_packs = 0;
    std::uint64_t checked_blobs = 0;
    // A sentence each: what is damaged, and which snapshots and files it affects. Empty: all is well.
    std::vector<std::string> problems;
};

struct RepositoryStatistics {
    std::uint64_t snapshots = 0;
    std::uint64_t packs = 0;
    std::uint64_t stored_bytes = 0;    // of all pack files
    std::uint64_t capacity_bytes = 0;  // of the file system that holds it
    std::uint64_t free_bytes = 0;
};

// What the snapshots and the index say, which takes the time of reading every tree once.
struct ContentStatistics {
    // Of all snapshots together: what restoring each of them would write, a file with several names once for
    // each name. UINT64_MAX where the sum is larger.
    std::uint64_t files = 0;
    std::uint64_t restore_bytes = 0;
    // In the packs, needed or not. Blobs that stand there twice count twice.
    std::uint64_t tree_blobs = 0;
    std::uint64_t data_blobs = 0;
    std::uint64_t blob_bytes = 0;          // as stored: compressed and encrypted
    std::uint64_t uncompressed_bytes = 0;  // of the same blobs
    std::uint64_t index_memory_bytes = 0;  // which an open repository takes for its index
};

enum class CheckDepth { structure, all_data };

// A password of the repository, as `keys/<id>` holds it.
struct RepositoryKey {
    std::string id;  // 64 hexadecimal digits
    Timestamp created;
    std::string hostname;
    std::string username;
    bool is_current = false;  // the one that opened this Repository
};

// An entry of a folder in a snapshot, for listing.
struct FileEntryInfo {
    std::string path;        // from the root of the snapshot, "home/ann/notes.txt"
    std::string type;        // restic's word: "file", "dir", "symlink", "dev", "chardev", "fifo", "socket"
    std::uint32_t mode = 0;  // permission bits with set-uid, set-gid and sticky, as stat(2) has them
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint64_t size = 0;
    Timestamp modified;
    std::string link_target;
};

enum class OverwriteFiles { always, if_changed, never };

struct RestoreFilesOptions {
    OverwriteFiles overwrite = OverwriteFiles::always;
    bool restore_owners = true;  // left out, with a problem told, where the process may not
};

struct RestoreFilesResult {
    std::uint64_t files = 0;
    std::uint64_t folders = 0;
    std::uint64_t restored_bytes = 0;
    // A sentence each: what could not be restored in full, and why. At most 1000.
    std::vector<std::string> problems;
};

// Any thread; operations of one object may run side by side. Holds the master key and the index in memory.
// An operation ends with cancelled when its stop is requested, or that of the StopScope in which it is
// called: within some two seconds where a server does not answer.
class Repository {
  public:
    // `url` is a folder's path or one of the addresses that repository_url.hpp reads.
    // Makes a new repository in an empty or missing place. conflict when one is there already.
    static std::unique_ptr<Repository> create(const std::string& url, std::string_view password,
                                              unsigned format_version = 2);
    // not_found when there is none; unauthenticated for a wrong password; corrupt when its configuration
    // cannot be read.
    static std::unique_ptr<Repository> open(const std::string& url, std::string_view password);
    static bool exists(const std::string& url);

    virtual ~Repository() = default;

    // The id in its configuration, 64 hexadecimal digits.
    virtual std::string id() const = 0;
    virtual RepositoryStatistics statistics() = 0;
    // Holds a shared lock. corrupt when a tree is missing or damaged.
    virtual ContentStatistics content_statistics(std::stop_token stop) = 0;

    // Newest first. Takes a shared lock while it reads.
    virtual std::vector<Snapshot> snapshots() = 0;

    // Removes the snapshot files, never data. Ids that are gone already are no error. Under an exclusive
    // lock, as restic does, which fails when a snapshot goes between its listing and its reading: conflict,
    // naming the holder, while others read or write.
    virtual void forget(std::span<const SnapshotId> ids) = 0;

    // Removes data that no snapshot uses, under an exclusive lock: conflict, naming the holder, while others
    // read or write.
    virtual PruneResult prune(Progress& progress, std::stop_token stop) = 0;

    virtual CheckResult check(CheckDepth depth, Progress& progress, std::stop_token stop) = 0;

    // Writes indexes anew from the packs themselves, under an exclusive lock, and says in `problems` what
    // could not be brought back and which snapshots and files that affects; what could is only logged.
    // `structure` goes by the packs' headers. `all_data` reads every blob and leaves those out that are
    // damaged, so that the next backup stores them again. Sound blobs of damaged packs are copied to new
    // ones. No pack is removed: the next prune does that.
    virtual CheckResult repair(CheckDepth depth, Progress& progress, std::stop_token stop) = 0;

    // Oldest first. Key files that cannot be read are left out, and logged.
    virtual std::vector<RepositoryKey> keys() = 0;
    // The new key's id. Durable, and proved to open, when it returns.
    virtual std::string add_key(std::string_view password) = 0;
    // Under an exclusive lock. conflict for the key that opened this Repository, so that one always remains;
    // not_found; invalid_input for what is not a whole id.
    virtual void remove_key(const std::string& id) = 0;

    // Removes locks of dead processes of this host and locks that were not refreshed for 30 minutes. How many
    // were removed.
    virtual std::size_t remove_stale_locks() = 0;

    // The whole content of a file inside a snapshot ("web01/domain.xml"). not_found; too_large past `limit`.
    virtual std::string read_file(const SnapshotId& snapshot, std::string_view path, std::size_t limit) = 0;

    // A file inside a snapshot as a disk, read at random with a bounded cache. Holds a shared lock while it
    // lives, so that no prune takes its data away. Its data_extents() leave out the shared zero chunk.
    virtual std::unique_ptr<BlockSource> open_disk(const SnapshotId& snapshot, std::string_view path) = 0;

    // Writes a whole disk out, several chunks side by side, zeros left out. Progress counts the disk's bytes;
    // transferred is what was really written. Holds a shared lock. Every chunk is verified before it is
    // written.
    virtual void restore_disk(const SnapshotId& snapshot, std::string_view path, BlockSink& sink,
                              Progress& progress, std::stop_token stop) = 0;

    // The same for a disk of which much is at hand: what `seed`, a disk of the same size (else: conflict),
    // holds at the same place is taken from there and not fetched.
    virtual void restore_disk_over(const SnapshotId& snapshot, std::string_view path, const DiskSeed& seed,
                                   BlockSink& sink, Progress& progress, std::stop_token stop) = 0;

    // Every file and folder below `path` (a file: itself; "": everything), parents first, in the order of the
    // trees. too_large past 100 million entries. Holds a shared lock.
    virtual void list_files(const SnapshotId& snapshot, std::string_view path,
                            const std::function<void(const FileEntryInfo&)>& visit, std::stop_token stop) = 0;

    // Restores what is at `path` in the snapshot ("": everything) into the folder `target`, which is made
    // when it is missing: contents, types, modes, owners, times, links, devices, extended attributes and
    // ACLs; runs of zeros become holes. A file that cannot be restored is a problem in the result and does
    // not stop the rest. Nothing outside `target` is touched, whatever the snapshot holds. too_large, with
    // nothing restored, past 100 million entries. Holds a shared lock.
    virtual RestoreFilesResult restore_files(const SnapshotId& snapshot, std::string_view path,
                                             const std::filesystem::path& target,
                                             const RestoreFilesOptions& options, Progress& progress,
                                             std::stop_token stop) = 0;
};

}  // namespace holdfast::repository
