// Where restic cuts files into blobs: after a byte at which the Rabin fingerprint of the last 64 bytes ends
// in 20 zero bits. Source: github.com/restic/chunker.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "repository/bytes.hpp"
#include "repository/chunker_lanes.hpp"
#include "repository/polynomial.hpp"

namespace holdfast::repository {

constexpr std::size_t min_chunk_size = 512 << 10;
constexpr std::size_t max_chunk_size = 8 << 20;

// Any thread; it keeps nothing but tables. One for a repository.
class Chunker {
  public:
    // not_supported for a polynomial of another degree than restic's.
    explicit Chunker(Polynomial polynomial);
    // The same, with nothing that only some processors have.
    static Chunker portable(Polynomial polynomial);

    // How many of these bytes, which begin where a chunk begins, make the chunk; 0 when it goes on beyond
    // them. The caller may have asked before with the first `examined` bytes, and then got 0.
    std::size_t find_end(ByteView bytes, std::size_t examined = 0) const;

  private:
    using Table = std::array<std::uint64_t, 256>;

    std::uint64_t fingerprint_before(const std::byte* end) const;
    std::uint64_t slide(std::uint64_t fingerprint, std::byte out, std::byte in) const;
    const std::byte* find_cut(const std::byte* from, const std::byte* end) const;
    std::size_t block_size() const;
    bool may_cut_in(const std::byte* block) const;

    Table reduce_;     // by the eight bits that a shift pushes out: what to add to be reduced again
    Table slide_out_;  // by the byte that leaves the window: what it adds to the fingerprint
    std::optional<ChunkerLanes> lanes_;
};

}  // namespace holdfast::repository
