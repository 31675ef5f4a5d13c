// What every resource begins with.
#pragma once

#include <optional>
#include <string>

#include "api/types/link.hpp"

namespace holdfast::api {

struct Resource {
    std::optional<LinkList> Links;
    Attribute<std::optional<std::string>> Href;
    Attribute<std::optional<std::string>> Type;
};

// A resource with a UID ("urn:veeam:Job:<uuid>"), which has a reference form beside this one.
struct Entity : Resource {
    Attribute<std::optional<std::string>> Name;
    Attribute<std::optional<std::string>> UID;
};

// The reference form of any entity; Type is "<Entity>Reference".
struct EntityRef {
    std::optional<LinkList> Links;
    Attribute<std::optional<std::string>> UID;
    Attribute<std::optional<std::string>> Name;
    Attribute<std::optional<std::string>> Href;
    Attribute<std::optional<std::string>> Type;
};

// An element that says what it has to say by being there.
struct EmptyType {};

}  // namespace holdfast::api
