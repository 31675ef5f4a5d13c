#include "notify/pause.hpp"

#include <algorithm>
#include <random>

namespace holdfast::notify {
namespace {

constexpr std::chrono::milliseconds first{2'000};
constexpr std::chrono::milliseconds longest = std::chrono::hours(1);

}  // namespace

std::chrono::milliseconds pause_after(int failures, double jitter) {
    auto pause = first;
    for (int i = 1; i < failures && pause < longest; ++i) pause *= 2;
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::min(pause, longest) * jitter);
}

std::chrono::milliseconds pause_after(int failures) {
    thread_local std::minstd_rand random(std::random_device{}());
    return pause_after(failures, std::uniform_real_distribution<double>(0.5, 1.5)(random));
}

}  // namespace holdfast::notify
