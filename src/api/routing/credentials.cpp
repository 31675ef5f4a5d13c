#include "api/routing/credentials.hpp"

#include "api/description/characters.hpp"
#include "api/routing/uri.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

constexpr std::size_t max_credential = 1024;

std::string_view unquoted(std::string_view value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        return value.substr(1, value.size() - 2);
    return value;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const Character character = first_character(text);
        if (!character.valid) return false;
        text.remove_prefix(character.bytes);
    }
    return true;
}

// Some clients send names and passwords in Latin-1: what is not UTF-8 is taken for that.
std::string in_utf8(std::string_view text) {
    if (is_utf8(text)) return std::string(text);
    std::string converted;
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (code >= 0x80) converted += static_cast<char>(0xC0 | code >> 6);
        converted += code >= 0x80 ? static_cast<char>(0x80 | (code & 0x3F)) : c;
    }
    return converted;
}

}  // namespace

std::optional<BasicCredentials> parse_basic(std::string_view authorization) {
    authorization = trimmed(authorization);
    constexpr std::string_view scheme = "Basic ";
    if (authorization.size() <= scheme.size() ||
        !equal_ignoring_case(authorization.substr(0, scheme.size()), scheme))
        return std::nullopt;
    auto bytes = from_base64(trimmed(authorization.substr(scheme.size())));
    if (!bytes) return std::nullopt;
    std::string_view text = as_text(*bytes);
    std::size_t colon = text.find(':');
    if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
    if (colon > max_credential || text.size() - colon - 1 > max_credential) return std::nullopt;
    return BasicCredentials{in_utf8(text.substr(0, colon)), in_utf8(text.substr(colon + 1))};
}

std::optional<std::string_view> parse_bearer(std::string_view authorization) {
    authorization = trimmed(authorization);
    constexpr std::string_view scheme = "Bearer ";
    if (!equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return std::nullopt;
    return trimmed(authorization.substr(scheme.size()));
}

std::optional<std::string> find_cookie(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        std::size_t end = std::min(header.find_first_of(";,"), header.size());
        std::string_view pair = trimmed(header.substr(0, end));
        header.remove_prefix(std::min(end + 1, header.size()));
        std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || !equal_ignoring_case(trimmed(pair.substr(0, equals)), name))
            continue;
        return percent_decode(unquoted(trimmed(pair.substr(equals + 1))), Plus::is_itself);
    }
    return std::nullopt;
}

std::string token_of(const Uuid& session) {
    return to_base64(as_bytes(session.to_string()));
}

std::optional<Uuid> session_of_token(std::string_view token) {
    token = unquoted(trimmed(token));
    if (token.size() > 64) return std::nullopt;
    auto bytes = from_base64(token);
    if (!bytes) return std::nullopt;
    return Uuid::parse(as_text(*bytes));
}

namespace {

std::optional<std::string> session_cookie(const http::Request& request) {
    for (const auto& [name, value] : request.headers) {
        if (!equal_ignoring_case(name, "Cookie")) continue;
        if (auto token = find_cookie(value, session_header)) return token;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Uuid> session_of(const http::Request& request) {
    if (auto token = session_cookie(request)) return session_of_token(*token);
    return session_of_token(request.header(session_header));
}

void refuse_cross_site(const http::Request& request) {
    if (request.method == "GET" || request.method == "HEAD" || !session_cookie(request)) return;
    std::string_view site = request.header("Sec-Fetch-Site");
    std::string_view origin = request.header("Origin");
    bool comes_from_elsewhere =
        !site.empty() ? site != "same-origin" && site != "none"
                      : !origin.empty() && !equal_ignoring_case(origin, "https://" + request.host);
    if (comes_from_elsewhere)
        throw Error(ErrorKind::forbidden, "Access denied: a page of another site asks for this")
            .advise("Programs that are no browsers send the session in the header X-RestSvcSessionId.");
}

}  // namespace holdfast::api
