#include "http/response_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::http {
namespace {

struct StatusName {
    int status;
    std::string_view name;
};

constexpr std::array status_names = {
    StatusName{200, "OK"},
    StatusName{201, "Created"},
    StatusName{202, "Accepted"},
    StatusName{204, "NoContent"},
    StatusName{206, "PartialContent"},
    StatusName{301, "MovedPermanently"},
    StatusName{302, "Found"},
    StatusName{303, "SeeOther"},
    StatusName{304, "NotModified"},
    StatusName{307, "TemporaryRedirect"},
    StatusName{308, "PermanentRedirect"},
    StatusName{400, "BadRequest"},
    StatusName{401, "Unauthorized"},
    StatusName{403, "Forbidden"},
    StatusName{404, "NotFound"},
    StatusName{405, "MethodNotAllowed"},
    StatusName{406, "NotAcceptable"},
    StatusName{408, "RequestTimeout"},
    StatusName{409, "Conflict"},
    StatusName{410, "Gone"},
    StatusName{411, "LengthRequired"},
    StatusName{412, "PreconditionFailed"},
    StatusName{413, "RequestEntityTooLarge"},
    StatusName{414, "RequestUriTooLong"},
    StatusName{415, "UnsupportedMediaType"},
    StatusName{416, "RequestedRangeNotSatisfiable"},
    StatusName{417, "ExpectationFailed"},
    StatusName{429, "TooManyRequests"},
    StatusName{431, "RequestHeaderFieldsTooLarge"},
    StatusName{500, "InternalServerError"},
    StatusName{501, "NotImplemented"},
    StatusName{502, "BadGateway"},
    StatusName{503, "ServiceUnavailable"},
    StatusName{504, "GatewayTimeout"},
    StatusName{505, "HttpVersionNotSupported"},
};

// The server's own: a response cannot say them.
bool is_server_header(std::string_view name) {
    return std::ranges::any_of(
        std::array<std::string_view, 4>{"Content-Length", "Transfer-Encoding", "Connection", "Date"},
        [&](std::string_view own) { return equal_ignoring_case(own, name); });
}

std::string http_date() {
    std::time_t seconds = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    std::size_t size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), size};
}

void add_header(std::string& head, std::string_view name, std::string_view value) {
    fmt::format_to(std::back_inserter(head), "{}: {}\r\n", name, value);
}

}  // namespace

std::string_view standard_reason(int status) {
    auto found = std::ranges::find(status_names, status, &StatusName::status);
    return found == status_names.end() ? "Status" : found->name;
}

bool has_no_body(int status) {
    return status == 204 || status == 304 || status < 200;
}

void check_headers(const Response& response) {
    for (const auto& [name, value] : response.headers)
        if (name.empty() || name.find_first_of("\r\n: \t") != std::string::npos ||
            value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
            throw Error(ErrorKind::internal, fmt::format("The response header '{}' cannot be sent", name));
}

std::string compose_head(const Response& response, const HeadOptions& options) {
    check_headers(response);
    std::string_view reason = response.reason;
    if (reason.empty() || reason.find_first_of("\r\n") != std::string_view::npos)
        reason = standard_reason(response.status);
    std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason);
    for (const auto& [name, value] : response.headers)
        if (!is_server_header(name)) add_header(head, name, value);
    add_header(head, "Date", http_date());
    if (options.framed == Framed::by_chunks) add_header(head, "Transfer-Encoding", "chunked");
    if (options.framed == Framed::by_length && !has_no_body(response.status))
        add_header(head, "Content-Length", fmt::to_string(options.length));
    if (!options.keeps_alive) add_header(head, "Connection", "close");
    if (options.keeps_alive && options.is_http_1_0) add_header(head, "Connection", "keep-alive");
    return head + "\r\n";
}

}  // namespace holdfast::http
