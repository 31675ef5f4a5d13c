// Against the real qemu-nbd and real images.
#include "disk/nbd.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/process.hpp"
#include "base/random.hpp"
#include "disk/nbd_connection.hpp"
#include "disk/support.hpp"

namespace holdfast::disk {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

bool answers(const NbdAddress& address) {
    try {
        NbdConnection probe(address, {}, 20s);
        return true;
    } catch (const Error&) {
        return false;
    }
}

// A server of our own, to do to it what ImageServer does not. Its socket is there before it listens, so only
// an answer tells that it serves.
Process start_server(std::vector<std::string> arguments, const NbdAddress& address) {
    arguments.insert(arguments.begin(), {"qemu-nbd", "-t", "-e", "0", "-k", address.socket.string()});
    auto server = Process::start(arguments);
    auto end = std::chrono::steady_clock::now() + 20s;
    while (!answers(address) && std::chrono::steady_clock::now() < end && !server.wait(5ms)) {
    }
    return server;
}

class Disk : public testing::TestWithParam<ImageFormat> {
  protected:
    // Random bytes at 1 MiB (2 MiB long) and in the last 64 KiB; the rest is a hole.
    void fill(const std::filesystem::path& file) {
        auto server =
            ImageServer::start(file, GetParam(), Access::read_write, directory_.path() / "fill.sock");
        auto sink = connect_nbd_sink(server.address(), 10s);
        sink->write(mib, first_);
        sink->write(size_ - last_.size(), last_);
        sink->flush();
    }

    TemporaryDirectory directory_;
    std::filesystem::path image_ = directory_.path() / "disk image";
    std::filesystem::path socket_ = directory_.path() / "s";
    std::uint64_t size_ = 96 * mib;
    std::vector<std::byte> first_ = random_bytes(2 * mib);
    std::vector<std::byte> last_ = random_bytes(64 << 10);
};

INSTANTIATE_TEST_SUITE_P(Formats, Disk, testing::Values(ImageFormat::raw, ImageFormat::qcow2),
                         [](auto& format) { return std::string(to_string(format.param)); });

TEST_P(Disk, IsReadBackAsItWasWritten) {
    create_image(image_, GetParam(), size_);
    fill(image_);
    auto server = ImageServer::start(image_, GetParam(), Access::read_only, socket_);
    auto source = NbdSource::connect(server.address(), std::nullopt, 10s);
    ASSERT_EQ(source->size(), size_);
    std::vector<std::byte> all(size_);
    source->read(0, all);  // more than one request may carry
    std::vector<std::byte> expected(size_);
    std::memcpy(expected.data() + mib, first_.data(), first_.size());
    std::memcpy(expected.data() + size_ - last_.size(), last_.data(), last_.size());
    EXPECT_TRUE(all == expected);
    std::vector<std::byte> odd(1001);
    source->read(mib + 77, odd);
    EXPECT_EQ(std::memcmp(odd.data(), first_.data() + 77, odd.size()), 0);
}

TEST_P(Disk, TellsHolesFromData) {
    create_image(image_, GetParam(), size_);
    fill(image_);
    auto server = ImageServer::start(image_, GetParam(), Access::read_only, socket_);
    auto source = NbdSource::connect(server.address(), std::nullopt, 10s);
    auto extents = source->data_extents();
    // qemu-img writes the first block of a raw image itself.
    if (GetParam() == ImageFormat::raw && !extents.empty() && extents[0] == Extent{0, 4096})
        extents.erase(extents.begin());
    EXPECT_THAT(extents, ElementsAre(Extent{mib, 2 * mib}, Extent{size_ - (64 << 10), 64 << 10}));
}

TEST_P(Disk, IsReadAndWrittenBySeveralThreads) {
    create_image(image_, GetParam(), size_);
    auto server = ImageServer::start(image_, GetParam(), Access::read_write, socket_);
    auto sink = connect_nbd_sink(server.address(), 10s);
    auto content = random_bytes(16 * mib);
    std::vector<std::byte> read(content.size());
    auto in_threads = [&](auto work) {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < 8; ++i)
            threads.emplace_back([&, i] {
                for (std::size_t at = i * mib; at < content.size(); at += 8 * mib) work(at);
            });
    };
    in_threads([&](std::size_t at) { sink->write(at, std::span(content).subspan(at, mib)); });
    sink->flush();
    auto source = NbdSource::connect(server.address(), std::nullopt, 10s);
    in_threads([&](std::size_t at) { source->read(at, std::span(read).subspan(at, mib)); });
    EXPECT_TRUE(read == content);
}

TEST_P(Disk, ImageOfTheSameNameIsAConflict) {
    create_image(image_, GetParam(), size_);
    EXPECT_EQ(error_of([&] { create_image(image_, GetParam(), size_); }), ErrorKind::conflict);
}

