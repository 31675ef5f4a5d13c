#include "repository/chunk_cache.hpp"

namespace holdfast::repository {

ChunkCache::Chunk ChunkCache::get(const BlobId& id, const std::function<Bytes()>& load) {
    std::promise<Chunk> loading;
    std::shared_future<Chunk> known;
    {
        std::lock_guard guard(mutex_);
        if (auto found = places_.find(id); found != places_.end()) {
            chunks_.splice(chunks_.begin(), chunks_, found->second);
            known = found->second->chunk;
        } else {
            chunks_.push_front({id, loading.get_future().share(), 0});
            places_[id] = chunks_.begin();
        }
    }
    if (known.valid()) return known.get();
    try {
        auto chunk = std::make_shared<const Bytes>(load());
        keep(id, chunk->size());
        loading.set_value(chunk);
        return chunk;
    } catch (...) {
        drop(id);
        loading.set_exception(std::current_exception());
        throw;
    }
}

bool ChunkCache::contains(const BlobId& id) const {
    std::lock_guard guard(mutex_);
    return places_.contains(id);
}

// The chunk is loaded: it counts now, and others make room. Those that are being loaded stay.
void ChunkCache::keep(const BlobId& id, std::size_t size) {
    std::lock_guard guard(mutex_);
    places_.at(id)->size = size;
    size_ += size;
    for (auto last = chunks_.end(); size_ > limit_ && last != chunks_.begin();) {
        auto place = std::prev(last);
        if (place->size == 0 || place->id == id) {
            last = place;
            continue;
        }
        size_ -= place->size;
        places_.erase(place->id);
        last = chunks_.erase(place);
    }
}

void ChunkCache::drop(const BlobId& id) {
    std::lock_guard guard(mutex_);
    auto place = places_.find(id);
    chunks_.erase(place->second);
    places_.erase(place);
}

}  // namespace holdfast::repository
