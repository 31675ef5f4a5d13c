// What the entities of all groups begin with.
#pragma once

#include <string>

#include "api/resources/site.hpp"

namespace holdfast::api {

// "/jobs/<guid>"
inline std::string at(const std::string& collection, const Uuid& id) {
    return collection + "/" + id.to_string();
}

// Names, its own address in entity form, and the link to its reference form.
template <typename T>
T begin_entity(Site& site, const std::string& type, const std::string& path, const Uuid& id,
               const std::string& name) {
    T entity;
    entity.Href = site.links().entity_href(path);
    entity.Type = type;
    entity.Name = name;
    entity.UID = make_urn(type, id);
    return entity;
}

inline Link alternate(Site& site, const std::string& path, const std::string& type, const std::string& name) {
    return site.links().link("Alternate", path, type + "Reference", name);
}

}  // namespace holdfast::api
