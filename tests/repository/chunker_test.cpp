#include "repository/chunker.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "repository/support.hpp"

namespace holdfast::repository {
namespace {

// By long division: what the fingerprint is by its definition.
bool is_cut(ByteView window, Polynomial polynomial) {
    Polynomial fingerprint = 0;
    for (std::byte byte : window)
        fingerprint = remainder(fingerprint << 8 | std::to_integer<Polynomial>(byte), polynomial);
    return (fingerprint & ((1 << 20) - 1)) == 0;
}

std::size_t end_by_definition(ByteView bytes, Polynomial polynomial) {
    for (std::size_t end = min_chunk_size; end <= std::min(bytes.size(), max_chunk_size); ++end)
        if (end == max_chunk_size || is_cut(bytes.subspan(end - 64, 64), polynomial)) return end;
    return 0;
}

// However the caller feeds it, and whatever it has asked before.
TEST(ChunkerTest, EndsDoNotDependOnHowMuchIsThere) {
    Chunker chunker(random_chunker_polynomial());
    Bytes bytes = random_bytes(12 * MiB, 7);
    for (std::size_t begin = 0; begin < 8 * MiB;) {
        ByteView rest = ByteView(bytes).subspan(begin);
        std::size_t length = chunker.find_end(rest);
        ASSERT_GE(length, min_chunk_size);
        ASSERT_LE(length, max_chunk_size);
        EXPECT_EQ(chunker.find_end(rest.first(length - 1)), 0u);
        EXPECT_EQ(chunker.find_end(rest.first(length), length - 1), length);
        std::size_t fed = 0;
        while (chunker.find_end(rest.first(fed), fed > 77'777 ? fed - 77'777 : 0) == 0) fed += 77'777;
        EXPECT_EQ(chunker.find_end(rest.first(fed)), length);
        begin += length;
    }
    EXPECT_EQ(chunker.find_end(Bytes(1 * MiB)), min_chunk_size);
}

// The same with what this processor has as without.
TEST(ChunkerTest, EndsAreWhereTheFingerprintSays) {
    Polynomial polynomial = random_chunker_polynomial();
    Chunker chunker(polynomial);
    Chunker portable = Chunker::portable(polynomial);
    Bytes bytes = random_bytes(8 * MiB, 11);
    // A stretch without a place to cut, one of zeros, and one that repeats.
    std::fill_n(bytes.begin() + 2 * MiB, 1 * MiB, std::byte(0x55));
    std::fill_n(bytes.begin() + 3 * MiB + 12345, 64 * KiB, std::byte(0));
    std::copy_n(bytes.begin(), 1 * MiB, bytes.begin() + 5 * MiB + 7);
    std::size_t begin = 0;
    while (auto length = end_by_definition(ByteView(bytes).subspan(begin), polynomial)) {
        EXPECT_EQ(chunker.find_end(ByteView(bytes).subspan(begin)), length) << "from " << begin;
        EXPECT_EQ(portable.find_end(ByteView(bytes).subspan(begin)), length) << "from " << begin;
        begin += length;
    }
    EXPECT_GT(begin, 4 * MiB);
    EXPECT_EQ(chunker.find_end(ByteView(bytes).subspan(begin)), 0u);
    EXPECT_EQ(portable.find_end(ByteView(bytes).subspan(begin)), 0u);
}

// Every byte of a block is looked at, wherever the lanes of a processor end.
TEST(ChunkerTest, ACutIsFoundAtEveryPlaceOfABlock) {
    Chunker chunker(random_chunker_polynomial());
    Bytes bytes(min_chunk_size + 64 * KiB,
                std::byte(0x55));  // no cut, but for polynomials of a few in a million
    if (chunker.find_end(bytes) != 0) GTEST_SKIP() << "This polynomial cuts within bytes of one value";
    for (std::size_t at = min_chunk_size; at + 64 <= bytes.size(); at += 61) {
        std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), 64, std::byte(0));
        EXPECT_LE(chunker.find_end(bytes), at + 64);
        EXPECT_GT(chunker.find_end(bytes), 0u);
        std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), 64, std::byte(0x55));
    }
}

}  // namespace
}  // namespace holdfast::repository
