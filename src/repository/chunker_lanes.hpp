// restic's chunker on sixty-four stretches of a file side by side, with one byte of an AVX-512 register for
// each.
//
// A fingerprint's next value depends linearly, over GF(2), on its own top byte, on the byte that enters the
// window and on the one that leaves it; GFNI multiplies sixty-four bytes by an 8 x 8 matrix of bits at once.
// Fingerprints are kept times x^3, so that their degree is below 56 and what a shift pushes out is one whole
// byte: seven registers hold them, one for each byte of theirs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "repository/polynomial.hpp"

namespace holdfast::repository {

// Whether this processor can.
bool has_chunker_lanes();

// Any thread; it keeps nothing but matrices.
class ChunkerLanes {
  public:
    static constexpr std::size_t block_size = 64 << 10;

    explicit ChunkerLanes(Polynomial polynomial);

    // Whether restic's chunker may cut behind one of the block_size bytes from `block` on. The 64 bytes
    // before must be readable. Only where has_chunker_lanes().
    bool may_cut_in(const std::byte* block) const;

  private:
    static constexpr std::size_t fingerprint_bytes = 7;
    using Matrices = std::array<std::uint64_t, fingerprint_bytes>;

    // What a byte adds to each byte of the fingerprint: `factor` times it, in the field of the polynomial.
    static Matrices matrices_of(Polynomial factor, Polynomial polynomial);

    Matrices enter_;   // a byte that enters the window; of its first two only, the others are zero
    Matrices leave_;   // a byte that leaves it
    Matrices reduce_;  // a byte that a shift pushes out
};

}  // namespace holdfast::repository