TEST(Image, IsSharedWhereTheFileSystemCan) {
    TemporaryDirectory directory;
    auto image = directory.path() / "file system";
    auto folder = directory.path() / "mounted";
    make_directories(folder, 0700);
    create_image(image, ImageFormat::raw, 400 * mib);
    run_command({"mkfs.xfs", "-q", "-m", "reflink=1", image.string()}, 60s);
    try {
        run_command({"mount", "-o", "loop", image.string(), folder.string()}, 60s);
    } catch (const Error& error) {
        GTEST_SKIP() << "a file system cannot be mounted here: " << error.what();
    }
    auto bytes = random_bytes(mib);
    write_file_durably(folder / "a", bytes, 0600);
    EXPECT_TRUE(share_image(folder / "a", folder / "b"));
    auto read = read_file(folder / "b", 2 * mib);
    EXPECT_TRUE(std::ranges::equal(std::as_bytes(std::span(read)), bytes));
    EXPECT_EQ(error_of([&] { share_image(folder / "a", folder / "b"); }), ErrorKind::conflict);
    EXPECT_FALSE(share_image(folder / "a", directory.path() / "c")) << "not between two file systems";
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "c"));
    run_command({"umount", folder.string()}, 60s);
}

TEST(Overlay, ReadsFromBelowUntilItIsComplete) {
    TemporaryDirectory directory;
    auto below = directory.path() / "below.raw";
    auto image = directory.path() / "over & above.qcow2";
    create_image(below, ImageFormat::raw, 8 * mib);
    const NbdAddress address{.socket = directory.path() / "below.sock", .export_name = ""};
    create_overlay(image, 8 * mib, address);  // nothing is served yet
    EXPECT_EQ(error_of([&] { create_overlay(image, 8 * mib, address); }), ErrorKind::conflict);
    auto first = random_bytes(mib);
    auto second = random_bytes(mib);
    {
        auto writer = ImageServer::start(below, ImageFormat::raw, Access::read_write, address.socket);
        auto sink = connect_nbd_sink(writer.address(), 10s);
        sink->write(0, first);
        sink->write(4 * mib, first);
        sink->flush();
    }
    {
        auto server = ImageServer::start(below, ImageFormat::raw, Access::read_only, address.socket);
        {
            auto over = ImageServer::start(image, ImageFormat::qcow2, Access::read_write,
                                           directory.path() / "over.sock");
            auto sink = connect_nbd_sink(over.address(), 10s);
            sink->write(4 * mib, second);
            sink->flush();
            EXPECT_TRUE(has_backing(image)) << "also while it is in use";
            EXPECT_EQ(error_of([&] { complete_overlay(image, [](int) {}, {}); }), ErrorKind::conflict);
        }
        EXPECT_TRUE(has_backing(image));
        complete_overlay(image, [](int) {}, {});
    }
    EXPECT_FALSE(has_backing(image));
    auto server = ImageServer::start(image, ImageFormat::qcow2, Access::read_only, directory.path() / "s");
    auto source = NbdSource::connect(server.address(), std::nullopt, 10s);
    std::vector<std::byte> read(mib);
    source->read(0, read);
    EXPECT_TRUE(read == first);
    source->read(4 * mib, read);
    EXPECT_TRUE(read == second);
}

TEST(Nbd, DirtyBitmapTellsWhatChanged) {
    TemporaryDirectory directory;
    auto image = directory.path() / "disk.qcow2";
    create_image(image, ImageFormat::qcow2, 64 * mib);
    run_command({"qemu-img", "bitmap", "--add", "-g", "65536", image.string(), "point"}, 20s);
    {
        auto server =
            ImageServer::start(image, ImageFormat::qcow2, Access::read_write, directory.path() / "w");
        auto sink = connect_nbd_sink(server.address(), 10s);
        sink->write(3 * mib, random_bytes(mib));
        sink->write(10 * mib + 5, random_bytes(10));
        sink->flush();
    }
    // qemu-nbd can serve a bitmap, under a context name of the same family as that of a backup job.
    NbdAddress address{directory.path() / "r", ""};
    auto server = start_server({"-r", "-f", "qcow2", "-B", "point", image.string()}, address);
    auto source = NbdSource::connect(address, "qemu:dirty-bitmap:point", 10s);
    EXPECT_THAT(source->changed_extents(), ElementsAre(Extent{3 * mib, mib}, Extent{10 * mib, 64 << 10}));
    EXPECT_EQ(error_of([&] { NbdSource::connect(address, "qemu:dirty-bitmap:other", 10s); }),
              ErrorKind::not_found);
}

