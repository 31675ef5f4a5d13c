// Files inside a restore point: mounts, listings, downloads.
#pragma once

#include <vector>

#include "api/routing/route.hpp"

namespace holdfast::api {

struct Services;

std::vector<Route> mount_routes(const Services& services);

}  // namespace holdfast::api
