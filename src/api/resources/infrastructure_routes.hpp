// Backup servers, managed servers, hierarchy roots, repositories, lookup.
#pragma once

#include <vector>

#include "api/routing/route.hpp"

namespace holdfast::api {

struct Services;

std::vector<Route> infrastructure_routes(const Services& services);
std::vector<Route> lookup_routes(const Services& services);

}  // namespace holdfast::api
