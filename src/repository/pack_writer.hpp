// Collects new blobs into packs of about 16 MiB and writes them out from a thread of its own.
#pragma once

#include <chrono>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <vector>

#include "base/bounded_queue.hpp"
#include "repository/first_error.hpp"
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

// Any thread may save. At most three packs are in memory at a time: one being filled, one waiting, one being
// written; a fourth for trees. Destroyed without finish(): packs that no index names, for the next prune.
class PackWriter {
  public:
    // `index` tells which blobs are there already.
    PackWriter(std::shared_ptr<Store> store, std::shared_ptr<const BlobIndex> index,
               IndexWriting index_writing);
    ~PackWriter();

    // Hashes, and unless it is there already, compresses, encrypts, verifies and adds it to a pack, all in
    // the caller's thread. Waits while packs are written slower than they are filled. Throws what writing
    // threw, if it has failed.
    SavedBlob save(BlobType type, ByteView plain);
    // A blob that is sealed already and verified by the caller.
    void add(SealedBlob blob);

    // Every blob is in a durable pack, and every pack in a durable index unless the caller writes that. Once,
    // at the end.
    std::vector<IndexedPack> finish();

  private:
    struct OpenPack {
        Bytes bytes;
        std::vector<PackedBlob> blobs;
    };

    bool claim(BlobType type, const BlobId& id);
    void enqueue(OpenPack pack);
    void write_packs();
    void write_pack(OpenPack pack);
    void write_index();

    const std::shared_ptr<Store> store_;
    const std::shared_ptr<const BlobIndex> index_;
    const IndexWriting index_writing_;

    std::mutex mutex_;
    OpenPack open_packs_[2];                 // by blob type
    std::unordered_set<BlobId> claimed_[2];  // saved by this writer and not in the index yet
    FirstError error_;
    BoundedQueue<OpenPack> full_packs_{1};

    // Only the writing thread touches these, and finish() once it has ended.
    std::vector<IndexedPack> written_;
    std::size_t written_blobs_ = 0;
    std::chrono::steady_clock::time_point last_index_;
    std::jthread writer_;
};

}  // namespace holdfast::repository
