#include "base/rate_limit.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/error.hpp"
#include "error_of.hpp"

namespace holdfast {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

TEST(RateLimit, AllWhoShareItAreHeldToTheRate) {
    RateLimit limit(1'000'000);
    auto begin = Clock::now();
    {
        std::vector<std::jthread> readers;
        for (int reader = 0; reader < 4; ++reader)
            readers.emplace_back([&] {
                for (int i = 0; i < 10; ++i) limit.take(10'000, {});
            });
    }
    // 400,000 bytes: the last piece need not be paid for, and an eighth of a second is saved up.
    EXPECT_GE(Clock::now() - begin, milliseconds(400 - 10 - 125));
}

TEST(RateLimit, WithoutALimitNobodyWaits) {
    RateLimit limit(0);
    for (int i = 0; i < 1000; ++i) limit.take(UINT64_MAX, {});
}

TEST(RateLimit, AStopEndsTheWait) {
    RateLimit limit(1);
    limit.take(1'000'000'000, {});  // the next waits for thirty years
    std::stop_source stop;
    std::jthread stopper([&] { stop.request_stop(); });
    EXPECT_EQ(error_of([&] { limit.take(1, stop.get_token()); }), ErrorKind::cancelled);
}

}  // namespace
}  // namespace holdfast
