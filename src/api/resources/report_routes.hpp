// The summary reports.
#pragma once

#include <vector>

#include "api/routing/route.hpp"

namespace holdfast::api {

struct Services;

std::vector<Route> report_routes(const Services& services);

}  // namespace holdfast::api
