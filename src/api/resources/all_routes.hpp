// The table of routes of the whole API.
#pragma once

#include <vector>

#include "api/resources/server_settings_routes.hpp"
#include "api/resources/services.hpp"
#include "api/routing/logon_check.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

// What is given outlives the routes.
std::vector<Route> all_routes(const Services& services, LogonRegistry& logons, LogonCheck& check,
                              const ServerSetup& setup);

}  // namespace holdfast::api
