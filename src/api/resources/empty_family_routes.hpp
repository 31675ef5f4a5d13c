// The families of resources of which this server has none, because what would make them is not built.
#pragma once

#include <vector>

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

// Collections are empty, ids are not found, creations say what is missing (501) once their body was found
// right, and services lead to their collections. `services` outlives the routes.
std::vector<Route> empty_family_routes(const Services& services);

}  // namespace holdfast::api
