// Files inside a restore point: mounts, listings, downloads.
#pragma once

#include <string>
#include <vector>

#include "api/routing/route.hpp"

namespace holdfast::protection {
class FileMount;
}

namespace holdfast::api {

struct Services;

// "/vmRestorePoints/<id>/mounts/1"
std::string mount_path(const protection::FileMount& mount);

std::vector<Route> mount_routes(const Services& services);

}  // namespace holdfast::api
