// Another Holdfast server, asked by its API. Ends early when the work of the thread (StopScope) is to stop.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.hpp"

namespace holdfast::peer {

struct PeerAccess {
    std::string host;  // a name or an address
    std::uint16_t port = 0;
    std::string user;
    std::string password;
    // SHA-256 of its certificate, as 64 hex digits in lower case. Empty: whichever it shows first.
    std::string fingerprint;
};

struct PeerIdentity {
    Uuid id;
    std::string name;
    std::string version;
    std::string fingerprint;  // of the certificate that it showed
};

struct PeerLimits {
    std::chrono::milliseconds connect{10'000};
    std::chrono::milliseconds all{30'000};  // from the first connection to the last answer
    std::size_t longest_answer = 1 << 20;   // of one request, with its headers
};

inline constexpr std::size_t longest_name = 255;
inline constexpr std::size_t longest_password = 1024;

// "https://host:9398", with the brackets that an IPv6 address needs.
std::string url_of(std::string_view host, std::uint16_t port);

// Throw invalid_input where it can be no host, or no user of a logon by Basic.
void check_host(std::string_view host);
void check_user(std::string_view user);
// Hex digits in any letter case, with or without colons between the bytes; as PeerAccess has it. Throws
// invalid_input.
std::string parse_fingerprint(std::string_view text);

// Throws unavailable where nobody answers in time, forbidden where the password or the account's roles do not
// suffice, conflict where the certificate is another than the expected one, and not_supported where what
// answers is no Holdfast, or none that speaks this version of the API.
PeerIdentity ask_identity(const PeerAccess& access, const PeerLimits& limits = {});

}  // namespace holdfast::peer
