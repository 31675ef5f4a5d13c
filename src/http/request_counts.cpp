#include "http/request_counts.hpp"

#include <algorithm>

namespace holdfast::http {

void RequestCounts::add(int status, std::chrono::microseconds took) {
    auto known = std::clamp(status - first_status, 0, static_cast<int>(statuses) - 1);
    by_status_[static_cast<std::size_t>(known)].fetch_add(1, std::memory_order_relaxed);
    auto seconds = std::chrono::duration<double>(took).count();
    auto place = std::ranges::lower_bound(bounds, seconds) - bounds.begin();
    by_duration_[static_cast<std::size_t>(place)].fetch_add(1, std::memory_order_relaxed);
    microseconds_.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
}

RequestCounts::Totals RequestCounts::totals() const {
    Totals totals;
    for (std::size_t i = 0; i < statuses; ++i)
        if (auto count = by_status_[i].load(std::memory_order_relaxed))
            totals.by_status.emplace(first_status + static_cast<int>(i), count);
    for (std::size_t i = 0; i < by_duration_.size(); ++i)
        totals.by_duration[i] = by_duration_[i].load(std::memory_order_relaxed);
    totals.seconds = static_cast<double>(microseconds_.load(std::memory_order_relaxed)) / 1e6;
    return totals;
}

}  // namespace holdfast::http
