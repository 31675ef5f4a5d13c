// Scripts that a job runs inside of its guests.
#pragma once

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> guest_script_routes(const Services& services);

}  // namespace holdfast::api
