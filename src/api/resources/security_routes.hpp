// Who may do what: accounts with their roles and scopes, the roles, credentials and encryption passwords.
#pragma once

#include <vector>

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

std::vector<Route> security_routes(const Services& services);
std::vector<Route> account_routes(const Services& services);
std::vector<Route> account_scope_routes(const Services& services);
std::vector<Route> credentials_routes(const Services& services);

}  // namespace holdfast::api
