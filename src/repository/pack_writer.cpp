#include "repository/pack_writer.hpp"

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "repository/sha256.hpp"

namespace holdfast::repository {
namespace {

constexpr auto index_every = std::chrono::minutes(5);
constexpr std::size_t most_idle_buffers = 4;

std::size_t number(BlobType type) {
    return static_cast<std::size_t>(type);
}

}  // namespace

PackWriter::PackWriter(std::shared_ptr<Store> store, std::shared_ptr<const BlobIndex> index,
                       IndexWriting index_writing, CompressionMode compression)
    : store_(std::move(store)),
      index_(std::move(index)),
      index_writing_(index_writing),
      compression_(compression),
      last_index_(std::chrono::steady_clock::now()) {
    try {
        for (unsigned i = 0; i < store_->backend().connections(); ++i)
            writers_.emplace_back([this, outer = StopScope::current()] {
                StopScope scope(outer);
                write_packs();
            });
    } catch (...) {
        full_packs_.abort();  // no more threads are to be had: those that run must not wait for ever
        throw;
    }
}

PackWriter::~PackWriter() {
    full_packs_.abort();
}

SavedBlob PackWriter::save(BlobType type, ByteView plain) {
    return save(type, id_of<BlobId>(plain), plain);
}

SavedBlob PackWriter::save(BlobType type, const BlobId& id, ByteView plain) {
    if (plain.size() > max_blob_size(type))
        throw Error(ErrorKind::too_large, "A blob is larger than a repository may hold");
    auto mode = type == BlobType::data ? compression_ : CompressionMode::automatic;
    return seal(type, id, plain.size(),
                [&](OpenPack& pack) { return pack.seal(*store_, type, id, plain, mode); });
}

SavedBlob PackWriter::save_stored(const PackedBlob& blob, ByteView stored) {
    return seal(blob.type, blob.id, stored.size(),
                [&](OpenPack& pack) { return pack.seal_stored(*store_, blob, stored); });
}

SavedBlob PackWriter::seal(BlobType type, const BlobId& id, std::size_t size,
                           const std::function<std::uint32_t(OpenPack&)>& into) {
    if (!claim(type, id)) return {id, 0};
    try {
        OpenPack pack = take_pack(type, size + Cipher::overhead);
        std::uint64_t added = into(pack);
        give_back(type, std::move(pack));
        return {id, added};
    } catch (...) {
        // The blob was promised to whoever saves the same bytes, and others may have been in the pack.
        error_.keep_current();
        full_packs_.abort();
        throw;
    }
}

bool PackWriter::claim(BlobType type, const BlobId& id) {
    if (index_->contains(type, id)) return false;
    std::lock_guard guard(mutex_);
    return claimed_[number(type)].insert(id).second;
}

void PackWriter::add(const PackedBlob& blob, ByteView sealed) {
    OpenPack pack = take_pack(blob.type, sealed.size());
    pack.add(blob, sealed);
    give_back(blob.type, std::move(pack));
}

// A pack with room for a blob of `size` sealed bytes; a begun one that has none is sent to be written.
OpenPack PackWriter::take_pack(BlobType type, std::size_t size) {
    OpenPack full;
    AlignedBuffer buffer;
    {
        std::lock_guard guard(mutex_);
        auto& idle = idle_packs_[number(type)];
        if (!idle.empty()) {
            OpenPack pack = std::move(idle.back());
            idle.pop_back();
            if (pack.has_room(size)) return pack;
            full = std::move(pack);
        }
        if (!buffers_.empty()) {
            buffer = std::move(buffers_.back());
            buffers_.pop_back();
        }
    }
    if (!full.is_empty()) enqueue(std::move(full));
    return {std::move(buffer), size};
}

void PackWriter::give_back(BlobType type, OpenPack pack) {
    if (pack.is_full()) {
        enqueue(std::move(pack));
        return;
    }
    std::lock_guard guard(mutex_);
    idle_packs_[number(type)].push_back(std::move(pack));
}

void PackWriter::enqueue(OpenPack pack) {
    if (full_packs_.push(std::move(pack))) return;
    error_.rethrow_if_any();
    throw Error(ErrorKind::internal, "A blob was added to packs that are finished");
}

std::vector<IndexedPack> PackWriter::finish() {
    for (auto& packs : idle_packs_) {
        for (auto& pack : packs) enqueue(std::move(pack));
        packs.clear();
    }
    full_packs_.close();
    writers_.clear();  // waits for them
    error_.rethrow_if_any();
    auto packs = std::exchange(written_, {});
    if (index_writing_ == IndexWriting::by_caller) return packs;
    write_index(std::move(packs));
    return {};
}

void PackWriter::break_off() {
    full_packs_.abort();
    writers_.clear();  // waits for them
    if (index_writing_ == IndexWriting::as_it_goes) write_index(std::exchange(written_, {}));
}

void PackWriter::write_packs() {
    try {
        while (auto pack = full_packs_.pop()) {
            write_pack(std::move(*pack));
            if (index_writing_ == IndexWriting::as_it_goes) write_index_if_due();
        }
    } catch (...) {
        error_.keep_current();
        full_packs_.abort();
    }
}

void PackWriter::write_pack(OpenPack pack) {
    auto [id, bytes] = pack.finish(store_->cipher());
    store_->backend().save({FileType::pack, FileId(id.bytes())}, bytes);
    std::lock_guard guard(mutex_);
    written_.push_back({id, pack.take_blobs()});
    written_blobs_ += written_.back().blobs.size();
    AlignedBuffer buffer = pack.take_buffer();
    if (buffer.size() == pack_size && buffers_.size() < most_idle_buffers)
        buffers_.push_back(std::move(buffer));
}

void PackWriter::write_index_if_due() {
    std::vector<IndexedPack> packs;
    {
        std::lock_guard guard(mutex_);
        auto now = std::chrono::steady_clock::now();
        if (written_blobs_ < max_blobs_per_index_file && now - last_index_ < index_every) return;
        packs = std::exchange(written_, {});
        written_blobs_ = 0;
        last_index_ = now;
    }
    write_index(std::move(packs));
}

void PackWriter::write_index(std::vector<IndexedPack> packs) {
    if (packs.empty()) return;
    store_->save_index(packs);
    // From here on the index answers for them.
    std::lock_guard guard(mutex_);
    for (const auto& pack : packs)
        for (const auto& blob : pack.blobs) claimed_[number(blob.type)].erase(blob.id);
}

}  // namespace holdfast::repository
