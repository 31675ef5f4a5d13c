// Backup sessions, their task sessions, and restore sessions.
#pragma once

#include <vector>

#include "api/routing/route.hpp"

namespace holdfast::api {

struct Services;

std::vector<Route> session_routes(const Services& services);

}  // namespace holdfast::api
