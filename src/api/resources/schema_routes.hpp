// The published schema.
#pragma once

#include <vector>

#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> schema_routes();

}  // namespace holdfast::api
