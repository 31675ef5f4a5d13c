// What several tests of disks need.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"

namespace holdfast::disk {

constexpr std::uint64_t mib = 1 << 20;

inline std::vector<std::byte> random_bytes(std::size_t count) {
    std::vector<std::byte> bytes(count);
    fill_random(bytes);
    return bytes;
}

// The kind of the Error that leaves `work`; a failure where none does.
inline ErrorKind kind_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.kind();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorKind::internal;
}

}  // namespace holdfast::disk
