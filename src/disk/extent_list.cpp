#include "disk/extent_list.hpp"

#include <algorithm>

namespace holdfast::disk {

using repository::Extent;

void ExtentList::add(std::uint64_t offset, std::uint64_t length) {
    if (length == 0) return;
    if (!extents_.empty()) {
        Extent& last = extents_.back();
        if (offset <= last.offset + last.length + gap_) {
            last.length = std::max(last.offset + last.length, offset + length) - last.offset;
            return;
        }
    }
    if (extents_.size() >= limit_) widen_gap();
    extents_.push_back({offset, length});
}

void ExtentList::widen_gap() {
    // Doubling until half of the list is free keeps the cost of all merges proportional to what was added.
    while (extents_.size() > limit_ / 2) {
        gap_ = std::max<std::uint64_t>(gap_ * 2, 64 << 10);
        std::vector<Extent> merged;
        for (const Extent& extent : extents_) {
            if (!merged.empty() && extent.offset <= merged.back().offset + merged.back().length + gap_)
                merged.back().length = extent.offset + extent.length - merged.back().offset;
            else
                merged.push_back(extent);
        }
        extents_ = std::move(merged);
    }
}

}  // namespace holdfast::disk
