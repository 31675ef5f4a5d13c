// How long to wait before the next try of what has failed.
#pragma once

#include <chrono>

namespace holdfast {

struct BackOff {
    std::chrono::milliseconds first;
    std::chrono::milliseconds longest;

    // After the n-th failure (1, 2, ...): the first pause, doubled each time up to the longest, times
    // `jitter`.
    std::chrono::milliseconds pause_after(unsigned failures, double jitter) const;
    // With a jitter from 0.5 to 1.5, so that those who failed together do not try together.
    std::chrono::milliseconds pause_after(unsigned failures) const;
};

}  // namespace holdfast
