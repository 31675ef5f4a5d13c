#include "repository/chunk_cache.hpp"

#include <utility>

namespace holdfast::repository {
namespace {

constexpr std::size_t most_spares = 8;

}  // namespace

ChunkCache::Spares::Spares() {
    memory_.reserve(most_spares);
}

Bytes ChunkCache::Spares::take() {
    std::lock_guard guard(mutex_);
    if (memory_.empty()) return {};
    Bytes memory = std::move(memory_.back());
    memory_.pop_back();
    return memory;
}

void ChunkCache::Spares::give(Bytes memory) noexcept {
    std::lock_guard guard(mutex_);
    if (memory_.size() < most_spares) memory_.push_back(std::move(memory));
}

ChunkCache::Chunk ChunkCache::make_chunk(Bytes bytes) const {
    // The last who has it gives its memory back, whether the cache still knows it or not.
    auto give_back = [spares = spares_](Bytes* chunk) {
        spares->give(std::move(*chunk));
        delete chunk;
    };
    return std::shared_ptr<Bytes>(new Bytes(std::move(bytes)), give_back);
}

ChunkCache::Chunk ChunkCache::get(const BlobId& id, const std::function<Bytes(Bytes memory)>& load) {
    std::promise<Chunk> loading;
    std::shared_future<Chunk> known;
    {
        std::lock_guard guard(mutex_);
        if (auto found = places_.find(id); found != places_.end()) {
            chunks_.splice(chunks_.begin(), chunks_, found->second);
            known = found->second->chunk;
        } else {
            chunks_.push_front({.id = id, .chunk = loading.get_future().share()});
            places_[id] = chunks_.begin();
        }
    }
    if (known.valid()) return known.get();
    try {
        auto chunk = make_chunk(load(spares_->take()));
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
