#include "protection/network_peer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace holdfast::protection {
namespace {

using std::string_view;

constexpr std::uint16_t type_ipv4 = 0x0800;
constexpr std::uint16_t type_arp = 0x0806;
constexpr std::uint8_t protocol_icmp = 1;
constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint8_t protocol_udp = 17;
constexpr std::uint16_t dhcp_server_port = 67;
constexpr std::uint16_t dhcp_client_port = 68;
constexpr std::uint16_t our_port = 40118;
constexpr std::uint16_t our_echo = 0x4846;
constexpr std::uint32_t our_sequence = 0x48464246;
constexpr std::uint32_t broadcast = 0xffffffff;
constexpr string_view dhcp_magic = "\x63\x82\x53\x63";
constexpr std::size_t dhcp_fixed_size = 240;
constexpr std::array<char, 6> our_mac{2, 'H', 'O', 'L', 'D', 1};  // locally administered

namespace flag {
constexpr std::uint8_t syn = 0x02;
constexpr std::uint8_t rst = 0x04;
constexpr std::uint8_t ack = 0x10;
}  // namespace flag

namespace dhcp {
constexpr char discover = 1, offer = 2, request = 3, acknowledge = 5, refuse = 6;
constexpr std::uint8_t mask = 1, wanted_address = 50, lease_time = 51, kind = 53, server = 54, end = 255;
}  // namespace dhcp

std::uint8_t byte_at(string_view bytes, std::size_t at) {
    return static_cast<std::uint8_t>(bytes[at]);
}
std::uint16_t two_at(string_view bytes, std::size_t at) {
    return static_cast<std::uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}
std::uint32_t four_at(string_view bytes, std::size_t at) {
    return static_cast<std::uint32_t>(two_at(bytes, at)) << 16 | two_at(bytes, at + 2);
}

std::string two(std::uint16_t value) {
    return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}
std::string four(std::uint32_t value) {
    return two(static_cast<std::uint16_t>(value >> 16)) + two(static_cast<std::uint16_t>(value & 0xffff));
}

// Of the Internet protocols.
std::uint16_t checksum(string_view bytes) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); i += 2)
        sum += static_cast<std::uint32_t>(byte_at(bytes, i) << 8) |
               (i + 1 < bytes.size() ? byte_at(bytes, i + 1) : 0U);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum & 0xffff);
}

void put_checksum(std::string& bytes, std::size_t at, std::uint16_t sum) {
    bytes.replace(at, 2, two(sum));
}

template <std::size_t N>
string_view text(const std::array<char, N>& bytes) {
    return {bytes.data(), N};
}

// Of a DHCP message; empty where it is missing.
string_view dhcp_option(string_view options, std::uint8_t wanted) {
    while (!options.empty() && byte_at(options, 0) != dhcp::end) {
        if (byte_at(options, 0) == 0) {
            options.remove_prefix(1);
            continue;
        }
        if (options.size() < 2 || options.size() < 2U + byte_at(options, 1)) return {};
        if (byte_at(options, 0) == wanted) return options.substr(2, byte_at(options, 1));
        options.remove_prefix(2U + byte_at(options, 1));
    }
    return {};
}

std::string option(std::uint8_t code, const std::string& value) {
    return std::string{static_cast<char>(code), static_cast<char>(value.size())} + value;
}

}  // namespace

NetworkPeer::NetworkPeer(std::uint8_t number, std::set<std::uint16_t> ports)
    : offered_(0xc612000f | static_cast<std::uint32_t>(number) << 8),
      server_(0xc6120001 | static_cast<std::uint32_t>(number) << 8),
      ports_(std::move(ports)) {}

std::optional<std::string> NetworkPeer::machine_address() const {
    if (!machine_) return std::nullopt;
    return fmt::format("{}.{}.{}.{}", *machine_ >> 24, *machine_ >> 16 & 0xff, *machine_ >> 8 & 0xff,
                       *machine_ & 0xff);
}

// With whose address it is asked: whom it looked for is one that it can answer to.
std::uint32_t NetworkPeer::neighbour() const {
    if (looked_for_) return *looked_for_;
    auto first = (*machine_ & 0xffffff00) | 1;
    return first == *machine_ ? first + 1 : first;
}

void NetworkPeer::receive(string_view frame) {
    if (frame.size() < 14) return;
    Mac sender;
    std::ranges::copy(frame.substr(6, 6), sender.begin());
    machine_mac_ = sender;
    auto type = two_at(frame, 12);
    if (type == type_arp) receive_arp(frame.substr(14));
    if (type == type_ipv4) receive_ipv4(frame.substr(14));
}

void NetworkPeer::receive_arp(string_view packet) {
    constexpr std::size_t size = 28;
    if (packet.size() < size || four_at(packet, 0) != 0x00010800 || two_at(packet, 4) != 0x0604) return;
    auto sender = four_at(packet, 14);
    auto wanted = four_at(packet, 24);
    // Without an address it asks whether somebody has the one that it would like: nobody has.
    if (sender == 0) return;
    machine_ = sender;
    if (two_at(packet, 6) != 1 || wanted == sender) return;
    looked_for_ = wanted;
    auto mac = packet.substr(8, 6);
    send(*machine_mac_, type_arp,
         four(0x00010800) + four(0x06040002) + std::string(text(our_mac)) + four(wanted) + std::string(mac) +
             four(sender));
}

