// Backup servers as a list, and other Holdfast servers: added, edited, asked whether they are there, removed.
#pragma once

#include <vector>

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> other_server_routes(const Services& services);

// Of another server than this one: asks who it is, and notes its name and version.
Answer collect_other_server(const Services& services, const Call& call);

}  // namespace holdfast::api
