// GET /events: what happens to tasks and sessions, as it happens.
#pragma once

#include <vector>

#include "api/routing/route.hpp"

namespace holdfast::api {

struct Services;

std::vector<Route> event_routes(const Services& services);

}  // namespace holdfast::api
