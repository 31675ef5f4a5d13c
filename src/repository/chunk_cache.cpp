#include "repository/chunk_cache.hpp"

#include <chrono>

namespace holdfast::repository {

ChunkCache::Chunk ChunkCache::get(const BlobId& id, const std::function<Bytes(Bytes memory)>& load) {
    std::promise<std::shared_ptr<Bytes>> loading;
    std::shared_future<std::shared_ptr<Bytes>> known;
    {
        std::lock_guard guard(mutex_);
        if (auto found = places_.find(id); found != places_.end()) {
            chunks_.splice(chunks_.begin(), chunks_, found->second);
            known = found->second->chunk;
            if (known.wait_for(std::chrono::seconds(0)) == std::future_status::ready) return known.get();
            found->second->is_awaited = true;
        } else {
            chunks_.push_front({.id = id, .chunk = loading.get_future().share()});
            places_[id] = chunks_.begin();
        }
    }
    if (known.valid()) return known.get();
    try {
        auto chunk = std::make_shared<Bytes>(load(take_spare()));
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
        // Given back to the system and asked for again, memory would cost more than what is read into it.
        constexpr std::size_t most_spare = 8;
        const auto& chunk = place->chunk.get();
        if (!place->is_awaited && chunk.use_count() == 1 && spare_.size() < most_spare)
            spare_.push_back(std::move(*chunk));
        places_.erase(place->id);
        last = chunks_.erase(place);
    }
}

Bytes ChunkCache::take_spare() {
    std::lock_guard guard(mutex_);
    if (spare_.empty()) return {};
    Bytes memory = std::move(spare_.back());
    spare_.pop_back();
    return memory;
}

void ChunkCache::drop(const BlobId& id) {
    std::lock_guard guard(mutex_);
    auto place = places_.find(id);
    chunks_.erase(place->second);
    places_.erase(place);
}

}  // namespace holdfast::repository
