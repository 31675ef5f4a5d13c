// What happens when there is nothing to read, or nobody waits for it. Each test starts an appliance of its
// own.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "guest/guest_files.hpp"
#include "guest/test_disks.hpp"

namespace holdfast::guest {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A process that this one started, by the beginning of its name; -1 when there is none.
pid_t child_named(std::string_view name) {
    for (auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream children(thread.path() / "children");
        for (pid_t pid = 0; children >> pid;) {
            std::ifstream file("/proc/" + std::to_string(pid) + "/comm");
            std::string command;
            if (std::getline(file, command) && command.starts_with(name)) return pid;
        }
    }
    return -1;
}

class GuestFilesFailure : public testing::Test {
  protected:
    std::unique_ptr<GuestFiles> open_garbage(std::stop_token stop) {
        make_garbage_disk(folder_.path() / "garbage.raw");
        server_ = std::make_unique<disk::ImageServer>(
            disk::ImageServer::start(folder_.path() / "garbage.raw", disk::ImageFormat::raw,
                                     disk::Access::read_only, folder_.path() / "g.sock"));
        return GuestFiles::open({server_->address()}, stop);
    }

    TemporaryDirectory folder_;
    std::unique_ptr<disk::ImageServer> server_;
};

TEST_F(GuestFilesFailure, ADiskOfGarbageIsCorrupt) {
    try {
        open_garbage({});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::corrupt) << error.what();
    }
}

TEST_F(GuestFilesFailure, StopEndsTheStart) {
    std::stop_source stop;
    Clock::time_point stopped;
    std::jthread stopper([&] {
        for (auto end = Clock::now() + 2min; child_named("qemu-system") < 0 && Clock::now() < end;)
            std::this_thread::yield();
        stopped = Clock::now();
        stop.request_stop();
    });
    try {
        open_garbage(stop.get_token());
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::cancelled) << error.what();
    }
    stopper.join();
    EXPECT_LT(Clock::now() - stopped, 5s);
}

TEST_F(GuestFilesFailure, AnApplianceThatDiesIsUnavailableFromThenOn) {
    make_boot_disk(folder_.path() / "fat.raw", folder_.path());
    auto server = disk::ImageServer::start(folder_.path() / "fat.raw", disk::ImageFormat::raw,
                                           disk::Access::read_only, folder_.path() / "fat.sock");
    auto files = GuestFiles::open({server.address()}, {});
    EXPECT_EQ(files->roots().at(0).path, "sda:");
    EXPECT_EQ(files->list("", Show::all, 0, 10).entries.at(0).path, "sda:");
    EXPECT_EQ(files->stat("SDA:/grub.CFG").kind, EntryKind::file);
    ASSERT_EQ(::kill(child_named("qemu-system"), SIGKILL), 0);
    for (int i = 0; i < 2; ++i) {
        try {
            files->list("sda:", Show::all, 0, 10);
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::unavailable) << error.what();
        }
    }
}

TEST_F(GuestFilesFailure, NoDisksAreRefused) {
    EXPECT_THROW(GuestFiles::open({}, {}), Error);
}

}  // namespace
}  // namespace holdfast::guest
