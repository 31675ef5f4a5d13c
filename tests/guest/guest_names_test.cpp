#include "guest/guest_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"

namespace holdfast::guest {
namespace {

using testing::ElementsAre;

TEST(GuestNames, AreShownAsTextThatXmlCanCarry) {
    EXPECT_EQ(display_name("Größe \xf0\x9f\x98\x80 ok"), "Größe \xf0\x9f\x98\x80 ok");
    EXPECT_EQ(display_name("a\tb\nc"), "a\tb\nc");
    EXPECT_EQ(display_name("\xff"), "\uFFFD");
    EXPECT_EQ(display_name("a\x01z"), "a\uFFFDz");
    EXPECT_EQ(display_name("\xc3"), "\uFFFD");
    EXPECT_EQ(display_name("\xc0\xaf"), "\uFFFD\uFFFD") << "an overlong form";
    EXPECT_EQ(display_name("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
    EXPECT_EQ(display_name("\xef\xbf\xbf"), "\uFFFD") << "U+FFFF";
    EXPECT_EQ(display_name("\xf5\x80\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
}

TEST(GuestNames, AreComparedInAnyLetterCase) {
    EXPECT_EQ(folded("ÄÖÜ Straße ΑΒΓ ЖЗИ ŁŻ"), folded("äöü sTRAßE αβγ жзи łż"));
    EXPECT_NE(folded("a"), folded("ä"));
    EXPECT_EQ(folded("×"), "×");
}

TEST(GuestNames, PathsAreSplitAndClimbingIsRefused) {
    EXPECT_THAT(split_path("//a/./b c//d/"), ElementsAre("a", "b c", "d"));
    EXPECT_THAT(split_path(""), ElementsAre());
    EXPECT_THAT(split_path("a/..b/c.."), ElementsAre("a", "..b", "c.."));
    EXPECT_THROW(split_path("a/../b"), Error);
    EXPECT_THROW(split_path(".."), Error);
    EXPECT_THROW(split_path(std::string_view("a\0b", 3)), Error);
    EXPECT_THROW(split_path(std::string(20'000, 'a')), Error);
}

}  // namespace
}  // namespace holdfast::guest
