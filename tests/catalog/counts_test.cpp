#include "catalog/counts.hpp"

#include <gtest/gtest.h>

namespace holdfast::catalog {
namespace {

TEST(Counts, ALongListIsNotCountedAgainAtOnce) {
    Counts counts;
    EXPECT_EQ(counts.find_or("long", [] { return 10'000; }), 10'000u);
    EXPECT_EQ(counts.find_or("long", [] { return 10'001; }), 10'000u);
    EXPECT_EQ(counts.find_or("another", [] { return 12'000; }), 12'000u);
}

TEST(Counts, AShortListIsCountedEachTime) {
    Counts counts;
    EXPECT_EQ(counts.find_or("short", [] { return 9'999; }), 9'999u);
    EXPECT_EQ(counts.find_or("short", [] { return 9'998; }), 9'998u);
}

}  // namespace
}  // namespace holdfast::catalog
