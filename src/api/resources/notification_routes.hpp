// Notification targets: where results of sessions are sent.
#pragma once

#include <vector>

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> notification_routes(const Services& services);

}  // namespace holdfast::api
