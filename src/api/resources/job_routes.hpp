// Jobs, their machines, their sessions, and what can be done with them.
#pragma once

#include <vector>

#include "api/routing/route.hpp"

namespace holdfast::api {

struct Services;

std::vector<Route> job_routes(const Services& services);

}  // namespace holdfast::api
