// Links, and the page of a collection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/description/field_types.hpp"

namespace holdfast::api {

// Two structs for the two orders of the wire: XML has Href, Name, Type, Rel; JSON has Rel, Href, Name, Type.
struct LinkTarget {
    Attribute<std::string> Href;
    Attribute<std::optional<std::string>> Name;
    Attribute<std::optional<std::string>> Type;
};

struct Link : LinkTarget {
    Attribute<std::string> Rel;

    Link() = default;
    // Links to actions carry no type.
    Link(std::string rel, std::string href, std::optional<std::string> type = {},
         std::optional<std::string> name = {})
        : LinkTarget{std::move(href), std::move(name), std::move(type)}, Rel(std::move(rel)) {}
};

struct LinkList : std::vector<Link> {
    using std::vector<Link>::vector;
};

struct PagingInfo {
    std::optional<LinkList> Links;  // First, Previous, Next, Last
    Attribute<std::int64_t> PageNum = 1;
    Attribute<std::int64_t> PageSize = 100;
    Attribute<std::int64_t> PagesCount = 1;
};

}  // namespace holdfast::api
