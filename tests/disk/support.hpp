// What several tests of disks need.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "base/random.hpp"
#include "error_of.hpp"

namespace holdfast::disk {

constexpr std::uint64_t mib = 1 << 20;

inline std::vector<std::byte> random_bytes(std::size_t count) {
    std::vector<std::byte> bytes(count);
    fill_random(bytes);
    return bytes;
}

}  // namespace holdfast::disk
