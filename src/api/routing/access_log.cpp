#include "api/routing/access_log.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "api/routing/uri.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

constexpr std::size_t longest_path = 300;

std::string printable(std::string_view text) {
    std::string copy(text.substr(0, longest_path));
    std::ranges::replace_if(copy, [](char c) { return c < ' ' || c == 0x7f; }, '?');
    return copy;
}

}  // namespace

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
    // Of the query, the action alone: filters and unknown parameters may hold anything.
    std::string action = printable(QueryParameters::parse(request_.query).get("action").substr(0, 40));
    spdlog::log(level, "{} {} {}{}{} {} {} ms {}", request_.remote_address, request_.method,
                loggable_path(request_.path), action.empty() ? "" : "?action=", action, status, took.count(),
                account.empty() ? "-" : printable(account));
}

}  // namespace holdfast::api
