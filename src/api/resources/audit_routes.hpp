// The audit log: every change that is asked for is written to it, and administrators read it.
#pragma once

#include <vector>

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"
#include "api/routing/router.hpp"

namespace holdfast::api {

std::vector<Route> audit_routes(const Services& services);

// Writes each change down. A change is not undone when that fails; the server's log has it then.
Router::ChangeObserver write_changes_to(catalog::Database& database);

// Removes what is older than 400 days. Failures are logged.
void forget_old_changes(catalog::Database& database);

}  // namespace holdfast::api