void NetworkPeer::receive_ipv4(string_view packet) {
    if (packet.size() < 20 || byte_at(packet, 0) >> 4 != 4) return;
    const std::size_t header = (byte_at(packet, 0) & 0xfU) * 4U;
    const std::size_t total = two_at(packet, 2);
    if (header < 20 || total < header || total > packet.size()) return;
    bool is_fragment = (two_at(packet, 6) & 0x3fff) != 0;
    if (is_fragment) return;
    auto sender = four_at(packet, 12);
    auto content = packet.substr(header, total - header);
    auto protocol = byte_at(packet, 9);
    if (protocol == protocol_udp && content.size() > 8 && two_at(content, 2) == dhcp_server_port)
        return receive_dhcp(content.substr(8));
    if (sender == 0 || sender == broadcast) return;
    if (!machine_) machine_ = sender;
    if (sender != *machine_) return;
    if (protocol == protocol_icmp && content.size() >= 8 && byte_at(content, 0) == 0 &&
        two_at(content, 4) == our_echo)
        has_answered_echo_ = true;
    if (protocol == protocol_tcp && content.size() >= 20) receive_tcp(content);
}

void NetworkPeer::receive_tcp(string_view segment) {
    constexpr std::uint8_t accepted = flag::syn | flag::ack;
    auto port = two_at(segment, 0);
    if (two_at(segment, 2) != our_port || !ports_.contains(port)) return;
    if ((byte_at(segment, 13) & accepted) != accepted || four_at(segment, 8) != our_sequence + 1) return;
    open_.insert(port);
    send_tcp(port, our_sequence + 1, flag::rst);
}

void NetworkPeer::receive_dhcp(string_view message) {
    if (message.size() < dhcp_fixed_size || message[0] != 1 || message.substr(236, 4) != dhcp_magic) return;
    auto options = message.substr(dhcp_fixed_size);
    auto kind = dhcp_option(options, dhcp::kind);
    if (kind.size() != 1 || (kind[0] != dhcp::discover && kind[0] != dhcp::request)) return;
    auto answer = dhcp::offer;
    if (kind[0] == dhcp::request) {
        // The address that the original had last is not to be had here.
        auto wanted = dhcp_option(options, dhcp::wanted_address);
        auto address = wanted.size() == 4 ? four_at(wanted, 0) : four_at(message, 12);
        answer = address == offered_ ? dhcp::acknowledge : dhcp::refuse;
    }
    bool is_given = answer != dhcp::refuse;
    std::string reply = std::string("\x02\x01\x06\x00", 4) + std::string(message.substr(4, 4));
    reply +=
        std::string(2, '\0') + std::string(message.substr(10, 2)) + four(0) + four(is_given ? offered_ : 0);
    reply += four(server_) + four(0) + std::string(message.substr(28, 16)) + std::string(192, '\0');
    reply += dhcp_magic;
    reply += option(dhcp::kind, {answer}) + option(dhcp::server, four(server_));
    if (is_given) reply += option(dhcp::mask, four(0xffffff00)) + option(dhcp::lease_time, four(86400));
    reply += static_cast<char>(dhcp::end);
    reply.resize(std::max<std::size_t>(reply.size(), 300), '\0');
    if (answer == dhcp::acknowledge) machine_ = offered_;
    send_ipv4(protocol_udp, server_, broadcast,
              two(dhcp_server_port) + two(dhcp_client_port) +
                  two(static_cast<std::uint16_t>(reply.size() + 8)) + two(0) + reply);
}

void NetworkPeer::ask() {
    if (!machine_ || !machine_mac_) return;
    if (!has_answered_echo_) {
        std::string echo = std::string("\x08\x00\x00\x00", 4) + two(our_echo) + two(++echoes_) + "Holdfast";
        put_checksum(echo, 2, checksum(echo));
        send_ipv4(protocol_icmp, neighbour(), *machine_, echo);
    }
    for (auto port : ports_)
        if (!open_.contains(port)) send_tcp(port, our_sequence, flag::syn);
}

void NetworkPeer::send_tcp(std::uint16_t to_port, std::uint32_t sequence, std::uint8_t flags) {
    auto from = neighbour();
    std::string segment = two(our_port) + two(to_port) + four(sequence) + four(0);
    segment += {0x50, static_cast<char>(flags)};
    segment += two(0xffff) + four(0);
    auto pseudo =
        four(from) + four(*machine_) + two(protocol_tcp) + two(static_cast<std::uint16_t>(segment.size()));
    put_checksum(segment, 16, checksum(pseudo + segment));
    send_ipv4(protocol_tcp, from, *machine_, segment);
}

void NetworkPeer::send_ipv4(std::uint8_t protocol, std::uint32_t from, std::uint32_t to,
                            const std::string& content) {
    std::string header = two(0x4500) + two(static_cast<std::uint16_t>(20 + content.size())) + four(0);
    header += {64, static_cast<char>(protocol)};
    header += two(0) + four(from) + four(to);
    put_checksum(header, 10, checksum(header));
    send(*machine_mac_, type_ipv4, header + content);
}

void NetworkPeer::send(const Mac& to, std::uint16_t type, const std::string& packet) {
    std::string frame = std::string(text(to)) + std::string(text(our_mac)) + two(type) + packet;
    frame.resize(std::max<std::size_t>(frame.size(), 60), '\0');
    outgoing_.push_back(std::move(frame));
}

}  // namespace holdfast::protection
