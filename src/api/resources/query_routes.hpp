// GET /query and /querySvc.
#pragma once

#include <vector>

#include "api/routing/route.hpp"

namespace holdfast::api {

struct Services;

std::vector<Route> query_routes(const Services& services);

}  // namespace holdfast::api
