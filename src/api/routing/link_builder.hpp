// Absolute addresses of resources, and links to them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/types/link.hpp"

namespace holdfast::api {

class LinkBuilder {
  public:
    // "https://backup:9398/api"
    explicit LinkBuilder(std::string base_url) : base_url_(std::move(base_url)) {}

    // `path` begins with "/" and is encoded already: "/jobs/<guid>".
    std::string href(std::string_view path) const;
    // "…/jobs/<guid>?format=Entity"
    std::string entity_href(std::string_view path) const { return href(path) + "?format=Entity"; }

    // A link to a resource; give its type, and its name where it has one.
    Link link(std::string_view rel, std::string_view path, std::optional<std::string> type = {},
              std::optional<std::string> name = {}) const;
    // A link to an action, "Start" at "…/jobs/<guid>?action=start"; it has no type.
    Link action(std::string_view rel, std::string_view path, std::string_view action_name) const;

    // One segment of a path: the name of a catalog VM.
    static std::string encode_segment(std::string_view text);
    // A file path inside a mount: "C:/Program Files" is "C:/Program%20Files". Slashes at its ends are
    // dropped.
    static std::string encode_file_path(std::string_view file_path);

  private:
    std::string base_url_;
};

}  // namespace holdfast::api
