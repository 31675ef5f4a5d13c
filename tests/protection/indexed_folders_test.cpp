#include "protection/indexed_folders.hpp"

#include <gtest/gtest.h>

#include "error_of.hpp"

namespace holdfast::protection {
namespace {

using catalog::IndexedExtent;

TEST(IndexedFolders, AreNamedFromTheRootOrTheDrive) {
    EXPECT_EQ(parse_linux_folder("/var//log/"), "var/log");
    EXPECT_EQ(parse_linux_folder("/"), "");
    for (const auto* wrong : {"var/log", "", "/var/../etc", "/./var", "C:\\"})
        EXPECT_EQ(error_of([&] { parse_linux_folder(wrong); }), ErrorKind::invalid_input) << wrong;

    EXPECT_EQ(parse_windows_folder("C:\\Users\\Ann\\"), "C:/Users/Ann");
    EXPECT_EQ(parse_windows_folder("d:"), "d:");
    EXPECT_EQ(parse_windows_folder("%WinDir%\\System32"), "C:/Windows/System32");
    EXPECT_EQ(parse_windows_folder("%ProgramFiles(x86)%"), "C:/Program Files (x86)");
    for (const auto* wrong : {"Users", "", "\\\\server\\share", "C:\\..\\x", "%APPDATA%", "CC:\\", "C:x"})
        EXPECT_EQ(error_of([&] { parse_windows_folder(wrong); }), ErrorKind::invalid_input) << wrong;
}

TEST(IndexedFolders, OnlyTheseAndTheWayToThem) {
    auto folders = IndexedFolders::of_linux({IndexedExtent::only, {"/var/log", "/etc"}});
    EXPECT_TRUE(folders.holds("var/log"));
    EXPECT_TRUE(folders.holds("var/log/apt"));
    EXPECT_FALSE(folders.holds("var/logs"));
    for (const auto* way : {"/", "", "var"}) {
        EXPECT_FALSE(folders.holds(way)) << way;
        EXPECT_TRUE(folders.leads(way)) << way;
    }
    EXPECT_FALSE(folders.leads("va"));
    EXPECT_FALSE(folders.leads("home"));
}

TEST(IndexedFolders, AllButThese) {
    auto folders = IndexedFolders::of_windows({IndexedExtent::all_but, {"%windir%", "C:\\temp"}});
    EXPECT_TRUE(folders.holds("C:"));
    EXPECT_TRUE(folders.holds("C:/Users"));
    for (const auto* left_out : {"C:/Windows", "c:/WINDOWS/System32", "C:/Temp"}) {
        EXPECT_FALSE(folders.holds(left_out)) << left_out;
        EXPECT_FALSE(folders.leads(left_out)) << left_out;
    }
    EXPECT_TRUE(folders.leads("C:/Windows.old"));
}

TEST(IndexedFolders, AllOrNothing) {
    auto all = IndexedFolders::of_linux({IndexedExtent::all, {}});
    auto none = IndexedFolders::of_linux({IndexedExtent::none, {}});
    for (const auto* folder : {"/", "etc"}) {
        EXPECT_TRUE(all.holds(folder) && all.leads(folder));
        EXPECT_FALSE(none.holds(folder) || none.leads(folder));
    }
}

}  // namespace
}  // namespace holdfast::protection
