// The other end of a network cable: all that a machine whose boot is verified meets in its network.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::protection {

// Pure: frames in, frames out. It gives the machine an address by DHCP (198.18.<number>.15, of the range for
// benchmarks, which nobody has), or learns the one that it has from what it asks for; answers for whatever
// neighbour it looks for, so that one with a fixed address finds its gateway; and asks it: ICMP echo, and
// whether a TCP port is open. It passes nothing on. IPv4.
class NetworkPeer {
  public:
    NetworkPeer(std::uint8_t number, std::set<std::uint16_t> ports);

    // Ethernet, as it came from the machine. What makes no sense is passed over.
    void receive(std::string_view frame);
    // Asks what is not known yet: to be called again and again.
    void ask();
    // What is to be sent to the machine.
    std::vector<std::string> take_outgoing() { return std::exchange(outgoing_, {}); }

    bool has_answered_echo() const { return has_answered_echo_; }
    bool is_open(std::uint16_t port) const { return open_.contains(port); }
    // "198.18.0.15"; nothing until it is known.
    std::optional<std::string> machine_address() const;

  private:
    using Mac = std::array<char, 6>;

    void receive_arp(std::string_view packet);
    void receive_ipv4(std::string_view packet);
    void receive_dhcp(std::string_view message);
    void receive_tcp(std::string_view segment);
    void send(const Mac& to, std::uint16_t type, const std::string& packet);
    void send_ipv4(std::uint8_t protocol, std::uint32_t from, std::uint32_t to, const std::string& content);
    void send_tcp(std::uint16_t to_port, std::uint32_t sequence, std::uint8_t flags);
    std::uint32_t neighbour() const;

    std::uint32_t offered_;
    std::uint32_t server_;
    std::set<std::uint16_t> ports_;
    std::set<std::uint16_t> open_;
    std::optional<Mac> machine_mac_;
    std::optional<std::uint32_t> machine_;
    std::optional<std::uint32_t> looked_for_;  // the neighbour that it asked for last
    bool has_answered_echo_ = false;
    std::uint16_t echoes_ = 0;
    std::vector<std::string> outgoing_;
};

}  // namespace holdfast::protection
