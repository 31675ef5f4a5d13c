// What is asked of the backup server itself: backups besides the jobs, and collecting what it knows.
#pragma once

#include <vector>

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> backup_server_routes(const Services& services);

}  // namespace holdfast::api
