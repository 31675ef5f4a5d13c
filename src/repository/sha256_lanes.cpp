#include "repository/sha256_lanes.hpp"

#include <cstdint>
#include <cstring>

#if defined(__x86_64__)

// GCC 12 sees uninitialized values inside its own intrinsics.
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>

#define HOLDFAST_AVX512 __attribute__((target("avx512f,avx512bw")))
#define HOLDFAST_AVX512_INLINE HOLDFAST_AVX512 __attribute__((always_inline)) inline

namespace holdfast::repository {
namespace {

constexpr std::size_t block_size = 64;
constexpr std::size_t block_words = 16;
constexpr std::size_t state_words = 8;

constexpr std::array<std::uint32_t, state_words> initial_state = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

constexpr std::array<std::uint32_t, 64> round_constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

using Lanes = __m512i;

HOLDFAST_AVX512_INLINE Lanes xor3(Lanes a, Lanes b, Lanes c) {
    return _mm512_ternarylogic_epi32(a, b, c, 0x96);
}

// Sixteen rows of sixteen words become their columns.
HOLDFAST_AVX512_INLINE void transpose(Lanes (&r)[block_words]) {
    Lanes t[block_words];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
#pragma GCC unroll 4
    for (std::size_t i = 0; i < 16; i += 4) {
        r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
#pragma GCC unroll 4
    for (std::size_t i = 0; i < 4; ++i) {
        Lanes even_low = _mm512_shuffle_i32x4(r[i], r[4 + i], 0x88);
        Lanes even_high = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0x88);
        Lanes odd_low = _mm512_shuffle_i32x4(r[i], r[4 + i], 0xdd);
        Lanes odd_high = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0xdd);
        t[i] = _mm512_shuffle_i32x4(even_low, even_high, 0x88);
        t[8 + i] = _mm512_shuffle_i32x4(even_low, even_high, 0xdd);
        t[4 + i] = _mm512_shuffle_i32x4(odd_low, odd_high, 0x88);
        t[12 + i] = _mm512_shuffle_i32x4(odd_low, odd_high, 0xdd);
    }
#pragma GCC unroll 16
    for (std::size_t i = 0; i < 16; ++i) r[i] = t[i];
}

// One block of each message into the state, which has a register for each word.
HOLDFAST_AVX512 void add_blocks(Lanes (&state)[state_words], const std::byte* const (&blocks)[sha256_lanes]) {
    const Lanes big_endian = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
    Lanes w[block_words];
#pragma GCC unroll 16
    for (std::size_t i = 0; i < sha256_lanes; ++i)
        w[i] = _mm512_shuffle_epi8(_mm512_loadu_si512(blocks[i]), big_endian);
    transpose(w);

    Lanes a = state[0], b = state[1], c = state[2], d = state[3];
    Lanes e = state[4], f = state[5], g = state[6], h = state[7];
    for (std::size_t first = 0; first < round_constants.size(); first += block_words) {
#pragma GCC unroll 16
        for (std::size_t i = 0; i < block_words; ++i) {
            if (first != 0) {
                Lanes before = w[(i + 1) % 16], late = w[(i + 14) % 16];
                Lanes s0 = xor3(_mm512_ror_epi32(before, 7), _mm512_ror_epi32(before, 18),
                                _mm512_srli_epi32(before, 3));
                Lanes s1 =
                    xor3(_mm512_ror_epi32(late, 17), _mm512_ror_epi32(late, 19), _mm512_srli_epi32(late, 10));
                w[i] = _mm512_add_epi32(_mm512_add_epi32(w[i], s0), _mm512_add_epi32(w[(i + 9) % 16], s1));
            }
            Lanes sum1 = xor3(_mm512_ror_epi32(e, 6), _mm512_ror_epi32(e, 11), _mm512_ror_epi32(e, 25));
            Lanes choice = _mm512_ternarylogic_epi32(e, f, g, 0xca);
            Lanes constant = _mm512_set1_epi32(static_cast<int>(round_constants[first + i]));
            Lanes t1 = _mm512_add_epi32(_mm512_add_epi32(_mm512_add_epi32(h, constant), w[i]),
                                        _mm512_add_epi32(sum1, choice));
            Lanes sum0 = xor3(_mm512_ror_epi32(a, 2), _mm512_ror_epi32(a, 13), _mm512_ror_epi32(a, 22));
            Lanes majority = _mm512_ternarylogic_epi32(a, b, c, 0xe8);
            h = g;
            g = f;
            f = e;
            e = _mm512_add_epi32(d, t1);
            d = c;
            c = b;
            b = a;
            a = _mm512_add_epi32(t1, _mm512_add_epi32(sum0, majority));
        }
    }
    const Lanes round_result[state_words] = {a, b, c, d, e, f, g, h};
#pragma GCC unroll 8
    for (std::size_t i = 0; i < state_words; ++i) state[i] = _mm512_add_epi32(state[i], round_result[i]);
}

// What follows the last whole block: the rest, a one bit, zeros, and the length in bits.
struct Ending {
    std::array<std::byte, 2 * block_size> bytes{};
    std::size_t blocks = 1;
};

Ending end_of(const std::byte* rest, std::size_t rest_size, std::size_t message_size) {
    Ending ending;
    std::memcpy(ending.bytes.data(), rest, rest_size);
    ending.bytes[rest_size] = std::byte(0x80);
    if (rest_size + 9 > block_size) ending.blocks = 2;
    std::uint64_t bits = __builtin_bswap64(static_cast<std::uint64_t>(message_size) * 8);
    std::memcpy(ending.bytes.data() + ending.blocks * block_size - sizeof bits, &bits, sizeof bits);
    return ending;
}

}  // namespace

