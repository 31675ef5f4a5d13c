// Blobs that stand close together in a pack: read at one stroke, opened and verified side by side, in memory
// that is used again.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/direct_file.hpp"
#include "base/error.hpp"
#include "base/progress.hpp"
#include "repository/store.hpp"

namespace holdfast::repository {

// So many bytes of a pack at a time are worth a request; a blob that is larger is read alone.
constexpr std::uint64_t longest_run = 4 << 20;
// And so many that are opened together.
constexpr std::uint64_t most_plain = 8 << 20;

// Grows, blob after blob in the order of their places, for as long as they belong together.
struct RunPlace {
    std::uint32_t pack = 0;  // its number in the index
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint64_t plain_size = 0;

    // False, with nothing changed, for a blob that does not stand right behind, or is too much.
    bool take(const RunPlace& blob);
};

// Of one thread, for one run after the other.
struct RunBuffers {
    AlignedBuffer sealed;
    AlignedBuffer plain;
};

// Makes the buffer as large as it must be. What was in it is lost.
void make_room(AlignedBuffer& buffer, std::size_t size);

// The bytes of a pack from `begin` to `end`, in `buffer`. Throws as Backend::load.
std::span<std::byte> load_run(Store& store, const PackId& pack, std::uint64_t begin, std::uint64_t end,
                              AlignedBuffer& buffer);

struct BlobToOpen {
    BlobLocation location;
    std::span<std::byte> into;  // of exactly the blob's size
};

struct DamagedBlob {
    std::size_t number;  // in the list of those to open
    Error error;
};

// `run` holds the pack's bytes from `begin` on, the blobs among them; it is decrypted in place. What is not
// in the result was opened and matches its id.
std::vector<DamagedBlob> open_run(const Store& store, std::span<std::byte> run, std::uint64_t begin,
                                  std::span<const BlobToOpen> blobs);

// Reads blobs that are a run, in the order of their places, and opens them. What is damaged there is looked
// for wherever else the repository has it; the result is what could not be had at all, and why.
std::vector<DamagedBlob> fetch_run(Store& store, const BlobIndex& index, std::span<const BlobToOpen> blobs,
                                   AlignedBuffer& buffer, Progress& progress);

}  // namespace holdfast::repository
