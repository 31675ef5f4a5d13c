// Boot verifications: begun from a restore point, stopped, and what was seen.
#pragma once

#include <vector>

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> boot_verification_routes(const Services& services);

}  // namespace holdfast::api
