#include "peer/peer_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "peer/peer_session.hpp"

namespace holdfast::peer {
namespace {

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

std::string url_of(std::string_view host, std::uint16_t port) {
    bool is_ipv6 = host.find(':') != std::string_view::npos;
    return is_ipv6 ? fmt::format("https://[{}]:{}", host, port) : fmt::format("https://{}:{}", host, port);
}

void check_host(std::string_view host) {
    std::array<unsigned char, 16> address{};
    bool is_right = false;
    if (host.find(':') != std::string_view::npos)
        is_right = ::inet_pton(AF_INET6, std::string(host).c_str(), address.data()) == 1;
    else
        is_right = !host.empty() && host.size() <= longest_name && host[0] != '-' && host[0] != '.' &&
                   std::ranges::all_of(host, [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                              c == '-' || c == '.' || c == '_';
                   });
    if (!is_right)
        throw Error(ErrorKind::invalid_input, "DnsNameOrIpAddress is neither a name in DNS nor an IP address")
            .advise("Give the name alone; the port has an element of its own.");
}

void check_user(std::string_view user) {
    if (user.empty() || user.size() > longest_name || user.find(':') != std::string_view::npos ||
        std::ranges::any_of(user, is_control))
        throw Error(
            ErrorKind::invalid_input,
            fmt::format("Username is missing, is longer than {} bytes, or has a colon", longest_name));
}

std::string parse_fingerprint(std::string_view text) {
    auto digits = to_lower(trimmed(text));
    std::erase(digits, ':');
    std::array<std::byte, 32> bytes{};
    if (!from_hex(digits, bytes))
        throw Error(ErrorKind::invalid_input,
                    "VbrCertificateThumbprint is no SHA-256 fingerprint of 64 hex digits");
    return digits;
}

PeerIdentity ask_identity(const PeerAccess& access, const PeerLimits& limits) {
    return PeerSession(access, limits).identity();
}

}  // namespace holdfast::peer
