// Finds the template that a path fits.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::api {

class PathTree {
  public:
    // A number for each different template, from 0; the same for templates that differ in letter case or
    // names of parameters only. Throws internal for a {filepath} that is not at the end.
    std::size_t add(std::string_view path_template);

    struct Match {
        std::size_t number;
        std::vector<std::string> parameters;  // in their order; that of {filepath} with slashes
    };
    // A literal segment is preferred to a parameter, and that to {filepath}.
    std::optional<Match> find(std::span<const std::string> segments) const;

  private:
    struct Node {
        std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;  // in lower case
        std::unique_ptr<Node> parameter;
        std::unique_ptr<Node> tail;
        std::optional<std::size_t> number;
    };
    static const Node* descend(const Node& node, std::span<const std::string> segments,
                               std::vector<std::string>& parameters);

    Node root_;
    std::size_t count_ = 0;
};

}  // namespace holdfast::api
