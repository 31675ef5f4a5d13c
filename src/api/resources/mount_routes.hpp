// Files inside a restore point: mounts, listings, downloads.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "api/routing/route.hpp"
#include "api/tasks/task_runner.hpp"

namespace holdfast::protection {
class FileMount;
struct FileRestoreRequest;
}  // namespace holdfast::protection

namespace holdfast::api {

struct Services;

// "/vmRestorePoints/<id>/mounts/1"
std::string mount_path(const protection::FileMount& mount);

// Restores to the original place; leads to the restore session.
TaskOutcome outcome_of_restore(const Services& services, const protection::FileRestoreRequest& request,
                               std::stop_token stop);

std::vector<Route> mount_routes(const Services& services);

}  // namespace holdfast::api
