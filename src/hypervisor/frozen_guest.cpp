#include "hypervisor/frozen_guest.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <charconv>
#include <thread>

#include "base/error.hpp"
#include "base/installation.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "hypervisor/guard_channel.hpp"

namespace holdfast::hypervisor {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto connect_limit = 40s;
// More than the guard gives the agent.
constexpr auto freeze_limit = 20s;
constexpr auto thaw_limit = 15s;
constexpr auto guard_life = 15min;

int to_count(const std::string& text) {
    int count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

class GuardedGuest : public FrozenGuest {
  public:
    GuardedGuest(const std::string& uri, const Uuid& domain, std::string name)
        : name_(std::move(name)), guard_(start(uri, domain)) {}

    ~GuardedGuest() override {
        channel_.close();
        // It thaws what is frozen yet, and then ends; nobody waits for it here.
        std::thread([guard = std::move(guard_)]() mutable { guard.wait(guard_life); }).detach();
    }

    void freeze() {
        expect(guard_word::ready, connect_limit);
        channel_.say(guard_word::freeze);
        file_systems_ = to_count(expect(guard_word::frozen, freeze_limit));
    }

    int file_systems() const override { return file_systems_; }

    bool thaw() override {
        channel_.say(guard_word::thaw);
        auto message = channel_.hear(Clock::now() + thaw_limit);
        if (message && message->word == guard_word::overdue) return false;
        if (message && message->word == guard_word::thawed) return to_count(message->rest) >= file_systems_;
        throw Error(ErrorKind::unavailable,
                    fmt::format("The file systems of {} could not be thawed within {} s{}", name_,
                                thaw_limit.count(), last_words()))
            .advise(fmt::format("This is tried on. To do it by hand: virsh domfsthaw {}", name_));
    }

  private:
    Process start(const std::string& uri, const Uuid& domain) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
            throw os_error("Cannot make a socket pair", errno);
        channel_ = GuardChannel(UniqueFd(ends[0]));
        UniqueFd others(ends[1]);
        return Process::start({find_installed("holdfast-freeze-guard").string(), uri, domain.to_string()},
                              {.ends_with_parent = false, .input_descriptor = others.get()});
    }

    // What belongs to the word.
    std::string expect(std::string_view word, std::chrono::seconds limit) {
        auto message = channel_.hear(Clock::now() + limit);
        if (message && message->word == word) return message->rest;
        if (message && message->word == guard_word::failed)
            throw Error(ErrorKind::unavailable, message->rest);
        throw Error(ErrorKind::unavailable, fmt::format("Freezing {} came to no end within {} s{}", name_,
                                                        limit.count(), last_words()));
    }

    std::string last_words() {
        auto said = guard_.output();
        return said.empty() ? "" : ": " + std::string(trimmed(said));
    }

    std::string name_;
    GuardChannel channel_{UniqueFd()};
    Process guard_;
    int file_systems_ = 0;
};

}  // namespace

std::unique_ptr<FrozenGuest> freeze_guest(const std::string& uri, const Uuid& domain,
                                          const std::string& name) {
    auto guest = std::make_unique<GuardedGuest>(uri, domain, name);
    guest->freeze();
    return guest;
}

}  // namespace holdfast::hypervisor
