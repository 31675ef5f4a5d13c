// Every operation of the EM REST API v1.7, built here or not, and who may call it: one that is known but not
// built is answered with 501, or with 403 where the caller may not; a path that nobody knows with 404.
#pragma once

#include <string_view>
#include <vector>

#include "api/description/version.hpp"
#include "api/routing/roles.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

struct KnownOperation {
    std::string_view method;
    std::string_view path;
    std::string_view action;
    Callers callers;  // as EM has it
};

const std::vector<KnownOperation>& known_operations();
// Those that none of the routes answers.
std::vector<KnownOperation> operations_without_route(const std::vector<Route>& routes);
// nullptr for what is no operation of EM. In the spelling of the table.
const KnownOperation* find_known_operation(std::string_view method, std::string_view path,
                                           std::string_view action = {});
// The version of the API that brought the family of resources to which that path leads.
ApiVersion first_version_of(std::string_view path);

}  // namespace holdfast::api
