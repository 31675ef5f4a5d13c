// A tar archive of one file, read by GNU tar.
#include "guest/tar_entry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/file.hpp"
#include "base/process.hpp"

namespace holdfast::guest {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
namespace fs = std::filesystem;

class TarEntry : public testing::Test {
  protected:
    std::string tar(const std::string& archive, std::vector<std::string> options) {
        auto file = folder_.path() / "made.tar";
        std::ofstream(file, std::ios::binary) << archive;
        std::vector<std::string> command{"tar", "-C", folder_.path(), "-f", file};
        command.insert(command.end(), options.begin(), options.end());
        return run_command(command, 30s, {.environment = {{"TZ", "UTC"}}});
    }
    TemporaryDirectory folder_;
};

TEST_F(TarEntry, HasContentModeOwnerAndTimes) {
    FileStat stat{};
    stat.st_mode = S_IFREG | 04751;
    stat.st_uid = 3'000'000;  // more than the octal digits carry
    stat.st_gid = 7;
    stat.st_size = 5;
    stat.st_mtime_sec = 1'700'000'000;
    stat.st_mtime_nsec = 5;
    auto archive = tar_header(stat, "", {{"user.a=b", std::string("x\0\ny", 4)}}) + "12345" + tar_end(5);
    EXPECT_EQ(archive.size() % 512, 0U);
    auto listed = tar(archive, {"-tv", "--numeric-owner", "--full-time"});
    EXPECT_THAT(listed, HasSubstr("-rwsr-x--x 3000000/7"));
    EXPECT_THAT(listed, HasSubstr("2023-11-14 22:13:20.000000005 entry"));
    tar(archive, {"-x", "--no-same-owner"});
    EXPECT_EQ(read_file(folder_.path() / "entry", 100), "12345");
    EXPECT_THAT(tar(archive, {"-tvv", "--xattrs"}), HasSubstr("user.a=b"));
}

TEST_F(TarEntry, LongLinksAndLargeFiles) {
    FileStat stat{};
    stat.st_mode = S_IFLNK | 0777;
    auto target = "../" + std::string(3000, 'x');
    for (const auto& one : {target, std::string("short")}) {
        fs::remove(folder_.path() / "entry");
        tar(tar_header(stat, one, {}) + tar_end(0), {"-x"});
        EXPECT_EQ(fs::read_symlink(folder_.path() / "entry"), one);
    }
    stat.st_mode = S_IFREG | 0600;
    stat.st_size = 1LL << 40;
    auto header = tar_header(stat, "", {});
    auto size = header.substr(header.size() - 512 + 124, 12);
    EXPECT_EQ(size, std::string("\x80\0\0\0\0\0\x01\0\0\0\0\0", 12));
}

}  // namespace
}  // namespace holdfast::guest
