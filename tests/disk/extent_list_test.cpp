#include "disk/extent_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::disk {
namespace {

using repository::Extent;
using testing::ElementsAre;

TEST(ExtentList, MergesNeighbours) {
    ExtentList list;
    list.add(0, 10);
    list.add(10, 5);
    list.add(20, 0);
    list.add(30, 1);
    EXPECT_THAT(list.take(), ElementsAre(Extent{0, 15}, Extent{30, 1}));
}

TEST(ExtentList, StaysWithinItsLimitAndLosesNothing) {
    ExtentList list(64);
    constexpr std::uint64_t step = 1 << 20;
    for (std::uint64_t i = 0; i < 10'000; ++i) list.add(i * step, 512);
    auto extents = list.take();
    ASSERT_LE(extents.size(), 64U);
    std::size_t at = 0;
    for (std::uint64_t i = 0; i < 10'000; ++i) {
        while (extents[at].offset + extents[at].length <= i * step) ++at;
        ASSERT_LT(at, extents.size());
        ASSERT_LE(extents[at].offset, i * step);
        ASSERT_GE(extents[at].offset + extents[at].length, i * step + 512);
    }
    for (std::size_t i = 1; i < extents.size(); ++i)
        ASSERT_LT(extents[i - 1].offset + extents[i - 1].length, extents[i].offset);
}

}  // namespace
}  // namespace holdfast::disk
