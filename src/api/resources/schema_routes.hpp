// The published schemas.
#pragma once

#include <vector>

#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> schema_routes();

// openapi.json, which describes `routes` and itself.
Route openapi_route(const std::vector<Route>& routes);

}  // namespace holdfast::api
