// Roles as resources: EM gives them the same ids on every installation.
#pragma once

#include <optional>

#include "api/routing/roles.hpp"
#include "base/ids.hpp"

namespace holdfast::api {

Uuid id_of(AccountRole role);
std::optional<AccountRole> role_of(const Uuid& id);

}  // namespace holdfast::api
