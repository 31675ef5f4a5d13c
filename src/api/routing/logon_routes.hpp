// GET /api/, logging on, and the logon sessions.
#pragma once

#include <vector>

#include "api/routing/logon_check.hpp"
#include "api/routing/logon_registry.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

// Both outlive the routes.
std::vector<Route> logon_routes(LogonRegistry& logons, LogonCheck& check);

}  // namespace holdfast::api
