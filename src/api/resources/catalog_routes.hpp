// The index of guest files: machines that have one, browsing their points without mounting them, and search.
#pragma once

#include <vector>

#include "api/routing/route.hpp"

namespace holdfast::api {

struct Services;

std::vector<Route> catalog_routes(const Services& services);

}  // namespace holdfast::api
