#include "protection/isolated_network.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

#include "base/error.hpp"

namespace holdfast::protection {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto between_questions = 500ms;
constexpr int longest_wait_ms = 100;
// QEMU's own limit is a little more than 64 KiB.
constexpr std::size_t longest_frame = 1 << 17;
// What the machine does not take is lost, as on any cable.
constexpr std::size_t most_waiting = 1 << 20;

}  // namespace

struct IsolatedNetwork::Cable {
    UniqueFd socket;
    NetworkPeer peer;
    std::string received;
    std::string to_send;
    bool is_open = true;

    // Frames have their length before them, four bytes.
    void take_frames() {
        std::size_t at = 0;
        while (received.size() - at >= 4) {
            std::size_t length = 0;
            for (std::size_t i = 0; i < 4; ++i)
                length = length << 8 | static_cast<std::uint8_t>(received[at + i]);
            if (length > longest_frame) {
                is_open = false;
                return;
            }
            if (received.size() - at - 4 < length) break;
            peer.receive(std::string_view(received).substr(at + 4, length));
            at += 4 + length;
        }
        received.erase(0, at);
    }

    void read() {
        std::array<char, 1 << 16> part;
        auto count = ::recv(socket.get(), part.data(), part.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (count <= 0) {
            is_open = false;
            return;
        }
        received.append(part.data(), static_cast<std::size_t>(count));
        take_frames();
    }

    void send() {
        for (const auto& frame : peer.take_outgoing()) {
            if (to_send.size() + frame.size() > most_waiting) continue;
            for (int shift = 24; shift >= 0; shift -= 8)
                to_send += static_cast<char>(frame.size() >> shift & 0xff);
            to_send += frame;
        }
        if (to_send.empty()) return;
        auto count = ::send(socket.get(), to_send.data(), to_send.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count > 0) to_send.erase(0, static_cast<std::size_t>(count));
    }
};

IsolatedNetwork::IsolatedNetwork(int cards, std::set<std::uint16_t> ports)
    : cards_(cards), ports_(std::move(ports)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (!listener_ || ::bind(listener_.get(), any, size) != 0 || ::listen(listener_.get(), cards) != 0 ||
        ::getsockname(listener_.get(), any, &size) != 0)
        throw os_error("Cannot make the isolated network", errno);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

IsolatedNetwork::~IsolatedNetwork() = default;

void IsolatedNetwork::accept_cable() {
    UniqueFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) return;
    std::lock_guard lock(mutex_);
    NetworkPeer peer(static_cast<std::uint8_t>(cables_.size()), ports_);
    cables_.push_back(std::make_unique<Cable>(std::move(socket), std::move(peer)));
    if (static_cast<int>(cables_.size()) == cards_) listener_.reset();
}

void IsolatedNetwork::work(const std::stop_token& stop) {
    auto next_question = Clock::now();
    while (!stop.stop_requested()) {
        std::vector<pollfd> wanted;
        for (const auto& cable : cables_)
            wanted.push_back({cable->is_open ? cable->socket.get() : -1, POLLIN, 0});
        wanted.push_back({listener_.get(), POLLIN, 0});
        ::poll(wanted.data(), wanted.size(), longest_wait_ms);
        if (wanted.back().revents != 0 && listener_) accept_cable();
        std::lock_guard lock(mutex_);
        bool asks = Clock::now() >= next_question;
        if (asks) next_question = Clock::now() + between_questions;
        for (std::size_t i = 0; i < cables_.size(); ++i) {
            auto& cable = *cables_[i];
            if (i + 1 < wanted.size() && wanted[i].revents != 0 && cable.is_open) cable.read();
            if (asks) cable.peer.ask();
            if (cable.is_open) cable.send();
        }
    }
}

bool IsolatedNetwork::has_answered_echo() {
    std::lock_guard lock(mutex_);
    return std::ranges::any_of(cables_, [](const auto& cable) { return cable->peer.has_answered_echo(); });
}

bool IsolatedNetwork::is_open(std::uint16_t port) {
    std::lock_guard lock(mutex_);
    return std::ranges::any_of(cables_, [&](const auto& cable) { return cable->peer.is_open(port); });
}

std::optional<std::string> IsolatedNetwork::machine_address() {
    std::lock_guard lock(mutex_);
    for (const auto& cable : cables_)
        if (auto address = cable->peer.machine_address()) return address;
    return std::nullopt;
}

}  // namespace holdfast::protection
