#include "api/routing/link_builder.hpp"

#include "api/routing/uri.hpp"

namespace holdfast::api {

std::string LinkBuilder::href(std::string_view path) const {
    return base_url_ + std::string(path);
}

Link LinkBuilder::link(std::string_view rel, std::string_view path, std::optional<std::string> type,
                       std::optional<std::string> name) const {
    return Link(std::string(rel), href(path), std::move(type), std::move(name));
}

Link LinkBuilder::action(std::string_view rel, std::string_view path, std::string_view action_name) const {
    return Link(std::string(rel), href(path) + "?action=" + std::string(action_name));
}

std::string LinkBuilder::encode_segment(std::string_view text) {
    return percent_encode(text, "!$'()*,;:@");
}

std::string LinkBuilder::encode_file_path(std::string_view file_path) {
    while (file_path.starts_with('/')) file_path.remove_prefix(1);
    while (file_path.ends_with('/')) file_path.remove_suffix(1);
    return percent_encode(file_path, "/:");
}

}  // namespace holdfast::api
