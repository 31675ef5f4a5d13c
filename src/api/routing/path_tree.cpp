#include "api/routing/path_tree.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

std::string joined(std::span<const std::string> segments) {
    std::string path;
    for (const auto& segment : segments) path += (path.empty() ? "" : "/") + segment;
    return path;
}

}  // namespace

std::size_t PathTree::add(std::string_view path_template) {
    Node* node = &root_;
    std::string_view rest = path_template;
    auto child = [](std::unique_ptr<Node>& slot) {
        if (!slot) slot = std::make_unique<Node>();
        return slot.get();
    };
    while (!rest.empty()) {
        std::size_t slash = std::min(rest.find('/'), rest.size());
        std::string_view segment = rest.substr(0, slash);
        rest.remove_prefix(std::min(slash + 1, rest.size()));
        if (segment.empty()) continue;
        if (segment == "{filepath}") {
            if (!rest.empty())
                throw Error(ErrorKind::internal,
                            "{filepath} is not at the end of " + std::string(path_template));
            node = child(node->tail);
        } else if (segment.starts_with('{')) {
            node = child(node->parameter);
        } else {
            node = child(node->literals[to_lower(segment)]);
        }
    }
    if (!node->number) node->number = count_++;
    return *node->number;
}

const PathTree::Node* PathTree::descend(const Node& node, std::span<const std::string> segments,
                                        std::vector<std::string>& parameters) {
    if (segments.empty()) return node.number ? &node : nullptr;
    if (auto literal = node.literals.find(to_lower(segments.front())); literal != node.literals.end())
        if (const Node* found = descend(*literal->second, segments.subspan(1), parameters)) return found;
    std::size_t kept = parameters.size();
    if (node.parameter) {
        parameters.push_back(segments.front());
        if (const Node* found = descend(*node.parameter, segments.subspan(1), parameters)) return found;
        parameters.resize(kept);
    }
    if (!node.tail) return nullptr;
    parameters.push_back(joined(segments));
    return node.tail.get();
}

std::optional<PathTree::Match> PathTree::find(std::span<const std::string> segments) const {
    std::vector<std::string> parameters;
    const Node* node = descend(root_, segments, parameters);
    if (!node) return std::nullopt;
    return Match{*node->number, std::move(parameters)};
}

}  // namespace holdfast::api
