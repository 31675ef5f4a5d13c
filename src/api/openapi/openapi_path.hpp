// A path of the table of routes as OpenAPI wants it: every parameter with a name of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::api {

struct OpenApiPath {
    std::string text;                     // "/jobs/{jobId}/includes/{includeId}"
    std::vector<std::string> parameters;  // "jobId", "includeId"
};

// Of "/jobs/{ID}/includes/{ID}". An {ID} is called after the collection that it is in, the others as they
// are.
OpenApiPath openapi_path(std::string_view path);

// "getJobsByIdIncludes": the name of an operation, of its method and path.
std::string operation_id(std::string_view method, std::string_view path);

}  // namespace holdfast::api
