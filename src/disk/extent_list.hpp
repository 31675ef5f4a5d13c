// Collects runs of bytes into a list of extents whose memory stays bounded, whatever a server says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "repository/block_device.hpp"

namespace holdfast::disk {

// Runs come in ascending order. Neighbours are merged. Past `limit` extents those with small gaps between
// them are merged too: the list then covers more than was added, never less.
class ExtentList {
  public:
    static constexpr std::size_t default_limit = 1 << 20;  // 16 MiB of memory

    explicit ExtentList(std::size_t limit = default_limit) : limit_(limit) {}
    void add(std::uint64_t offset, std::uint64_t length);
    std::vector<repository::Extent> take() { return std::move(extents_); }

  private:
    void widen_gap();

    std::size_t limit_;
    std::uint64_t gap_ = 0;  // gaps up to this many bytes are closed
    std::vector<repository::Extent> extents_;
};

}  // namespace holdfast::disk
