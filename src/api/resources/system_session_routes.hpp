// What the server did for itself.
#pragma once

#include <vector>

#include "api/routing/route.hpp"

namespace holdfast::api {

struct Services;

std::vector<Route> system_session_routes(const Services& services);

}  // namespace holdfast::api
