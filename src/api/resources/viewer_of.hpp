// For whom the catalog is read when a logon asks: its account, or its API token's own scopes.
#pragma once

#include <optional>

#include "api/routing/logon_registry.hpp"
#include "catalog/database.hpp"
#include "catalog/viewer.hpp"

namespace holdfast::api {

// Asked of the catalog each time: a change of the account counts at once. Nothing where the account is gone.
std::optional<catalog::Viewer> viewer_of(catalog::Database& database, const Logon& logon);

}  // namespace holdfast::api
