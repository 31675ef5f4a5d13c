// How long a target is left alone after a delivery that failed.
#pragma once

#include "base/back_off.hpp"

namespace holdfast::notify {

// After that the last try was the last one.
inline constexpr std::chrono::hours tried_for{72};

inline constexpr BackOff between_tries{.first = std::chrono::seconds(2), .longest = std::chrono::hours(1)};

}  // namespace holdfast::notify
