#include "api/routing/access_log.hpp"

#include <spdlog/spdlog.h>

#include "api/description/characters.hpp"
#include "api/routing/uri.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

constexpr std::size_t longest_path = 300;

}  // namespace

std::string printable(std::string_view text) {
    std::string copy;
    while (!text.empty() && copy.size() < longest_path) {
        auto character = first_character(text);
        bool is_shown = character.valid && character.code >= ' ' && character.code != 0x7f &&
                        allowed_in_xml(character.code);
        copy += is_shown ? text.substr(0, character.bytes) : "?";
        text.remove_prefix(character.bytes);
    }
    return copy;
}

std::string loggable_operation(const http::Request& request) {
    std::string action = printable(QueryParameters::parse(request.query).get("action").substr(0, 40));
    return request.method + " " + loggable_path(request.path) + (action.empty() ? "" : "?action=") + action;
}

std::string loggable_path(std::string_view path) {
    std::string decoded = to_lower(percent_decode(path, Plus::is_itself));
    if (decoded.find("logonsessions") != std::string::npos) return "/api/logonSessions/…";
    return printable(path);
}

void AccessLog::write(int status, std::string_view account) const {
    auto level = request_.method == "GET" && status < 500 ? spdlog::level::debug : spdlog::level::info;
    if (!spdlog::should_log(level)) return;
    auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started_);
    spdlog::log(level, "{} {} {} {} ms {}", request_.remote_address, loggable_operation(request_), status,
                took.count(), account.empty() ? "-" : printable(account));
}

}  // namespace holdfast::api
