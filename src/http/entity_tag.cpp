#include "http/entity_tag.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace holdfast::http {

bool names_tag(std::string_view header, std::string_view tag, TagComparison comparison) {
    if (trimmed(header) == "*") return true;
    while (!header.empty()) {
        std::size_t comma = std::min(header.find(','), header.size());
        std::string_view named = trimmed(header.substr(0, comma));
        header.remove_prefix(std::min(comma + 1, header.size()));
        if (comparison == TagComparison::weak && named.starts_with("W/")) named.remove_prefix(2);
        if (named == tag) return true;
    }
    return false;
}

}  // namespace holdfast::http
