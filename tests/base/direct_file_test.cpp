#include "base/direct_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cstring>

#include "base/error.hpp"
#include "base/random.hpp"

namespace holdfast {
namespace {

namespace fs = std::filesystem;

// The build's folder may do direct I/O; /dev/shm never does (or tells so since Linux 6.6).
class DirectFileOn : public testing::TestWithParam<fs::path> {
  protected:
    TemporaryDirectory directory_{GetParam()};
    fs::path path_ = directory_.path() / "file";
};

INSTANTIATE_TEST_SUITE_P(FileSystems, DirectFileOn, testing::Values(fs::current_path(), fs::path("/dev/shm")),
                         [](auto& where) { return where.index == 0 ? "disk" : "memory"; });

TEST_P(DirectFileOn, ReadsAndWritesAnyRange) {
    std::vector<std::byte> expected(3 << 20);
    DirectFile file(path_, O_RDWR | O_CREAT | O_EXCL);
    AlignedBuffer aligned(expected.size());
    auto random = aligned.first(expected.size());
    fill_random(random);
    struct Range {
        std::size_t offset, length, shift;  // the shift is that of the address
    };
    std::size_t far = 2 << 20;
    for (auto [offset, length, shift] :
         {Range{0, 8192, 0}, Range{4096, 1 << 20, 1}, Range{far + 7, 4096, 0}, Range{far + 4103, 300'000, 16},
          Range{512, 100, 0}, Range{expected.size() - 1001, 1001, 0}, Range{far - 1, 1, 3}}) {
        file.write(offset, random.subspan(shift, length));
        std::memcpy(expected.data() + offset, random.data() + shift, length);
    }
    file.sync();
    AlignedBuffer into(expected.size() + 16);
    for (auto [offset, length, shift] :
         {Range{0, expected.size(), 0}, Range{0, expected.size(), 5}, Range{4095, 2, 0}, Range{4096, 4096, 0},
          Range{511, 1'500'000, 1}, Range{expected.size() - 4097, 4097, 0}, Range{7, 0, 0}}) {
        ASSERT_EQ(file.read(offset, {into.data() + shift, length}), length);
        EXPECT_EQ(std::memcmp(into.data() + shift, expected.data() + offset, length), 0)
            << offset << " " << length;
    }
}

TEST_P(DirectFileOn, ReadsShortOnlyAtTheEnd) {
    DirectFile file(path_, O_RDWR | O_CREAT | O_EXCL);
    std::vector<std::byte> bytes(10'000, std::byte(7));
    file.write(0, bytes);
    file.sync();
    AlignedBuffer into(65536);
    EXPECT_EQ(file.read(0, into.first(65536)), 10'000u);
    EXPECT_EQ(file.read(8192, into.first(4096)), 10'000u - 8192);
    EXPECT_EQ(file.read(9'999, into.first(3)), 1u);
    EXPECT_EQ(file.read(10'000, into.first(4096)), 0u);
    EXPECT_EQ(file.read(1 << 20, into.first(4096)), 0u);
}

TEST(DirectFile, FailureNamesTheFile) {
    TemporaryDirectory directory;
    auto path = directory.path() / "file";
    DirectFile writer(path, O_WRONLY | O_CREAT | O_EXCL);
    AlignedBuffer buffer(4096);
    try {
        writer.read(0, buffer.first(4096));
        FAIL() << "a file opened for writing was read";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::io);
        EXPECT_NE(error.happened().find(path.string()), std::string::npos);
    }
    EXPECT_THROW(DirectFile(directory.path() / "none", O_RDONLY), Error);
}

}  // namespace
}  // namespace holdfast
