#include "api/routing/call.hpp"

#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

std::optional<std::uint32_t> whole_number(std::string_view text) {
    std::uint32_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value > 0x7fffffff) return std::nullopt;
    return value;
}

// What a client wrote, fit for a message.
std::string cited(std::string_view text) {
    return "'" + std::string(text.substr(0, 80)) + "'";
}

}  // namespace

Call::Call(const http::Request& request, CallParts parts) : request_(request), parts_(std::move(parts)) {}

Uuid Call::id(std::size_t index) const {
    auto id = parse_urn_or_id(text(index));
    if (!id)
        throw Error(ErrorKind::invalid_input, cited(text(index)) + " is not an id")
            .advise("Write a guid such as b6bfce60-7d42-46d7-9e55-0a40c04b0d7d, or the whole UID.");
    return *id;
}

std::uint32_t Call::number(std::size_t index) const {
    auto value = whole_number(text(index));
    if (!value)
        throw Error(ErrorKind::not_found,
                    "There is nothing at " + cited(text(index)) + ", which is no number");
    return *value;
}

const std::string& Call::text(std::size_t index) const {
    return parts_.parameters.at(index);
}

bool Call::wants_entities() const {
    std::string_view format = query().get("format");
    return equal_ignoring_case(format, "Entity") || equal_ignoring_case(format, "Entities");
}

std::optional<std::uint32_t> Call::positive(std::string_view parameter) const {
    auto text = query().find(parameter);
    if (!text || text->empty()) return std::nullopt;
    auto value = whole_number(trimmed(*text));
    if (!value || *value == 0)
        throw Error(ErrorKind::invalid_input, "The parameter " + std::string(parameter) + " is " +
                                                  cited(*text) + ", which is no number from 1 up");
    return value;
}

std::string Call::path() const {
    std::string path;
    for (const auto& segment : parts_.segments) path += "/" + LinkBuilder::encode_segment(segment);
    return path;
}

// Some clients encode nothing as JSON.
bool Call::has_body() const {
    const auto body = trimmed(request_.body);
    return !body.empty() && body != "null";
}

void Call::require_body() const {
    if (!has_body())
        throw Error(ErrorKind::invalid_input, "The request has no body")
            .advise("Send one in XML or in JSON.");
}

}  // namespace holdfast::api
