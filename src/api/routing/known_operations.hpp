// Every operation of the EM REST API v1.7, built here or not: one that is known but not built is answered
// with 501, a path that nobody knows with 404.
#pragma once

#include <string_view>
#include <vector>

namespace holdfast::api {

struct KnownOperation {
    std::string_view method;
    std::string_view path;
    std::string_view action;
};

const std::vector<KnownOperation>& known_operations();

}  // namespace holdfast::api
