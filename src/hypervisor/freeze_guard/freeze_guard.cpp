// holdfast-freeze-guard URI UUID: freezes the file systems of a guest and thaws them again, whatever becomes
// of the Holdfast that started it. Standard input is the socket on which the two talk; see guard_channel.hpp.
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "hypervisor/connection.hpp"
#include "hypervisor/guard_channel.hpp"
#include "hypervisor/guest_agent.hpp"

namespace holdfast::hypervisor {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto order_limit = 60s;
// Both count from before the first file system is frozen, and leave a second of the ten for the thaw.
constexpr auto freeze_limit = 8s;
constexpr auto longest_frozen = 9s;
constexpr auto thaw_tried_for = 10min;
constexpr auto between_tries = 200ms;

int thaw(Connection& connection, const Uuid& domain) {
    auto end = Clock::now() + thaw_tried_for;
    while (true) {
        try {
            return thaw_file_systems(connection.find(domain).get());
        } catch (const Error& error) {
            // A guest that is gone has nothing that is frozen; nor has one whose agent knows no freezing.
            if (error.kind() == ErrorKind::not_found) return 0;
            if (error.kind() == ErrorKind::io || Clock::now() >= end) throw;
        } catch (const std::exception&) {
            if (Clock::now() >= end) throw;
        }
        std::this_thread::sleep_for(between_tries);
    }
}

int guard(const std::string& uri, const Uuid& domain) {
    GuardChannel channel{UniqueFd(STDIN_FILENO)};
    Connection connection(uri);
    connection.find(domain);
    channel.say(guard_word::ready);
    auto order = channel.hear(Clock::now() + order_limit);
    if (!order || order->word != guard_word::freeze) return 0;
    auto end = Clock::now() + longest_frozen;
    int frozen = 0;
    try {
        frozen = freeze_file_systems(connection.find(domain).get(), freeze_limit);
    } catch (const std::exception& error) {
        channel.say(guard_word::failed, error.what());
        thaw(connection, domain);
        return 1;
    }
    channel.say(guard_word::frozen, std::to_string(frozen));
    bool in_time = channel.hear(end).has_value();
    int thawed = thaw(connection, domain);
    channel.say(in_time ? guard_word::thawed : guard_word::overdue, std::to_string(thawed));
    return 0;
}

}  // namespace
}  // namespace holdfast::hypervisor

int main(int argc, char** argv) {
    // Whoever ends Holdfast with all its processes is not to keep a guest frozen.
    for (int end : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) ::signal(end, SIG_IGN);
    try {
        auto domain = argc == 3 ? holdfast::Uuid::parse(argv[2]) : std::nullopt;
        if (!domain) {
            std::fputs("Usage: holdfast-freeze-guard URI UUID (Holdfast starts it)\n", stderr);
            return 2;
        }
        return holdfast::hypervisor::guard(argv[1], *domain);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
