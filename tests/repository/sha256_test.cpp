#include <gtest/gtest.h>

#include "repository/sha256.hpp"
#include "repository/sha256_lanes.hpp"
#include "repository/support.hpp"

namespace holdfast::repository {
namespace {

// Around the sizes where the padding changes, and a chunk's.
constexpr std::size_t sizes[] = {0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 1000, 64 * KiB, 64 * KiB + 3};

TEST(Sha256Test, ManyMessagesHaveTheHashesThatEachHasAlone) {
    for (std::size_t size : sizes) {
        Bytes data = random_bytes(40 * size + 8, static_cast<unsigned>(size));
        std::vector<ByteView> messages;
        for (std::size_t i = 0; i < 40; ++i) messages.push_back(ByteView(data).subspan(i * size, size));
        messages.insert(messages.begin() + 20, ByteView(data).first(std::min<std::size_t>(size, 7)));
        auto hashes = sha256_each(messages);
        ASSERT_EQ(hashes.size(), messages.size());
        for (std::size_t i = 0; i < messages.size(); ++i)
            EXPECT_EQ(hashes[i], sha256(messages[i])) << "message " << i << " of " << size << " bytes";
    }
    EXPECT_TRUE(sha256_each({}).empty());
}

TEST(Sha256Test, AKnownMessageHasItsKnownHashInEveryLane) {
    if (!has_sha256_lanes()) GTEST_SKIP() << "This processor has no AVX-512";
    auto text = as_bytes("abc");
    std::array<const std::byte*, sha256_lanes> messages;
    messages.fill(text.data());
    std::array<std::array<std::byte, 32>, sha256_lanes> hashes;
    sha256_in_lanes(messages, text.size(), hashes);
    for (const auto& hash : hashes)
        EXPECT_EQ(to_hex(hash), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace holdfast::repository
