// GET /metrics, for Prometheus.
#pragma once

#include <vector>

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> metrics_routes(const Services& services);

}  // namespace holdfast::api