TEST(Nbd, ServerThatIsKilledGivesAnErrorAtOnce) {
    TemporaryDirectory directory;
    auto image = directory.path() / "disk.raw";
    create_image(image, ImageFormat::raw, 512 * mib);
    NbdAddress address{directory.path() / "s", ""};
    auto server = start_server({"-f", "raw", image.string()}, address);
    auto source = NbdSource::connect(address, std::nullopt, 5s);
    ::kill(server.pid(), SIGSTOP);  // a read is under way when the server dies
    std::thread reader([&] {
        std::vector<std::byte> all(512 * mib);
        EXPECT_EQ(error_of([&] { source->read(0, all); }), ErrorKind::unavailable);
    });
    ::kill(server.pid(), SIGKILL);
    reader.join();
    std::vector<std::byte> some(512);
    EXPECT_EQ(error_of([&] { source->read(0, some); }), ErrorKind::unavailable);
}

TEST(Nbd, ServerThatDoesNotAnswerMissesTheDeadline) {
    TemporaryDirectory directory;
    auto image = directory.path() / "disk.raw";
    create_image(image, ImageFormat::raw, mib);
    NbdAddress address{directory.path() / "s", ""};
    auto server = start_server({"-f", "raw", image.string()}, address);
    auto source = NbdSource::connect(address, std::nullopt, 1s);
    ::kill(server.pid(), SIGSTOP);
    std::vector<std::byte> some(512);
    auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(error_of([&] { source->read(0, some); }), ErrorKind::unavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
    // The greeting, too.
    EXPECT_EQ(error_of([&] { NbdSource::connect(address, std::nullopt, 1s); }), ErrorKind::unavailable);
}

TEST(Nbd, SilentListenerMissesTheDeadline) {
    TemporaryDirectory directory;
    NbdAddress address{directory.path() / "s", ""};
    UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::strcpy(name.sun_path, address.socket.c_str());
    ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
    ASSERT_EQ(::listen(listener.get(), 1), 0);
    EXPECT_EQ(error_of([&] { NbdSource::connect(address, std::nullopt, 1s); }), ErrorKind::unavailable);
}

TEST(Nbd, BadAddressesAreNamed) {
    TemporaryDirectory directory;
    EXPECT_EQ(error_of([&] { NbdSource::connect({directory.path() / "none", ""}, std::nullopt, 1s); }),
              ErrorKind::unavailable);
    EXPECT_EQ(error_of([&] {
                  NbdSource::connect({directory.path() / std::string(120, 'x'), ""}, std::nullopt, 1s);
              }),
              ErrorKind::invalid_input);
    EXPECT_EQ(to_uri({"/run/a b", "vda"}), "nbd+unix:///vda?socket=/run/a%20b");
}

TEST(ImageServer, SaysWhyAnImageCannotBeServed) {
    TemporaryDirectory directory;
    auto image = directory.path() / "disk.qcow2";
    create_image(image, ImageFormat::qcow2, mib);
    auto server = ImageServer::start(image, ImageFormat::qcow2, Access::read_write, directory.path() / "a");
    EXPECT_EQ(error_of([&] {
                  ImageServer::start(image, ImageFormat::qcow2, Access::read_write, directory.path() / "b");
              }),
              ErrorKind::conflict);
    write_file_durably(directory.path() / "bad", {}, 0600);
    try {
        ImageServer::start(directory.path() / "bad", ImageFormat::qcow2, Access::read_only,
                           directory.path() / "c");
        FAIL() << "an empty file is no qcow2 image";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::io);
        EXPECT_THAT(error.what(), HasSubstr("qcow2"));
    }
    EXPECT_EQ(error_of([&] {
                  ImageServer::start(directory.path() / "none", ImageFormat::raw, Access::read_only,
                                     directory.path() / "d");
              }),
              ErrorKind::not_found);
}

TEST(ImageServer, LeavesNoSocketBehind) {
    TemporaryDirectory directory;
    create_image(directory.path() / "disk.raw", ImageFormat::raw, mib);
    {
        auto server = ImageServer::start(directory.path() / "disk.raw", ImageFormat::raw, Access::read_only,
                                         directory.path() / "s");
        EXPECT_TRUE(std::filesystem::exists(directory.path() / "s"));
    }
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "s"));
}

TEST(ImageServer, ReadOnlyExportRefusesASink) {
    TemporaryDirectory directory;
    create_image(directory.path() / "disk.raw", ImageFormat::raw, mib);
    auto server = ImageServer::start(directory.path() / "disk.raw", ImageFormat::raw, Access::read_only,
                                     directory.path() / "s");
    EXPECT_EQ(error_of([&] { connect_nbd_sink(server.address(), 5s); }), ErrorKind::invalid_input);
}

}  // namespace
}  // namespace holdfast::disk
