#include "repository/chunker_lanes.hpp"

#if defined(__x86_64__)

// GCC 12 sees uninitialized values inside its own intrinsics.
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>

#define HOLDFAST_GFNI __attribute__((target("avx512f,avx512bw,gfni")))
#define HOLDFAST_GFNI_INLINE HOLDFAST_GFNI __attribute__((always_inline)) inline

namespace holdfast::repository {
namespace {

constexpr std::size_t window_size = 64;
constexpr std::size_t lane_count = 64;
constexpr std::size_t lane_size = ChunkerLanes::block_size / lane_count;
constexpr std::size_t steps_at_once = 16;  // an SSE register's bytes: what the transposition works by
constexpr int scale = 3;                   // fingerprints are kept times x^3

using Lanes = __m512i;

// Sixteen bytes of each lane become sixteen registers with a byte of each lane. In which order the lanes
// stand does not matter, as long as it is always the same.
HOLDFAST_GFNI_INLINE void load_steps(const std::byte* from, Lanes (&steps)[steps_at_once]) {
    Lanes rows[steps_at_once];
#pragma GCC unroll 16
    for (std::size_t row = 0; row < steps_at_once; ++row) {
        const std::byte* lane = from + row * lane_size;
        constexpr std::size_t next = steps_at_once * lane_size;
        rows[row] = _mm512_castsi128_si512(_mm_loadu_si128(reinterpret_cast<const __m128i*>(lane)));
        rows[row] =
            _mm512_inserti32x4(rows[row], _mm_loadu_si128(reinterpret_cast<const __m128i*>(lane + next)), 1);
        rows[row] = _mm512_inserti32x4(rows[row],
                                       _mm_loadu_si128(reinterpret_cast<const __m128i*>(lane + 2 * next)), 2);
        rows[row] = _mm512_inserti32x4(rows[row],
                                       _mm_loadu_si128(reinterpret_cast<const __m128i*>(lane + 3 * next)), 3);
    }
    // Four rounds of a perfect shuffle transpose sixteen rows of sixteen bytes.
#pragma GCC unroll 4
    for (int round = 0; round < 4; ++round) {
#pragma GCC unroll 8
        for (std::size_t row = 0; row < steps_at_once / 2; ++row) {
            steps[2 * row] = _mm512_unpacklo_epi8(rows[row], rows[row + steps_at_once / 2]);
            steps[2 * row + 1] = _mm512_unpackhi_epi8(rows[row], rows[row + steps_at_once / 2]);
        }
#pragma GCC unroll 16
        for (std::size_t row = 0; row < steps_at_once; ++row) rows[row] = steps[row];
    }
}

HOLDFAST_GFNI_INLINE Lanes times(Lanes bytes, std::uint64_t matrix) {
    return _mm512_gf2p8affine_epi64_epi8(bytes, _mm512_set1_epi64(static_cast<long long>(matrix)), 0);
}

HOLDFAST_GFNI_INLINE Lanes xor3(Lanes a, Lanes b, Lanes c) {
    return _mm512_ternarylogic_epi64(a, b, c, 0x96);
}

}  // namespace

bool has_chunker_lanes() {
    static const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                            __builtin_cpu_supports("gfni");
    return has;
}

HOLDFAST_GFNI bool ChunkerLanes::may_cut_in(const std::byte* block) const {
    Lanes window[window_size];  // what entered, to leave again so many steps later
    for (auto& bytes : window) bytes = _mm512_setzero_si512();
    Lanes fingerprint[fingerprint_bytes];
    for (auto& bytes : fingerprint) bytes = _mm512_setzero_si512();
    // The 20 bits that are zero at a cut: with x^3, bits 3 to 22. Those below are always zero.
    const Lanes last_bits = _mm512_set1_epi8(0x7f);
    __mmask64 cuts = 0;
    const std::byte* from = block - window_size;
    for (std::size_t done = 0; done < window_size + lane_size; done += steps_at_once) {
        Lanes steps[steps_at_once];
        load_steps(from + done, steps);
        __mmask64 found = 0;
#pragma GCC unroll 16
        for (std::size_t step = 0; step < steps_at_once; ++step) {
            Lanes in = steps[step];
            Lanes& oldest = window[(done + step) % window_size];
            Lanes out = oldest;
            oldest = in;
            Lanes pushed_out = fingerprint[fingerprint_bytes - 1];
#pragma GCC unroll 8
            for (std::size_t byte = fingerprint_bytes - 1; byte > 0; --byte)
                fingerprint[byte] =
                    xor3(fingerprint[byte - 1], times(pushed_out, reduce_[byte]), times(out, leave_[byte]));
            fingerprint[1] = _mm512_xor_si512(fingerprint[1], times(in, enter_[1]));
            fingerprint[0] = xor3(times(pushed_out, reduce_[0]), times(out, leave_[0]), times(in, enter_[0]));
            Lanes bits = _mm512_or_si512(_mm512_or_si512(fingerprint[0], fingerprint[1]),
                                         _mm512_and_si512(fingerprint[2], last_bits));
            found |= _mm512_testn_epi8_mask(bits, bits);
        }
        if (done >= window_size) cuts |= found;
    }
    return cuts != 0;
}

ChunkerLanes::Matrices ChunkerLanes::matrices_of(Polynomial factor, Polynomial polynomial) {
    Matrices matrices{};
    Polynomial product = remainder(factor, polynomial);  // by x^bit
    for (int bit = 0; bit < 8; ++bit) {
        std::uint64_t scaled = product << scale;
        for (std::size_t byte = 0; byte < fingerprint_bytes; ++byte)
            for (int to = 0; to < 8; ++to)
                if ((scaled >> (8 * byte + static_cast<std::size_t>(to)) & 1) != 0)
                    matrices[byte] |= std::uint64_t{1} << (8 * (7 - to) + bit);  // rows from the last one on
        product = remainder(product << 1, polynomial);
    }
    return matrices;
}

ChunkerLanes::ChunkerLanes(Polynomial polynomial) : enter_(matrices_of(1, polynomial)) {
    Polynomial power = 1;
    for (std::size_t i = 0; i < window_size; ++i) power = remainder(power << 8, polynomial);
    leave_ = matrices_of(power, polynomial);
    reduce_ = matrices_of(Polynomial{1} << chunker_polynomial_degree, polynomial);
}

}  // namespace holdfast::repository

#else

namespace holdfast::repository {

bool has_chunker_lanes() {
    return false;
}

ChunkerLanes::ChunkerLanes(Polynomial) : enter_{}, leave_{}, reduce_{} {}

bool ChunkerLanes::may_cut_in(const std::byte*) const {
    __builtin_unreachable();
}

}  // namespace holdfast::repository

#endif
