// What all operations on an open repository share: its files, its keys, its index.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "repository/backend.hpp"
#include "repository/blob_index.hpp"
#include "repository/cipher.hpp"
#include "repository/compression_mode.hpp"
#include "repository/config_file.hpp"
#include "repository/index_file.hpp"
#include "repository/key_file.hpp"
#include "repository/lock.hpp"
#include "repository/repository.hpp"
#include "repository/tree.hpp"
#include "repository/unpacked_files.hpp"

namespace holdfast::repository {

// What sealing made of a blob.
struct SealedSize {
    std::uint32_t length = 0;
    std::uint32_t uncompressed_size = 0;  // 0: not compressed
};

// Any thread.
class Store {
  public:
    // Key and configuration into a backend that has neither. For the costs of the password see ScryptCost.
    static std::shared_ptr<Store> create(std::unique_ptr<Backend> backend, std::string_view password,
                                         const ScryptCost& cost, const Config& config);
    // unauthenticated for a wrong password, not_found without a configuration, corrupt when it cannot be
    // read.
    static std::shared_ptr<Store> open(std::unique_ptr<Backend> backend, std::string_view password);

    // `key_id` names the key file that held `key`.
    Store(std::unique_ptr<Backend> backend, const MasterKey& key, const FileId& key_id, Config config);

    Backend& backend() { return *backend_; }
    const Cipher& cipher() const { return cipher_; }
    const MasterKey& master_key() const { return cipher_.key(); }
    const FileId& key_id() const { return key_id_; }
    const UnpackedFiles& files() const { return files_; }
    const Config& config() const { return config_; }

    // One lock file serves all shared holders of this object.
    std::shared_ptr<RepositoryLock> lock_shared();
    std::shared_ptr<RepositoryLock> lock_exclusive();

    // Newest first.
    std::vector<Snapshot> load_snapshots();
    // not_found when there is none of that id.
    Snapshot load_snapshot(const SnapshotId& id, std::optional<std::uint64_t> listed_size = {});

    // The index with everything that is in the repository now. To be asked under a lock, after the snapshots
    // that it shall serve were read: a snapshot's index is there before the snapshot is.
    std::shared_ptr<BlobIndex> fresh_index();
    // Writes an index file and takes it over into the index. Durable when it returns.
    FileId save_index(std::span<const IndexedPack> packs);

    // Compressed where `mode` wants it and it is worth it, encrypted, and proved to open to the same bytes
    // again. `into` has room for plain.size() + Cipher::overhead bytes and is filled from its beginning.
    SealedSize seal_blob(ByteView plain, std::span<std::byte> into, CompressionMode mode) const;
    // The same for what another repository stores, decrypted: compressed or not, it stays as it is.
    SealedSize seal_stored(ByteView stored, std::uint32_t uncompressed_size, std::span<std::byte> into) const;
    // Decrypted, decompressed, and checked against the id; corrupt otherwise.
    Bytes open_blob(ByteView sealed, const BlobLocation& location) const;
    // The same into exactly location.blob.plain_size() bytes, which the caller checks against the id.
    // `sealed` is decrypted in place.
    void unseal_blob(std::span<std::byte> sealed, const BlobLocation& location,
                     std::span<std::byte> plain) const;
    // The error of a blob that does not match its id.
    Error wrong_content(const BlobLocation& location) const;
    // As open_blob, from the backend. Where a copy is damaged and another pack has the blob too, that is read
    // and a warning logged. not_found when the index does not know it. In `memory`, whatever was in that, as
    // far as it suffices.
    Bytes load_blob(const BlobIndex& index, BlobType type, const BlobId& id, Bytes memory = {});
    Tree load_tree(const BlobIndex& index, const BlobId& id);
    // The file at `path` ("web01/disks/vda.raw"); not_found, naming the path, when there is no such file.
    Node find_file(const BlobIndex& index, const Snapshot& snapshot, std::string_view path);

  private:
    void open_blob_into(std::span<std::byte> sealed, const BlobLocation& location,
                        std::span<std::byte> plain) const;
    void load_copy(const BlobLocation& location, Bytes& into) const;
    std::string describe(const BlobLocation& location) const;

    std::unique_ptr<Backend> backend_;
    const Cipher cipher_;
    const FileId key_id_;
    const Config config_;
    const UnpackedFiles files_;

    std::timed_mutex lock_mutex_;
    std::weak_ptr<RepositoryLock> shared_lock_;

    std::timed_mutex index_mutex_;
    std::shared_ptr<BlobIndex> index_;
    std::set<FileId> indexed_files_;  // that are in index_
};

}  // namespace holdfast::repository
