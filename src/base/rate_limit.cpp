#include "base/rate_limit.hpp"

#include <algorithm>

#include "base/cancellation.hpp"

namespace holdfast {
namespace {

constexpr std::chrono::milliseconds saved_at_most{125};

}  // namespace

RateLimit::RateLimit(std::uint64_t bytes_per_second)
    : bytes_per_second_(bytes_per_second), paid_until_(Clock::now() - saved_at_most) {}

void RateLimit::take(std::uint64_t bytes, const std::stop_token& stop) {
    throw_if_stopped(stop);
    if (bytes_per_second_ == 0) return;
    std::unique_lock lock(mutex_);
    auto begin = std::max(paid_until_, Clock::now() - saved_at_most);
    std::chrono::duration<double> price(static_cast<double>(bytes) / static_cast<double>(bytes_per_second_));
    paid_until_ = begin + std::chrono::ceil<Clock::duration>(price);
    never_.wait_until(lock, stop, begin, [] { return false; });
    throw_if_stopped(stop);
}

}  // namespace holdfast
