// Where a repository's files live. One implementation a kind of storage;
// tests/repository/backend_contract.hpp is the suite that each of them passes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "repository/blob_id.hpp"
#include "repository/bytes.hpp"
#include "repository/file_system.hpp"

namespace holdfast::repository {

enum class FileType { pack, key, lock, snapshot, index, config };

// A file of a repository. There is one `config`; its id is all zero.
struct FileName {
    FileType type;
    FileId id;
};

// "data", "keys", "locks", "snapshots", "index"; nothing for the config, which has no folder.
std::string_view folder_name(FileType type);

struct StoredFile {
    FileId id;
    std::uint64_t size = 0;
};

// The contract. Any thread; calls may run side by side.
// - Files are immutable: written whole once, read, removed. Names are SHA-256 ids of the contents, save that
// of `config`.
// - What save() reported as done is found by every later call of any process, also after a power cut.
// - A file whose save() has not succeeded is either absent or whole; never seen in part.
// - Failures of the storage throw io or unavailable and may pass; the caller decides whether to try again.
// - When the work of the calling thread is to stop (StopScope in base/cancellation.hpp), a call that waits
// for another machine throws cancelled within two seconds. One that begins only then is tried once, for about
// a second: enough to remove a lock or what an aborted save() left.
class Backend {
  public:
    virtual ~Backend() = default;

    // Durable when it returns. A file that exists already under that id has the same contents: saving it
    // again is no error. Saving a second config is a conflict. When it throws, the file may be there all the
    // same only if it cannot be removed.
    virtual void save(const FileName& name, ByteView bytes) = 0;

    // Fills `into` with the bytes from `offset`. not_found without such a file, corrupt where it ends before
    // the range does.
    virtual void load(const FileName& name, std::uint64_t offset, std::span<std::byte> into) = 0;

    // Nothing when there is no such file.
    virtual std::optional<std::uint64_t> size(const FileName& name) = 0;

    // In any order. Files with names that are no ids are not listed. A file saved or removed meanwhile may be
    // in it or not.
    virtual std::vector<StoredFile> list(FileType type) = 0;

    // False when there was no such file. The removal is durable when it returns.
    virtual bool remove(const FileName& name) = 0;
    // The same for many, which may be much faster; on an error some are removed.
    virtual void remove_all(FileType type, const std::vector<FileId>& ids) = 0;

    // Removes what saves of packs, indexes and snapshots that never ended left behind. Only under an
    // exclusive lock.
    virtual void remove_unfinished() = 0;

    // Of the storage as a whole; zeros where it does not tell.
    virtual SpaceInfo space() = 0;

    // How many files are worth saving or loading at the same time.
    virtual unsigned connections() const { return 2; }

    // For messages: "/srv/backup/index/4f...".
    virtual std::string describe(const FileName& name) const = 0;
    // For messages: "/srv/backup".
    virtual std::string describe() const = 0;
};

}  // namespace holdfast::repository
