// What keeps repositories well, additions to EM's API: /repositories/{ID}?action=check and prune, statistics,
// keys and the password.
#pragma once

#include <vector>

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> repository_upkeep_routes(const Services& services);

}  // namespace holdfast::api
