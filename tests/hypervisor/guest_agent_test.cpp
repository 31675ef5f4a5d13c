// Freezing a real guest, and running commands in it, by its guest agent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "base/text.hpp"
#include "error_of.hpp"
#include "hypervisor/private_libvirt.hpp"

namespace holdfast::hypervisor {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

const int guard_is_in_the_build_folder = ::setenv("HOLDFAST_PLUGIN_DIR", HOLDFAST_BUILD_DIR, 1);

class GuestAgent : public testing::Test {
  protected:
    std::string freeze_status() {
        auto answer =
            libvirt_.virsh({"qemu-agent-command", "web01", R"({"execute":"guest-fsfreeze-status"})"});
        return answer.contains("frozen") ? "frozen" : answer.contains("thawed") ? "thawed" : answer;
    }
    void wait_until_thawed(std::chrono::seconds limit) {
        auto end = Clock::now() + limit;
        while (freeze_status() != "thawed") ASSERT_LT(Clock::now(), end);
    }

    PrivateLibvirt libvirt_;
    Host& host_ = libvirt_.host();
};

TEST_F(GuestAgent, FreezesUntilItIsToldToThawOrTheTimeIsUp) {
    Domain guest = libvirt_.define_guest("web01");
    libvirt_.boot(guest);
    ASSERT_EQ(host_.agent(guest.uuid), AgentState::connected);
    host_.ping_agent(guest.uuid);
    {
        auto frozen = host_.freeze(guest.uuid);
        EXPECT_GE(frozen->file_systems(), 1);
        EXPECT_EQ(freeze_status(), "frozen");
        EXPECT_TRUE(frozen->thaw());
        EXPECT_EQ(freeze_status(), "thawed");
    }
    // Whoever forgets it, or dies, thaws it.
    host_.freeze(guest.uuid).reset();
    wait_until_thawed(5s);

    auto begin = Clock::now();
    auto frozen = host_.freeze(guest.uuid);
    wait_until_thawed(12s);
    EXPECT_LT(Clock::now() - begin, 11s) << "ten seconds, and what asking takes";
    EXPECT_GT(Clock::now() - begin, 5s);
    EXPECT_FALSE(frozen->thaw()) << "it was not frozen until now";

    // Somebody else thawed it.
    auto meddled = host_.freeze(guest.uuid);
    EXPECT_GE(host_.thaw(guest.uuid), 1);
    EXPECT_EQ(host_.thaw(guest.uuid), 0);
    EXPECT_FALSE(meddled->thaw());
}

TEST_F(GuestAgent, RunsCommandsWithinTheirLimit) {
    Domain guest = libvirt_.define_guest("web01");
    libvirt_.boot(guest);
    auto run = [&](std::string line, std::chrono::seconds limit = 60s) {
        return host_.run_in_guest(guest.uuid, {std::move(line), limit}, {});
    };
    auto good = run("echo written | tee /data/script.txt; echo and said >&2");
    EXPECT_TRUE(good.ended_in_time);
    EXPECT_EQ(good.status, 0);
    EXPECT_EQ(good.output, "written\nand said");
    EXPECT_THAT(libvirt_.run(guest, "cat /data/script.txt"), HasSubstr("written"));

    auto bad = run("echo 'no \"database\"'; exit 3");
    EXPECT_EQ(bad.status, 3);
    EXPECT_EQ(bad.output, "no \"database\"");
    EXPECT_EQ(run("/no/such/program").status, 127);

    auto talkative = run("seq 1 100000");
    EXPECT_EQ(talkative.status, 0);
    EXPECT_LE(talkative.output.size(), 2000U);
    EXPECT_TRUE(talkative.output.ends_with("99999\n100000"));

    auto begin = Clock::now();
    auto hanging = run("sleep 7654 & sleep 8765", 2s);
    EXPECT_FALSE(hanging.ended_in_time);
    EXPECT_LT(Clock::now() - begin, 30s);
    EXPECT_NE(run("ps | grep -v grep | grep -E 'sleep (7654|8765)'").status, 0) << "all of it is ended";

    std::stop_source stop;
    std::jthread stopper([&] {
        while (run("ps | grep -v grep | grep 'sleep 4321'").status != 0) {
        }
        stop.request_stop();
    });
    EXPECT_EQ(error_of([&] { host_.run_in_guest(guest.uuid, {"sleep 4321", 600s}, stop.get_token()); }),
              ErrorKind::cancelled);
}

TEST_F(GuestAgent, ScriptsAreFedAndEndWithTheirFeed) {
    Domain guest = libvirt_.define_guest("web01");
    libvirt_.boot(guest);
    std::vector<std::byte> bytes(10'000'000);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 2654435761U >> 24);
    auto feed = host_.feed_in_guest(
        guest.uuid, {"cat >/data/fed; [ -e $HOLDFAST_WHOLE ] && echo \"$1\" && exit 3", {"an argument"}}, {});
    feed->write(bytes);
    auto end = feed->finish();
    EXPECT_EQ(end.status, 3);
    EXPECT_EQ(end.output, "an argument");
    EXPECT_THAT(libvirt_.run(guest, "wc -c </data/fed"), HasSubstr("10000000"));

    auto failing = host_.feed_in_guest(guest.uuid, {"echo it is full; exit 1", {}}, {});
    EXPECT_EQ(error_of([&] {
                  while (true) failing->write(bytes);
              }),
              ErrorKind::io);

    auto forgotten = host_.feed_in_guest(
        guest.uuid, {"trap 'rm /data/mine' EXIT; trap 'exit 143' TERM; touch /data/mine; cat", {}}, {});
    forgotten->write(bytes);
    forgotten.reset();
    auto gone = host_.run_in_guest(
        guest.uuid, {"while [ -e /data/mine ] || ls /run | grep holdfast; do usleep 50000; done", 30s}, {});
    EXPECT_TRUE(gone.ended_in_time) << "nothing of it is left";
}

TEST_F(GuestAgent, SilentOrMissingAgentIsToldInTime) {
    Domain guest = libvirt_.define_guest("web01");
    EXPECT_NE(host_.agent(guest.uuid), AgentState::connected);
    libvirt_.boot(guest);
    libvirt_.run(guest, "kill -STOP $(cat /run/qemu-ga.pid)");
    auto begin = Clock::now();
    EXPECT_EQ(error_of([&] { host_.ping_agent(guest.uuid); }), ErrorKind::unavailable);
    EXPECT_EQ(error_of([&] { host_.freeze(guest.uuid); }), ErrorKind::unavailable);
    EXPECT_LT(Clock::now() - begin, 30s);
    libvirt_.run(guest, "kill -CONT $(cat /run/qemu-ga.pid)");
    wait_until_thawed(30s);

    libvirt_.run(guest, "kill $(cat /run/qemu-ga.pid)");
    auto end = Clock::now() + 30s;
    while (host_.agent(guest.uuid) != AgentState::disconnected) ASSERT_LT(Clock::now(), end);
    EXPECT_EQ(error_of([&] { host_.ping_agent(guest.uuid); }), ErrorKind::unavailable);
}

}  // namespace
}  // namespace holdfast::hypervisor
