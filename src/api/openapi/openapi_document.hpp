// openapi.json: every operation of the API, for programs that read OpenAPI 3.1. Made from the table of
// routes, the known operations, what is said of their forms, and the descriptions of the types.
#pragma once

#include <string>
#include <vector>

#include "api/routing/route.hpp"

namespace holdfast::api {

// Throws internal where a route is not in the table of forms.
std::string openapi_document(const std::vector<Route>& routes);

}  // namespace holdfast::api
