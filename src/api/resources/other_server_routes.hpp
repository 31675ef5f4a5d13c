// Backup servers as a list, and other Holdfast servers: added, edited, asked whether they are there, removed.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> other_server_routes(const Services& services);

// Of another server than this one: asks who it is, and for all that it has.
Answer collect_other_server(const Services& services, const Call& call);

// Below "/backupServers/{ID}": what was collected of it, of jobs, managed servers or repositories ("Job").
// Nothing where it is this server.
std::optional<Answer> list_of_other_server(const Services& services, const Call& call, std::string_view kind);
// A route whose path begins with what other servers have, too: where this server has nothing under the id,
// one of them is looked for, which is shown or passed the action on to. What it does itself only is
// not_supported, with its address.
Route also_for_others(const Services& services, Route route);

}  // namespace holdfast::api
