#include "peer/peer_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "peer/conversation.hpp"

namespace holdfast::peer {
namespace {

namespace json = boost::json;

constexpr std::string_view api_version = "v1_7";
constexpr std::size_t deepest_json = 16;
constexpr std::size_t longest_version = 50;

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

Error no_holdfast(const std::string& url, const std::string& why) {
    return Error(ErrorKind::not_supported,
                 fmt::format("What answers at {} is no Holdfast server: {}", url, why));
}

// Members that may be missing, or be something else than was expected.
const json::value* member(const json::value& of, std::string_view name) {
    const auto* object = of.if_object();
    return object == nullptr ? nullptr : object->if_contains(name);
}

std::string_view text_of(const json::value& of, std::string_view name) {
    const auto* value = member(of, name);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

const json::array& items_of(const json::value& of, std::string_view name) {
    static const json::array none;
    const auto* value = member(of, name);
    const auto* items = value == nullptr ? nullptr : value->if_array();
    return items == nullptr ? none : *items;
}

json::value parse(const std::string& url, const std::string& body) {
    json::error_code failed;
    auto value = json::parse(body, failed, {}, {.max_depth = deepest_json});
    if (failed || !value.is_object()) throw no_holdfast(url, "its answers are not what the API has");
    return value;
}

// Before it is told who asks.
void check_versions(Conversation& server) {
    auto answer = server.ask("GET", "/api/");
    if (answer.status != 200)
        throw no_holdfast(server.url(), fmt::format("GET /api/ is answered with {}", answer.status));
    auto entry = parse(server.url(), answer.body);
    const auto* supported = member(entry, "SupportedVersions");
    const auto& versions = items_of(supported == nullptr ? entry : *supported, "SupportedVersions");
    if (versions.empty()) throw no_holdfast(server.url(), "it names no versions of the API");
    if (std::ranges::none_of(versions, [](const auto& one) { return text_of(one, "Name") == api_version; }))
        throw Error(
            ErrorKind::not_supported,
            fmt::format("The server {} does not speak version {} of the API", server.url(), api_version))
            .advise("Bring both servers to the same version of Holdfast.");
}

// The id of the session that was opened, to end it.
std::optional<Uuid> log_on(Conversation& server, const PeerAccess& access) {
    auto answer = server.log_on(fmt::format("/api/sessionMngr/?v={}", api_version));
    if (answer.status == 401 || answer.status == 403)
        throw Error(ErrorKind::forbidden,
                    fmt::format("The server {} does not let {} log on with this password", server.url(),
                                access.user));
    if (answer.status != 201)
        throw Error(ErrorKind::unavailable,
                    fmt::format("The server {} answers a logon with {}", server.url(), answer.status));
    return Uuid::parse(text_of(parse(server.url(), answer.body), "SessionId"));
}

// Ends the session; where that fails it ends by itself a little later.
void log_off(Conversation& server, const std::optional<Uuid>& session) {
    if (!session) return;
    try {
        server.ask("DELETE", "/api/logonSessions/" + session->to_string());
    } catch (const Error&) {  // what was asked for is known
    }
}

// A server cannot be deleted from itself: of those that it lists it is the one without that link.
bool is_itself(const json::value& server) {
    return text_of(server, "Description") == "Holdfast" &&
           std::ranges::none_of(items_of(server, "Links"),
                                [](const auto& link) { return text_of(link, "Rel") == "Delete"; });
}

std::string kept_text(const std::string& url, const json::value& of, std::string_view name,
                      std::size_t longest) {
    auto text = text_of(of, name);
    if (text.empty() || text.size() > longest || std::ranges::any_of(text, is_control))
        throw no_holdfast(url, fmt::format("its {} cannot be one", name));
    return std::string(text);
}

PeerIdentity read_identity(Conversation& server, const PeerAccess& access) {
    auto answer = server.ask("GET", "/api/backupServers?format=Entity");
    if (answer.status == 403)
        throw Error(ErrorKind::forbidden, fmt::format("The account {} may not read backup servers at {}",
                                                      access.user, server.url()))
            .advise("Give it the role Portal Administrator or Portal User there.");
    if (answer.status != 200)
        throw Error(ErrorKind::unavailable, fmt::format("The server {} answers {} when it is asked who it is",
                                                        server.url(), answer.status));
    auto listed = parse(server.url(), answer.body);
    const auto& servers = items_of(listed, "BackupServers");
    const auto* found = std::ranges::find_if(servers, is_itself);
    if (found == servers.end()) throw no_holdfast(server.url(), "it lists none as itself");
    auto id = parse_urn_or_id(text_of(*found, "UID"));
    if (!id || id->is_nil()) throw no_holdfast(server.url(), "its UID cannot be one");
    return {*id, kept_text(server.url(), *found, "Name", longest_name),
            kept_text(server.url(), *found, "Version", longest_version), server.fingerprint()};
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
    Conversation server(access, limits);
    check_versions(server);
    auto session = log_on(server, access);
    try {
        auto identity = read_identity(server, access);
        log_off(server, session);
        return identity;
    } catch (const Error&) {
        log_off(server, session);
        throw;
    }
}

}  // namespace holdfast::peer