bool has_sha256_lanes() {
    static const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
    return has;
}

HOLDFAST_AVX512 void sha256_in_lanes(std::span<const std::byte* const, sha256_lanes> messages,
                                     std::size_t size,
                                     std::span<std::array<std::byte, 32>, sha256_lanes> hashes) {
    Lanes state[state_words];
    for (std::size_t i = 0; i < state_words; ++i)
        state[i] = _mm512_set1_epi32(static_cast<int>(initial_state[i]));
    const std::byte* blocks[sha256_lanes];
    std::size_t whole = size / block_size * block_size;
    for (std::size_t at = 0; at < whole; at += block_size) {
        for (std::size_t i = 0; i < sha256_lanes; ++i) blocks[i] = messages[i] + at;
        add_blocks(state, blocks);
    }
    std::array<Ending, sha256_lanes> endings;
    for (std::size_t i = 0; i < sha256_lanes; ++i)
        endings[i] = end_of(messages[i] + whole, size - whole, size);
    for (std::size_t block = 0; block < endings[0].blocks; ++block) {
        for (std::size_t i = 0; i < sha256_lanes; ++i)
            blocks[i] = endings[i].bytes.data() + block * block_size;
        add_blocks(state, blocks);
    }
    for (std::size_t word = 0; word < state_words; ++word) {
        std::array<std::uint32_t, sha256_lanes> lanes;
        _mm512_storeu_si512(lanes.data(), state[word]);
        for (std::size_t i = 0; i < sha256_lanes; ++i) {
            std::uint32_t value = __builtin_bswap32(lanes[i]);
            std::memcpy(hashes[i].data() + word * sizeof value, &value, sizeof value);
        }
    }
}

}  // namespace holdfast::repository

#else

namespace holdfast::repository {

bool has_sha256_lanes() {
    return false;
}

void sha256_in_lanes(std::span<const std::byte* const, sha256_lanes>, std::size_t,
                     std::span<std::array<std::byte, 32>, sha256_lanes>) {
    __builtin_unreachable();
}

}  // namespace holdfast::repository

#endif
