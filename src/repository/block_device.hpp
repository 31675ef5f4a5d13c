// A virtual disk as the repository sees it: something to read at any offset, or to write at any offset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace holdfast::repository {

// A run of bytes of a disk. Lists of extents are ascending, disjoint and never empty runs.
struct Extent {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool operator==(const Extent&) const = default;
};

class BlockSource {
  public:
    virtual ~BlockSource() = default;
    // In bytes.
    virtual std::uint64_t size() const = 0;
    // What may hold bytes other than zero; all else reads as zeros and need not be read.
    virtual std::vector<Extent> data_extents() = 0;
    // Fills `into` from `offset`; the range lies inside the disk. Several threads may call it at once. Throws
    // io or unavailable.
    virtual void read(std::uint64_t offset, std::span<std::byte> into) = 0;
};

class BlockSink {
  public:
    virtual ~BlockSink() = default;
    // A new sink reads as zeros everywhere: zeros need not be written. Several threads may call it at once,
    // for ranges that do not overlap. Throws io or unavailable.
    virtual void write(std::uint64_t offset, std::span<const std::byte> bytes) = 0;
    // Everything written is on stable storage when this returns.
    virtual void flush() = 0;
};

// A disk that may be much like one that is to be restored.
struct DiskSeed {
    BlockSource& disk;
    bool is_copied =
        false;  // what is restored to begins as a copy of it, and what is equal need not be written
};

}  // namespace holdfast::repository
