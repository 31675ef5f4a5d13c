// Editing a job, and the machines in it.
#pragma once

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> job_edit_routes(const Services& services);

}  // namespace holdfast::api
