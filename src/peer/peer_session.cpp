#include "peer/peer_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/cancellation.hpp"
#include "base/error.hpp"

namespace holdfast::peer {
namespace {

namespace json = boost::json;

constexpr std::string_view api_version = "v1_7";
// Of a job with its schedules and objects.
constexpr std::size_t deepest_json = 32;
constexpr std::size_t longest_version = 50;
constexpr std::size_t longest_message = 1024;
constexpr std::size_t most_links = 20;
constexpr std::chrono::milliseconds between_looks{200};

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

std::string kept_message(std::string_view text) {
    // Not in the middle of a character.
    auto end = std::min(text.size(), longest_message);
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
    std::string message(text.substr(0, end));
    std::ranges::replace_if(message, is_control, ' ');
    return message.empty() ? "it does not say why" : message;
}

ErrorKind kind_of(long status) {
    switch (status) {
        case 400:
            return ErrorKind::invalid_input;
        case 403:
            return ErrorKind::forbidden;
        case 404:
            return ErrorKind::not_found;
        case 409:
            return ErrorKind::conflict;
        case 501:
            return ErrorKind::not_supported;
        default:
            return ErrorKind::unavailable;
    }
}

// What its own Error says.
Error refused(const std::string& url, const PeerAnswer& answer) {
    json::error_code failed;
    auto value = json::parse(answer.body, failed, {}, {.max_depth = deepest_json});
    auto said = failed ? std::string_view() : text_of(value, "Message");
    return Error(kind_of(answer.status),
                 fmt::format("The server {} answers with {}: {}", url, answer.status, kept_message(said)));
}

}  // namespace

PeerSession::PeerSession(PeerAccess access, const PeerLimits& limits)
    : access_(std::move(access)), server_(access_, limits) {
    check_versions(server_);
    id_ = log_on(server_, access_);
}

PeerSession::~PeerSession() {
    if (!id_) return;
    try {
        server_.ask("DELETE", "/api/logonSessions/" + id_->to_string());
    } catch (const std::exception&) {  // what was asked for is known
    }
}

PeerIdentity PeerSession::identity() {
    return read_identity(server_, access_);
}

std::optional<std::vector<std::string>> PeerSession::list(const std::string& path, const std::string& list) {
    auto answer = server_.ask("GET", path);
    if (answer.status == 403) return std::nullopt;
    if (answer.status != 200) throw refused(server_.url(), answer);
    auto value = parse(server_.url(), answer.body);
    const auto* items = member(value, list);
    if (items == nullptr || !items->is_array())
        throw no_holdfast(server_.url(), fmt::format("its {} are no list", list));
    std::vector<std::string> texts;
    for (const auto& item : items->get_array()) texts.push_back(json::serialize(item));
    return texts;
}

std::optional<std::string> PeerSession::entity(const std::string& path) {
    auto answer = server_.ask("GET", path);
    if (answer.status == 404) return std::nullopt;
    if (answer.status != 200) throw refused(server_.url(), answer);
    return std::move(answer.body);
}

PeerTask PeerSession::run(const std::string& path) {
    auto answer = server_.ask("POST", path);
    if (answer.status != 202) throw refused(server_.url(), answer);
    auto task = parse(server_.url(), answer.body);
    std::string id(text_of(task, "TaskId"));
    bool is_id = !id.empty() && id.size() <= 50 && std::ranges::all_of(id, [](char c) {
        return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    });
    if (!is_id) throw no_holdfast(server_.url(), "its task has no id");
    // The time for all of it ends this, too.
    while (text_of(task, "State") != "Finished") {
        pause_work(between_looks);
        answer = server_.ask("GET", "/api/tasks/" + id);
        if (answer.status != 200) throw refused(server_.url(), answer);
        task = parse(server_.url(), answer.body);
    }
    const auto* result = member(task, "Result");
    const auto* success = result == nullptr ? nullptr : member(*result, "Success");
    auto message = kept_message(result == nullptr ? std::string_view() : text_of(*result, "Message"));
    bool succeeded = success != nullptr && success->is_bool() && success->get_bool();
    if (!succeeded)
        throw Error(ErrorKind::conflict,
                    fmt::format("The server {} could not do it: {}", server_.url(), message));
    PeerTask done{.message = message};
    for (const auto& link : items_of(task, "Links")) {
        if (done.related.size() >= most_links) break;
        if (text_of(link, "Rel") == "Related") done.related.emplace_back(text_of(link, "Href"));
    }
    return done;
}

}  // namespace holdfast::peer
