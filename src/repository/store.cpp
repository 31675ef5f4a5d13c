#include "repository/store.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstring>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "repository/compression.hpp"
#include "repository/damage.hpp"
#include "repository/parallel.hpp"
#include "repository/sha256.hpp"
#include "repository/snapshot_file.hpp"

namespace holdfast::repository {
namespace {

// So many requests hide a server's latency. Of index files fewer: each may take 8 MiB, and several times that
// while it is parsed.
constexpr unsigned snapshots_loaded_at_once = 8;
constexpr unsigned index_files_loaded_at_once = 4;

enum class Compressed { no, yes };

// Memory that each thread uses again and again; only what is rarely large is given back.
std::span<std::byte> scratch(Bytes& kept, std::size_t size) {
    constexpr std::size_t most_kept = 16 << 20;
    if (kept.size() > most_kept) kept = Bytes();
    if (kept.size() < size) kept.resize(size);
    return std::span(kept).first(size);
}

// What is written now is read for the first time when it is needed badly: it is opened again before it is
// stored.
void prove_sealed(const Cipher& cipher, ByteView sealed, ByteView plain, Compressed is_compressed) {
    thread_local Bytes kept_opened;
    thread_local Bytes kept_plain;
    auto opened = scratch(kept_opened, sealed.size() - Cipher::overhead);
    cipher.open_into(sealed, opened, "A blob just encrypted");
    if (is_compressed == Compressed::yes) {
        auto decompressed = scratch(kept_plain, plain.size());
        decompress_into(opened, decompressed, "A blob just compressed");
        opened = decompressed;
    }
    if (opened.size() != plain.size() ||
        (!plain.empty() && std::memcmp(opened.data(), plain.data(), plain.size()) != 0))
        throw Error(ErrorKind::internal, "A blob does not decompress to what was compressed")
            .advise("The memory or processor of this machine may be faulty; nothing was written.");
}

}  // namespace

std::shared_ptr<RepositoryLock> Store::lock_shared() {
    auto guard = lock_for_work(lock_mutex_);
    // A lost one must not serve new work; who holds it is told before anything depends on it.
    if (auto held = shared_lock_.lock(); held && held->is_held()) return held;
    auto lock = RepositoryLock::acquire(files_, LockMode::shared);
    shared_lock_ = lock;
    return lock;
}

std::shared_ptr<RepositoryLock> Store::lock_exclusive() {
    return RepositoryLock::acquire(files_, LockMode::exclusive);
}

std::vector<Snapshot> Store::load_snapshots() {
    auto files = backend_->list(FileType::snapshot);
    std::vector<std::optional<Snapshot>> loaded(files.size());
    for_each_parallel(files.size(), snapshots_loaded_at_once, {}, [&](std::size_t i) {
        try {
            loaded[i] = load_snapshot(SnapshotId(files[i].id.bytes()), files[i].size);
        } catch (const Error& error) {
            // Forgotten by somebody since it was listed.
            if (error.kind() != ErrorKind::not_found) throw;
        }
    });
    std::vector<Snapshot> snapshots;
    for (auto& snapshot : loaded)
        if (snapshot) snapshots.push_back(std::move(*snapshot));
    std::ranges::sort(snapshots, [](const Snapshot& a, const Snapshot& b) {
        return a.time != b.time ? a.time > b.time : a.id < b.id;
    });
    return snapshots;
}

Snapshot Store::load_snapshot(const SnapshotId& id, std::optional<std::uint64_t> listed_size) {
    FileName name{FileType::snapshot, FileId(id.bytes())};
    try {
        Snapshot snapshot =
            parse_snapshot(files_.load(name, listed_size), "The snapshot file " + backend_->describe(name));
        snapshot.id = id;
        return snapshot;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_found) throw;
        throw Error(ErrorKind::not_found, "The snapshot " + id.to_string().substr(0, 8) +
                                              " is not in the repository " + backend_->describe());
    }
}

std::shared_ptr<BlobIndex> Store::fresh_index() {
    auto guard = lock_for_work(index_mutex_);
    std::set<FileId> present;
    auto files = backend_->list(FileType::index);
    for (const auto& file : files) present.insert(file.id);
    // Where index files are gone, somebody has pruned: what is known may point to packs that are gone too.
    if (!std::ranges::includes(present, indexed_files_)) {
        index_ = std::make_shared<BlobIndex>();
        indexed_files_.clear();
    }
    std::erase_if(files, [&](const StoredFile& file) { return indexed_files_.contains(file.id); });
    std::mutex added;
    for_each_parallel(files.size(), index_files_loaded_at_once, {}, [&](std::size_t i) {
        FileName name{FileType::index, files[i].id};
        auto packs =
            parse_index(files_.load(name, files[i].size), "The index file " + backend_->describe(name));
        std::lock_guard adding(added);
        for (const auto& pack : packs) index_->add(pack.id, pack.blobs);
        indexed_files_.insert(name.id);
    });
    return index_;
}

FileId Store::save_index(std::span<const IndexedPack> packs) {
    FileId id = files_.save(FileType::index, encode_index(packs));
    auto guard = lock_for_work(index_mutex_);
    if (!indexed_files_.insert(id).second) return id;  // fresh_index() was faster
    for (const auto& pack : packs) index_->add(pack.id, pack.blobs);
    return id;
}

