// SHA-256 of sixteen messages side by side, with one lane of an AVX-512 register for each.
// Source: FIPS 180-4.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace holdfast::repository {

constexpr std::size_t sha256_lanes = 16;

// Whether this processor can.
bool has_sha256_lanes();

// All messages are `size` bytes long. Only where has_sha256_lanes().
void sha256_in_lanes(std::span<const std::byte* const, sha256_lanes> messages, std::size_t size,
                     std::span<std::array<std::byte, 32>, sha256_lanes> hashes);

}  // namespace holdfast::repository
