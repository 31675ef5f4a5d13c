// Looking for damage: index against packs, trees, and on request every byte.
#pragma once

#include <memory>
#include <stop_token>

#include "repository/store.hpp"

namespace holdfast::repository {

// See Repository::check. Damage is told in the result; only a storage that fails, or a request to stop,
// throws. At most 1000 problems are told.
CheckResult check_repository(const std::shared_ptr<Store>& store, CheckDepth depth, Progress& progress,
                             const std::stop_token& stop);

}  // namespace holdfast::repository
