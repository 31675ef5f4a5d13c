// What other servers have, as entities of this one: what they said of it, with links that lead here.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/description/document.hpp"
#include "api/resources/site.hpp"
#include "api/types/resource.hpp"
#include "catalog/peer_objects.hpp"

namespace holdfast::api {

// A type of which other servers are asked.
struct PeerKind {
    std::string_view name;        // "Job"
    std::string_view collection;  // "jobs", in paths
    std::string_view list;        // of its entities, in JSON
};

std::span<const PeerKind> peer_kinds();
// Null where other servers are not asked for it.
const PeerKind* find_peer_kind(std::string_view collection);

// An entity in JSON as `server` tells it, ready to be kept; nothing where it is one that `server` has of a
// third server. Throws invalid_input where it is no entity of that kind.
std::optional<catalog::PeerObject> read_peer_object(const PeerKind& kind, const Uuid& server,
                                                    std::string_view json);

// "/jobs/<guid>?action=start" of ".../api/jobs/<guid>?action=start", where that leads somewhere here.
std::optional<std::string> path_here(std::string_view href);

// Of an entity that is kept: it has paths in the place of addresses.
void begin_at(Entity& entity, const Site& site);

template <typename T>
T represent_other(const catalog::PeerRecord& record, Site& site) {
    auto entity = from_json<T>(record.entity);
    begin_at(entity, site);
    return entity;
}

}  // namespace holdfast::api
