#include "repository/pack_writer.hpp"

#include "base/error.hpp"
#include "repository/sha256.hpp"

namespace holdfast::repository {
namespace {

constexpr std::size_t pack_size = 16 << 20;
constexpr std::size_t max_blobs_per_pack = 100'000;  // keeps the header far below its limit
constexpr auto index_every = std::chrono::minutes(5);

std::size_t number(BlobType type) {
    return static_cast<std::size_t>(type);
}

}  // namespace

PackWriter::PackWriter(std::shared_ptr<Store> store, std::shared_ptr<const BlobIndex> index,
                       IndexWriting index_writing)
    : store_(std::move(store)),
      index_(std::move(index)),
      index_writing_(index_writing),
      last_index_(std::chrono::steady_clock::now()),
      writer_([this] { write_packs(); }) {}

PackWriter::~PackWriter() {
    full_packs_.abort();
    if (writer_.joinable()) writer_.join();
}

SavedBlob PackWriter::save(BlobType type, ByteView plain) {
    if (plain.size() > max_blob_size(type))
        throw Error(ErrorKind::too_large, "A blob is larger than a repository may hold");
    BlobId id = id_of<BlobId>(plain);
    if (!claim(type, id)) return {id, 0};
    SealedBlob blob = store_->seal_blob(type, id, plain);
    std::uint64_t added = blob.bytes.size();
    add(std::move(blob));
    return {id, added};
}

bool PackWriter::claim(BlobType type, const BlobId& id) {
    if (index_->contains(type, id)) return false;
    std::lock_guard guard(mutex_);
    return claimed_[number(type)].insert(id).second;
}

void PackWriter::add(SealedBlob blob) {
    OpenPack full;
    {
        std::lock_guard guard(mutex_);
        OpenPack& pack = open_packs_[number(blob.type)];
        if (pack.blobs.empty()) pack.bytes.reserve(pack_size + blob.bytes.size() + (256 << 10));
        pack.blobs.push_back({.type = blob.type,
                              .id = blob.id,
                              .offset = static_cast<std::uint32_t>(pack.bytes.size()),
                              .length = static_cast<std::uint32_t>(blob.bytes.size()),
                              .uncompressed_size = blob.uncompressed_size});
        pack.bytes.insert(pack.bytes.end(), blob.bytes.begin(), blob.bytes.end());
        if (pack.bytes.size() < pack_size && pack.blobs.size() < max_blobs_per_pack) return;
        full = std::exchange(pack, OpenPack());
    }
    enqueue(std::move(full));
}

void PackWriter::enqueue(OpenPack pack) {
    if (full_packs_.push(std::move(pack))) return;
    error_.rethrow_if_any();
    throw Error(ErrorKind::internal, "A blob was added to packs that are finished");
}

std::vector<IndexedPack> PackWriter::finish() {
    for (auto& pack : open_packs_)
        if (!pack.blobs.empty()) enqueue(std::exchange(pack, OpenPack()));
    full_packs_.close();
    if (writer_.joinable()) writer_.join();
    error_.rethrow_if_any();
    if (index_writing_ == IndexWriting::as_it_goes) write_index();
    return std::move(written_);
}

void PackWriter::write_packs() {
    try {
        while (auto pack = full_packs_.pop()) {
            write_pack(std::move(*pack));
            bool due = written_blobs_ >= max_blobs_per_index_file ||
                       std::chrono::steady_clock::now() - last_index_ >= index_every;
            if (index_writing_ == IndexWriting::as_it_goes && due) write_index();
        }
    } catch (...) {
        error_.keep_current();
        full_packs_.abort();
    }
}

void PackWriter::write_pack(OpenPack pack) {
    Bytes header = encode_pack_header(pack.blobs, store_->cipher());
    pack.bytes.insert(pack.bytes.end(), header.begin(), header.end());
    PackId id = id_of<PackId>(pack.bytes);
    store_->backend().save({FileType::pack, FileId(id.bytes())}, pack.bytes);
    written_blobs_ += pack.blobs.size();
    written_.push_back({id, std::move(pack.blobs)});
}

void PackWriter::write_index() {
    if (!written_.empty()) {
        store_->save_index(written_);
        // From here on the index answers for them.
        std::lock_guard guard(mutex_);
        for (const auto& pack : written_)
            for (const auto& blob : pack.blobs) claimed_[number(blob.type)].erase(blob.id);
    }
    written_.clear();
    written_blobs_ = 0;
    last_index_ = std::chrono::steady_clock::now();
}

}  // namespace holdfast::repository
