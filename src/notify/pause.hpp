// How long a target is left alone after a delivery that failed.
#pragma once

#include <chrono>

namespace holdfast::notify {

// After that the last try was the last one.
inline constexpr std::chrono::hours tried_for{72};

// After the n-th failure (1, 2, ...): two seconds, doubled each time up to an hour, times `jitter`, from 0.5
// to 1.5.
std::chrono::milliseconds pause_after(int failures, double jitter);
// With a jitter of its own.
std::chrono::milliseconds pause_after(int failures);

}  // namespace holdfast::notify
