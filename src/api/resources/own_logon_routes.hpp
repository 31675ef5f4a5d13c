// Who asks: `/ownLogon`, an addition to EM's API.
#pragma once

#include <vector>

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> own_logon_routes(const Services& services);

}  // namespace holdfast::api
