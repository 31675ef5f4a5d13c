#include "disk/image_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/process.hpp"
#include "base/random.hpp"
#include "disk/nbd.hpp"
#include "disk/support.hpp"

namespace holdfast::disk {
namespace {

using namespace std::chrono_literals;
using repository::Extent;
using testing::ElementsAre;

std::vector<std::byte> content_of(repository::BlockSource& source) {
    std::vector<std::byte> bytes(source.size());
    source.read(0, bytes);
    return bytes;
}

class ImageFile : public testing::Test {
  protected:
    // A sparse raw image of a size that fits no block, with data at 1 MiB and at its very end.
    std::vector<std::byte> write_image() {
        std::vector<std::byte> expected(8 * mib + 777);
        auto sink = create_raw_image(path_, expected.size());
        for (auto [offset, length] : {std::pair{mib, mib}, std::pair{expected.size() - 5000, 5000ul}}) {
            auto bytes = random_bytes(length);
            sink->write(offset, bytes);
            std::ranges::copy(bytes, expected.begin() + static_cast<std::ptrdiff_t>(offset));
        }
        sink->flush();
        return expected;
    }

    // On a real disk: the folder for temporary files may be in memory, where there is no direct I/O.
    TemporaryDirectory directory_{std::filesystem::current_path()};
    std::filesystem::path path_ = directory_.path() / "disk.img";
};

TEST_F(ImageFile, IsReadBackAsItWasWritten) {
    auto expected = write_image();
    auto source = open_image(path_.string());
    ASSERT_EQ(source->size(), expected.size());
    EXPECT_TRUE(content_of(*source) == expected);
    for (std::size_t offset : {0ul, 1ul, 511ul, 4096ul, mib - 1, 2 * mib - 3, expected.size() - 6000}) {
        std::vector<std::byte> some(5999);
        source->read(offset, some);
        EXPECT_EQ(std::memcmp(some.data(), expected.data() + offset, some.size()), 0) << offset;
    }
    EXPECT_EQ(error_of([&] {
                  std::vector<std::byte> some(2);
                  source->read(expected.size() - 1, some);
              }),
              ErrorKind::internal);
}

TEST_F(ImageFile, TellsHolesFromData) {
    auto expected = write_image();
    auto source = open_image("raw:" + path_.string());
    std::uint64_t last = (expected.size() - 5000) / 4096 * 4096;
    EXPECT_THAT(source->data_extents(), ElementsAre(Extent{mib, mib}, Extent{last, expected.size() - last}));
    EXPECT_EQ(std::filesystem::file_size(path_), expected.size());
    auto empty = directory_.path() / "empty";
    create_raw_image(empty, mib);
    EXPECT_THAT(open_image(empty.string())->data_extents(), ElementsAre());
    create_raw_image(directory_.path() / "nothing", 0);
    EXPECT_EQ(open_image((directory_.path() / "nothing").string())->size(), 0u);
}

TEST_F(ImageFile, IsReadAndWrittenBySeveralThreads) {
    auto content = random_bytes(16 * mib + 100);
    std::vector<std::byte> read(content.size());
    constexpr std::size_t piece = 300'001;  // neighbours share blocks
    auto in_threads = [&](auto work) {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < 8; ++i)
            threads.emplace_back([&, i] {
                for (std::size_t at = i * piece; at < content.size(); at += 8 * piece)
                    work(at, std::min(piece, content.size() - at));
            });
    };
    auto sink = create_raw_image(path_, content.size());
    in_threads([&](std::size_t at, std::size_t n) { sink->write(at, std::span(content).subspan(at, n)); });
    sink->flush();
    auto source = open_image(path_.string());
    in_threads([&](std::size_t at, std::size_t n) { source->read(at, std::span(read).subspan(at, n)); });
    EXPECT_TRUE(read == content);
}

TEST_F(ImageFile, ChangeOfItsSizeIsAnError) {
    for (std::uint64_t other : {0ul, mib, 64 * mib}) {
        write_image();
        auto source = open_image(path_.string());
        std::vector<std::byte> some(mib);
        source->read(mib, some);
        std::filesystem::resize_file(path_, other);
        EXPECT_EQ(error_of([&] { source->read(mib, some); }), ErrorKind::io) << other;
        std::filesystem::remove(path_);
    }
}

TEST_F(ImageFile, ExistingTargetIsRefused) {
    auto expected = write_image();
    EXPECT_EQ(error_of([&] { create_raw_image(path_, mib); }), ErrorKind::conflict);
    EXPECT_TRUE(content_of(*open_image(path_.string())) == expected);
    EXPECT_EQ(error_of([&] { create_raw_image("/dev/null", mib); }), ErrorKind::conflict);
}

TEST_F(ImageFile, ImageThatAMachineWritesToIsAConflict) {
    create_raw_image(path_, 8 * mib);
    auto machine = ImageServer::start(path_, ImageFormat::raw, Access::read_write, directory_.path() / "s");
    EXPECT_EQ(error_of([&] { open_image(path_.string()); }), ErrorKind::conflict);
}

TEST_F(ImageFile, MachineIsKeptOutWhileTheImageIsRead) {
    create_raw_image(path_, 8 * mib);
    auto source = open_image(path_.string());
    auto socket = directory_.path() / "s";
    EXPECT_EQ(error_of([&] { ImageServer::start(path_, ImageFormat::raw, Access::read_write, socket); }),
              ErrorKind::conflict);
    ImageServer::start(path_, ImageFormat::raw, Access::read_only, socket);
    source.reset();
    ImageServer::start(path_, ImageFormat::raw, Access::read_write, socket);
}

TEST_F(ImageFile, Qcow2IsReadWhereItIsNamedSo) {
    for (const char* name : {"disk.qcow2", "DISK.QCOW2"}) {
        auto image = directory_.path() / name;
        create_image(image, ImageFormat::qcow2, 8 * mib);
        auto bytes = random_bytes(mib);
        {
            auto server =
                ImageServer::start(image, ImageFormat::qcow2, Access::read_write, directory_.path() / "s");
            auto sink = connect_nbd_sink(server.address(), 10s);
            sink->write(3 * mib, bytes);
            sink->flush();
        }
        auto source = open_image(image.string());
        std::vector<std::byte> some(mib);
        source->read(3 * mib, some);
        EXPECT_EQ(source->size(), 8 * mib);
        EXPECT_TRUE(some == bytes);
        EXPECT_THAT(source->data_extents(), ElementsAre(Extent{3 * mib, mib}));
        EXPECT_EQ(open_image("qcow2:" + image.string())->size(), 8 * mib);
    }
}

// A guest owns the bytes of its raw disk: it must not make us read a file of the host.
TEST_F(ImageFile, Qcow2HeaderInARawDiskIsNeverFollowed) {
    auto secret = directory_.path() / "secret";
    write_file_durably(secret, random_bytes(65536), 0600);
    run_command(
        {"qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", secret.string(), path_.string()}, 20s);
    EXPECT_EQ(error_of([&] { open_image(path_.string()); }), ErrorKind::invalid_input);
    auto raw = open_image("raw:" + path_.string());
    EXPECT_EQ(raw->size(), std::filesystem::file_size(path_));
    EXPECT_EQ(std::memcmp(content_of(*raw).data(), "QFI\xfb", 4), 0);
    EXPECT_EQ(open_image("qcow2:" + path_.string())->size(), 65536u);  // whoever says so means it
}

TEST_F(ImageFile, NbdUriIsRead) {
    auto expected = write_image();
    expected.resize((expected.size() + 511) / 512 * 512);  // qemu-nbd serves whole sectors
    auto server = ImageServer::start(path_, ImageFormat::raw, Access::read_only, directory_.path() / "s");
    EXPECT_TRUE(content_of(*open_image(to_uri(server.address()))) == expected);
    EXPECT_EQ(error_of([] { open_image("nbd://127.0.0.1:1/x"); }), ErrorKind::unavailable);
    EXPECT_EQ(error_of([] { open_image("nbd+unix:///x"); }), ErrorKind::invalid_input);
}

TEST_F(ImageFile, WhatIsNoImageIsNamed) {
    EXPECT_EQ(error_of([&] { open_image((directory_.path() / "none").string()); }), ErrorKind::not_found);
    EXPECT_EQ(error_of([&] { open_image(directory_.path().string()); }), ErrorKind::invalid_input);
    ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
    EXPECT_EQ(error_of([&] { open_image(path_.string()); }), ErrorKind::invalid_input);
}

}  // namespace
}  // namespace holdfast::disk
