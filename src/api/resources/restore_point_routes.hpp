// Backups, restore points, backup files, and restoring a machine.
#pragma once

#include <vector>

#include "api/routing/route.hpp"

namespace holdfast::api {

struct Services;

std::vector<Route> restore_point_routes(const Services& services);

}  // namespace holdfast::api