SealedSize Store::seal_blob(ByteView plain, std::span<std::byte> into, CompressionMode mode) const {
    std::size_t compressed = 0;
    if (config_.version >= 2 && mode != CompressionMode::off) {
        // Less than one part in 64 is not worth the decompression at each reading.
        auto room = into.subspan(Cipher::overhead / 2, plain.size() - plain.size() / 64);
        compressed = compress_into(plain, room, mode);
        if (compressed != 0) {
            auto sealed = into.first(compressed + Cipher::overhead);
            cipher_.seal_into(room.first(compressed), sealed);
            prove_sealed(cipher_, sealed, plain, Compressed::yes);
            return {static_cast<std::uint32_t>(sealed.size()), static_cast<std::uint32_t>(plain.size())};
        }
    }
    auto sealed = into.first(plain.size() + Cipher::overhead);
    cipher_.seal_into(plain, sealed);
    prove_sealed(cipher_, sealed, plain, Compressed::no);
    return {static_cast<std::uint32_t>(sealed.size()), 0};
}

SealedSize Store::seal_stored(ByteView stored, std::uint32_t uncompressed_size,
                              std::span<std::byte> into) const {
    auto sealed = into.first(stored.size() + Cipher::overhead);
    cipher_.seal_into(stored, sealed);
    prove_sealed(cipher_, sealed, stored, Compressed::no);  // what it decompresses to was seen before
    return {static_cast<std::uint32_t>(sealed.size()), uncompressed_size};
}

Bytes Store::open_blob(ByteView sealed, const BlobLocation& location) const {
    Bytes work(sealed.begin(), sealed.end());
    Bytes plain(location.blob.plain_size());
    open_blob_into(work, location, plain);
    return plain;
}

void Store::open_blob_into(std::span<std::byte> sealed, const BlobLocation& location,
                           std::span<std::byte> plain) const {
    unseal_blob(sealed, location, plain);
    if (id_of<BlobId>(plain) != location.blob.id) throw wrong_content(location);
}

void Store::unseal_blob(std::span<std::byte> sealed, const BlobLocation& location,
                        std::span<std::byte> plain) const {
    std::string subject = describe(location);
    if (location.blob.uncompressed_size == 0) return cipher_.open_into(sealed, plain, subject);
    auto compressed = sealed.subspan(Cipher::overhead / 2, sealed.size() - Cipher::overhead);
    cipher_.open_into(sealed, compressed, subject);
    decompress_into(compressed, plain, subject);
}

Error Store::wrong_content(const BlobLocation& location) const {
    return {ErrorKind::corrupt, describe(location) + " is damaged: its contents do not match its id"};
}

std::string Store::describe(const BlobLocation& location) const {
    return "The blob " + location.blob.id.to_string().substr(0, 8) + " in the pack file " +
           backend_->describe({FileType::pack, FileId(location.pack.bytes())});
}

Bytes Store::load_blob(const BlobIndex& index, BlobType type, const BlobId& id, Bytes memory) {
    auto location = index.find(type, id);
    if (!location)
        throw Error(ErrorKind::not_found, "The " + std::string(to_string(type)) + " blob " +
                                              id.to_string().substr(0, 8) +
                                              " is missing from the repository " + backend_->describe())
            .advise("Run a check to see which snapshots it affects.");
    try {
        load_copy(*location, memory);
        return memory;
    } catch (const Error& error) {
        if (!is_damage(error)) throw;
        for (auto position : index.copies(type, id)) {
            auto copy = index.at(position);
            if (copy.pack == location->pack && copy.blob == location->blob) continue;
            try {
                load_copy(copy, memory);
                spdlog::warn("{}; its copy in another pack was read instead", error.happened());
                return memory;
            } catch (const Error& other) {
                if (!is_damage(other)) throw;
            }
        }
        throw;
    }
}

void Store::load_copy(const BlobLocation& location, Bytes& into) const {
    thread_local Bytes kept;
    auto sealed = scratch(kept, location.blob.length);
    backend_->load({FileType::pack, FileId(location.pack.bytes())}, location.blob.offset, sealed);
    into.resize(location.blob.plain_size());
    open_blob_into(sealed, location, into);
}

Tree Store::load_tree(const BlobIndex& index, const BlobId& id) {
    return parse_tree(load_blob(index, BlobType::tree, id), "The tree " + id.to_string().substr(0, 8));
}

Node Store::find_file(const BlobIndex& index, const Snapshot& snapshot, std::string_view path) {
    auto missing = [&] {
        return Error(ErrorKind::not_found, "There is no file \"" + std::string(path) + "\" in the snapshot " +
                                               snapshot.id.to_string().substr(0, 8));
    };
    BlobId folder = snapshot.tree;
    std::string_view rest = path;
    while (true) {
        auto slash = rest.find('/');
        auto name = rest.substr(0, slash);
        Tree tree = load_tree(index, folder);
        auto node = std::ranges::find(tree, name, &Node::name);
        if (node == tree.end()) throw missing();
        if (slash == std::string_view::npos) {
            if (node->type != "file" || !node->content) throw missing();
            return std::move(*node);
        }
        if (node->type != "dir" || !node->subtree) throw missing();
        folder = *node->subtree;
        rest.remove_prefix(slash + 1);
    }
}

}  // namespace holdfast::repository
