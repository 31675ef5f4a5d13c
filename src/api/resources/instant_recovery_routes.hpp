// Machines that run from a repository: made from a restore point, moved to the host's storage, discarded.
#pragma once

#include <vector>

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> instant_recovery_routes(const Services& services);

}  // namespace holdfast::api
