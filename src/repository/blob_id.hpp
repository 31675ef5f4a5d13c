// Names of stored things: the SHA-256 of their bytes.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.hpp"

namespace holdfast::repository {

// 32 bytes, written as 64 hexadecimal digits. Each kind of thing has a type of its own, so that they cannot
// be mixed up.
template <typename Kind>
class Sha256Id {
  public:
    constexpr Sha256Id() = default;
    explicit constexpr Sha256Id(const std::array<std::byte, 32>& bytes) : bytes_(bytes) {}

    static std::optional<Sha256Id> parse(std::string_view text) {
        Sha256Id id;
        if (!from_hex(text, id.bytes_)) return std::nullopt;
        return id;
    }

    std::string to_string() const { return to_hex(bytes_); }
    const std::array<std::byte, 32>& bytes() const { return bytes_; }
    auto operator<=>(const Sha256Id&) const = default;

  private:
    std::array<std::byte, 32> bytes_{};
};

using BlobId = Sha256Id<struct BlobKind>;          // of a piece of data or a tree, before compression
using PackId = Sha256Id<struct PackKind>;          // of a pack file
using SnapshotId = Sha256Id<struct SnapshotKind>;  // of a snapshot file
using FileId = Sha256Id<struct FileKind>;          // of any other file: index, key, lock

}  // namespace holdfast::repository

template <typename Kind>
struct std::hash<holdfast::repository::Sha256Id<Kind>> {
    // The bytes are a hash already; any eight of them will do.
    std::size_t operator()(const holdfast::repository::Sha256Id<Kind>& id) const noexcept {
        std::size_t value;
        std::memcpy(&value, id.bytes().data(), sizeof value);
        return value;
    }
};
