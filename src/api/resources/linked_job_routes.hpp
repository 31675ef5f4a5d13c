// What is for backup copy jobs only: the jobs and repositories that one copies from, and copying at once.
#pragma once

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> linked_job_routes(const Services& services);

}  // namespace holdfast::api
