#include "base/back_off.hpp"

#include <algorithm>
#include <random>

namespace holdfast {

std::chrono::milliseconds BackOff::pause_after(unsigned failures, double jitter) const {
    auto pause = first;
    for (unsigned i = 1; i < failures && pause < longest; ++i) pause *= 2;
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::min(pause, longest) * jitter);
}

std::chrono::milliseconds BackOff::pause_after(unsigned failures) const {
    thread_local std::minstd_rand random(std::random_device{}());
    return pause_after(failures, std::uniform_real_distribution<double>(0.5, 1.5)(random));
}

}  // namespace holdfast
