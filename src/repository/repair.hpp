// Indexes made anew from the packs themselves.
#pragma once

#include <memory>
#include <stop_token>

#include "repository/store.hpp"

namespace holdfast::repository {

// See Repository::repair.
CheckResult repair_repository(const std::shared_ptr<Store>& store, CheckDepth depth, Progress& progress,
                              const std::stop_token& stop);

}  // namespace holdfast::repository
