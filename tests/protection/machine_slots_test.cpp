#include "protection/machine_slots.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "error_of.hpp"

namespace holdfast::protection {
namespace {

const Uuid kvm1 = Uuid::random();
const Uuid kvm2 = Uuid::random();
const Uuid near = Uuid::random();
const Uuid far = Uuid::random();

class Slots : public testing::Test {
  protected:
    // Takes a slot on another thread, and holds it until it is let go.
    struct Holder {
        Holder(MachineSlots& slots, const MachineLoad& load)
            : thread([this, &slots, load](const std::stop_token& stop) {
                  try {
                      auto slot = slots.take(load, stop);
                      has_slot = true;
                      has_slot.notify_all();
                      let_go.wait(false);
                  } catch (const Error& error) {
                      cancelled = error.kind() == ErrorKind::cancelled;
                  }
              }) {}
        ~Holder() { end(); }
        void end() {
            let_go = true;
            let_go.notify_all();
            if (thread.joinable()) {
                thread.request_stop();
                thread.join();
            }
        }
        void wait() const { has_slot.wait(false); }

        std::atomic<bool> has_slot = false;
        std::atomic<bool> let_go = false;
        std::atomic<bool> cancelled = false;
        std::jthread thread;
    };

    void wait_until(std::size_t waiting) {
        while (slots_.waiting() != waiting) std::this_thread::yield();
    }
    static MachineLoad load(const Uuid& host, const Uuid& repository, std::vector<std::string> storages) {
        return {host, repository, std::move(storages)};
    }

    MachineSlots slots_{{.per_host = 3, .per_repository = 2, .per_storage = 1}};
};

TEST_F(Slots, EachLimitHoldsForItsOwnThing) {
    auto first = slots_.take(load(kvm1, near, {"/a"}), {});
    Holder same_storage(slots_, load(kvm1, far, {"/b", "/a"}));
    wait_until(1);
    // A folder of the same name on another host is another one.
    auto second = slots_.take(load(kvm2, near, {"/a"}), {});
    Holder same_repository(slots_, load(kvm2, near, {}));
    wait_until(2);
    auto on_host_2 = slots_.take(load(kvm2, far, {}), {});
    auto on_host_3 = slots_.take(load(kvm2, Uuid::random(), {}), {});
    Holder same_host(slots_, load(kvm2, Uuid::random(), {}));
    wait_until(3);
    EXPECT_FALSE(same_storage.has_slot || same_repository.has_slot || same_host.has_slot);
    {
        auto gone = std::move(first);
    }
    same_storage.wait();
    // Its repository has room again, its host has not.
    wait_until(2);
    {
        auto gone = std::move(on_host_2);
    }
    same_repository.wait();
    wait_until(1);
    same_repository.end();
    same_host.wait();
}

TEST_F(Slots, WhoCameFirstIsServedFirst) {
    std::optional<MachineSlot> held(slots_.take(load(kvm1, near, {"/a"}), {}));
    Holder first(slots_, load(kvm1, near, {"/a"}));
    wait_until(1);
    Holder second(slots_, load(kvm1, near, {"/a"}));
    wait_until(2);
    held.reset();
    first.wait();
    EXPECT_EQ(slots_.waiting(), 1U);
    EXPECT_FALSE(second.has_slot);
    first.end();
    second.wait();
}

TEST_F(Slots, WhoWaitsIsPassedByWhereItDoesNotMatter) {
    auto held = slots_.take(load(kvm1, near, {"/a"}), {});
    Holder waits(slots_, load(kvm1, near, {"/a"}));
    wait_until(1);
    auto passes = slots_.take(load(kvm1, near, {"/b"}), {});
    EXPECT_FALSE(waits.has_slot);
}

TEST_F(Slots, WaitingEndsWhenItIsStopped) {
    auto held = slots_.take(load(kvm1, near, {"/a"}), {});
    Holder waits(slots_, load(kvm1, near, {"/a"}));
    wait_until(1);
    waits.end();
    EXPECT_TRUE(waits.cancelled);
    EXPECT_EQ(slots_.waiting(), 0U);
    std::stop_source stopped;
    stopped.request_stop();
    EXPECT_EQ(error_of([&] { slots_.take(load(kvm1, near, {"/a"}), stopped.get_token()); }),
              ErrorKind::cancelled);
}

}  // namespace
}  // namespace holdfast::protection
