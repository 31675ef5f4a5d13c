#include "hypervisor/guard_channel.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace holdfast::hypervisor {
namespace {

constexpr std::size_t longest_message = 4096;

}  // namespace

bool GuardChannel::say(std::string_view word, std::string_view rest) {
    std::string message(word);
    if (!rest.empty()) message += ' ' + std::string(rest);
    message.resize(std::min(message.size(), longest_message));
    return ::send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL) >= 0;
}

std::optional<GuardMessage> GuardChannel::hear(std::chrono::steady_clock::time_point until) {
    while (true) {
        auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
        pollfd waits{socket_.get(), POLLIN, 0};
        int ready = ::poll(&waits, 1, static_cast<int>(std::clamp<long long>(left, 0, 3'600'000)));
        if (ready == 0 && left <= 0) return std::nullopt;
        if (ready <= 0) continue;  // a signal, or a little early
        std::array<char, longest_message> buffer{};
        auto count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return GuardMessage{};
        std::string_view message(buffer.data(), static_cast<std::size_t>(count));
        auto blank = message.find(' ');
        return GuardMessage{std::string(message.substr(0, blank)),
                            std::string(blank == message.npos ? "" : message.substr(blank + 1))};
    }
}

}  // namespace holdfast::hypervisor
