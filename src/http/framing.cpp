// The parts of a request head that are judged before the parser sees them, or that it leaves to us.
#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "http/request_reader.hpp"

namespace holdfast::http {
namespace {

struct Line {
    std::size_t begin;
    std::size_t end;  // past the line feed
    std::string_view name;
    std::string_view value;
};

std::vector<Line> header_lines(std::string_view head) {
    std::vector<Line> lines;
    std::size_t begin = head.find('\n');  // the first is the request line
    while (begin != std::string_view::npos && ++begin < head.size()) {
        std::size_t feed = head.find('\n', begin);
        std::size_t end = feed == std::string_view::npos ? head.size() : feed + 1;
        std::string_view text = head.substr(begin, end - begin);
        std::size_t colon = text.find(':');
        if (colon != std::string_view::npos)
            lines.push_back({begin, end, trimmed(text.substr(0, colon)), trimmed(text.substr(colon + 1))});
        begin = feed;
    }
    return lines;
}

}  // namespace

Framing settle_framing(std::string& head) {
    std::vector<Line> lengths;
    std::vector<Line> encodings;
    for (const Line& line : header_lines(head)) {
        if (equal_ignoring_case(line.name, "Content-Length")) lengths.push_back(line);
        if (equal_ignoring_case(line.name, "Transfer-Encoding")) encodings.push_back(line);
    }
    if (encodings.empty()) return {};
    if (encodings.size() > 1) return {Refusal{400, "The request has more than one Transfer-Encoding header"}};
    if (!equal_ignoring_case(encodings.front().value, "chunked"))
        return {Refusal{501, "The only Transfer-Encoding that is understood is chunked"}};
    if (lengths.empty()) return {};
    if (lengths.size() > 1 || lengths.front().value != "0")
        return {Refusal{400, "The request has both Transfer-Encoding and Content-Length"}};
    head.erase(lengths.front().begin, lengths.front().end - lengths.front().begin);
    return {std::nullopt, true};
}

std::optional<Target> split_target(std::string_view target) {
    for (std::string_view scheme : {"https://", "http://"}) {
        if (target.size() < scheme.size() || !equal_ignoring_case(target.substr(0, scheme.size()), scheme))
            continue;
        target.remove_prefix(scheme.size());
        target.remove_prefix(std::min(target.find_first_of("/?"), target.size()));
        if (!target.starts_with('/')) return Target{"/", std::string(target.substr(target.empty() ? 0 : 1))};
        break;
    }
    target = target.substr(0, target.find('#'));
    if (target == "*") return Target{"*", ""};
    if (!target.starts_with('/')) return std::nullopt;
    std::size_t question = target.find('?');
    if (question == std::string_view::npos) return Target{std::string(target), ""};
    return Target{std::string(target.substr(0, question)), std::string(target.substr(question + 1))};
}

bool is_plausible_host(std::string_view host) {
    return host.size() <= 300 && std::all_of(host.begin(), host.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      std::string_view(".-_:[]").find(c) != std::string_view::npos;
           });
}

}  // namespace holdfast::http
