// Collects new blobs into packs of about 16 MiB and writes them out from threads of its own.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

#include "base/bounded_queue.hpp"
#include "repository/first_error.hpp"
#include "repository/open_pack.hpp"
#include "repository/store.hpp"

namespace holdfast::repository {

struct SavedBlob {
    BlobId id;
    std::uint64_t added_bytes = 0;  // to the repository; 0 when the blob was there already
};

enum class IndexWriting {
    as_it_goes,  // an index file for every 50,000 blobs or five minutes, and at the end
    by_caller,   // none; finish() gives the packs
};

// Any thread may save. Each saving thread fills a pack of its own, so that nobody waits for another's
// compression. In memory at a time: one pack for each thread that saves, one waiting, and one for each of the
// backend's connections being written; their buffers are used again. Once anything has thrown, the writer
// can only be destroyed: then, as without finish(), what was written is packs that no index names, for the
// next prune.
class PackWriter {
  public:
    // `index` tells which blobs are there already; they stay as they are. `compression` is for data; trees
    // are always compressed.
    PackWriter(std::shared_ptr<Store> store, std::shared_ptr<const BlobIndex> index,
               IndexWriting index_writing, CompressionMode compression = CompressionMode::automatic);
    ~PackWriter();

    // Hashes, and unless it is there already, compresses, encrypts, verifies and adds it to a pack, all in
    // the caller's thread. Waits while packs are written slower than they are filled. Throws what writing
    // threw, if it has failed.
    SavedBlob save(BlobType type, ByteView plain);
    // The same for a caller that knows the hash.
    SavedBlob save(BlobType type, const BlobId& id, ByteView plain);
    // The same for a blob of another repository, decrypted there and verified by the caller, which is not
    // compressed again. `blob` says whether it is compressed.
    SavedBlob save_stored(const PackedBlob& blob, ByteView stored);
    // A blob that is sealed already and verified by the caller.
    void add(const PackedBlob& blob, ByteView sealed);

    // Every blob is in a durable pack, and every pack in a durable index unless the caller writes that. Once,
    // at the end, when nobody saves any more.
    std::vector<IndexedPack> finish();
    // In the place of finish() where the work ends early: the packs that are durable are named in an index,
    // so that who tries again finds their blobs; what else was saved is dropped.
    void break_off();

  private:
    SavedBlob seal(BlobType type, const BlobId& id, std::size_t size,
                   const std::function<std::uint32_t(OpenPack&)>& into);
    bool claim(BlobType type, const BlobId& id);
    OpenPack take_pack(BlobType type, std::size_t size);
    void give_back(BlobType type, OpenPack pack);
    void enqueue(OpenPack pack);
    void write_packs();
    void write_pack(OpenPack pack);
    void write_index_if_due();
    void write_index(std::vector<IndexedPack> packs);

    const std::shared_ptr<Store> store_;
    const std::shared_ptr<const BlobIndex> index_;
    const IndexWriting index_writing_;
    const CompressionMode compression_;

    std::mutex mutex_;
    std::vector<OpenPack> idle_packs_[2];    // begun, not full, and in nobody's hands; by blob type
    std::vector<AlignedBuffer> buffers_;     // of packs that were written
    std::unordered_set<BlobId> claimed_[2];  // saved by this writer and not in the index yet
    std::vector<IndexedPack> written_;       // packs that no index names yet
    std::size_t written_blobs_ = 0;
    std::chrono::steady_clock::time_point last_index_;
    FirstError error_;
    BoundedQueue<OpenPack> full_packs_{1};
    std::vector<std::jthread> writers_;
};

}  // namespace holdfast::repository
