// Chunks of a disk in memory, bounded, each decoded once however many ask for it at the same time.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "repository/blob_id.hpp"
#include "repository/bytes.hpp"

namespace holdfast::repository {

// By id, so that equal chunks are kept once. Any thread.
class ChunkCache {
  public:
    using Chunk = std::shared_ptr<const Bytes>;

    // Keeps chunks of so many bytes together, and the one used last in any case.
    explicit ChunkCache(std::size_t limit) : limit_(limit) {}

    // What is kept, or what `load` gives, which may do so in the memory of a chunk that made room (or in
    // none); who asks for a chunk that another thread loads waits for that. Throws what `load` throws; the
    // next who asks tries again.
    Chunk get(const BlobId& id, const std::function<Bytes(Bytes memory)>& load);
    // Kept or being loaded.
    bool contains(const BlobId& id) const;

  private:
    struct Place {
        BlobId id;
        std::shared_future<Chunk> chunk;
        std::size_t size = 0;  // 0 while it is being loaded
    };
    // Memory of chunks that nobody has any more: given back to the system and asked for again it would cost
    // more than what is read into it. A chunk may outlive the cache.
    class Spares {
      public:
        Spares();
        Bytes take();
        void give(Bytes memory) noexcept;

      private:
        std::mutex mutex_;
        std::vector<Bytes> memory_;
    };

    Chunk make_chunk(Bytes bytes) const;

    void keep(const BlobId& id, std::size_t size);
    void drop(const BlobId& id);

    const std::size_t limit_;
    mutable std::mutex mutex_;
    std::list<Place> chunks_;  // the latest used first
    std::unordered_map<BlobId, std::list<Place>::iterator> places_;
    std::size_t size_ = 0;
    const std::shared_ptr<Spares> spares_ = std::make_shared<Spares>();
};

}  // namespace holdfast::repository
