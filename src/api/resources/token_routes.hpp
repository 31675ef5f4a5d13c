// API tokens: who has which, making and deleting them.
#pragma once

#include <vector>

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> token_routes(const Services& services);

}  // namespace holdfast::api
