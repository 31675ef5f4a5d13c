#include "api/routing/uri.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace holdfast::api {
namespace {

constexpr std::size_t max_segments = 512;
constexpr std::size_t max_parameters = 200;

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

bool is_usable_segment(std::string_view segment) {
    if (segment == "/") return true;  // "%2F" alone: the root of a Linux guest
    return segment != "." && segment != ".." &&
           segment.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos;
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// "C:" or "C:\Users".
bool begins_with_drive(std::string_view segment) {
    return segment.size() >= 2 && is_letter(segment[0]) && segment[1] == ':' &&
           (segment.size() == 2 || segment[2] == '\\');
}

// The parts of a text, without empty ones.
std::vector<std::string_view> parts_of(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        if (end > 0) parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

}  // namespace

std::string percent_decode(std::string_view text, Plus plus) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        int high = text[i] == '%' && i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
        int low = high >= 0 ? digit_of(text[i + 2]) : -1;
        if (low >= 0) {
            decoded += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            decoded += text[i] == '+' && plus == Plus::is_blank ? ' ' : text[i];
        }
    }
    return decoded;
}

std::string percent_encode(std::string_view text, std::string_view kept) {
    std::string encoded;
    for (char c : text) {
        if (is_unreserved(c) || kept.find(c) != std::string_view::npos)
            encoded += c;
        else
            fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

std::optional<std::vector<std::string>> split_path(std::string_view path) {
    std::vector<std::string> segments;
    bool is_below_drive = false;
    for (const std::string_view encoded : parts_of(path, '/')) {
        const std::string decoded = percent_decode(encoded, Plus::is_itself);
        is_below_drive = is_below_drive || begins_with_drive(decoded);
        // Elsewhere a backslash is a character like any other, in names of Linux files too.
        const auto names = is_below_drive ? parts_of(decoded, '\\') : std::vector<std::string_view>{decoded};
        for (const std::string_view name : names) {
            if (!is_usable_segment(name) || segments.size() == max_segments) return std::nullopt;
            segments.emplace_back(name);
        }
    }
    return segments;
}

QueryParameters QueryParameters::parse(std::string_view query) {
    QueryParameters result;
    while (!query.empty() && result.parameters_.size() < max_parameters) {
        std::size_t end = std::min(query.find('&'), query.size());
        std::string_view parameter = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        while (parameter.starts_with("amp;")) parameter.remove_prefix(4);
        if (parameter.empty()) continue;
        std::size_t equals = std::min(parameter.find('='), parameter.size());
        std::string_view value = parameter.substr(std::min(equals + 1, parameter.size()));
        result.parameters_.emplace_back(percent_decode(parameter.substr(0, equals), Plus::is_blank),
                                        percent_decode(value, Plus::is_blank));
    }
    return result;
}

std::optional<std::string_view> QueryParameters::find(std::string_view name) const {
    for (const auto& [key, value] : parameters_)
        if (equal_ignoring_case(key, name)) return value;
    return std::nullopt;
}

}  // namespace holdfast::api
