// One operation of the OpenAPI document: the rows of the table of routes that share a path and a method, and
// differ in their actions only.
#pragma once

#include <boost/json/fwd.hpp>
#include <string_view>
#include <vector>

#include "api/routing/roles.hpp"
#include "api/schema/json_schema.hpp"

namespace holdfast::api {

struct OperationRow {
    std::string_view method;
    std::string_view path;
    std::string_view action;
    Callers callers;
    bool is_built;
    std::string_view none_of{};       // as Route has it
    bool tells_secret = false;        // as Route has it
    bool is_of_one_resource = false;  // which a GET at the same address reads
};

// Adds the schemas that it refers to. Errors, parameters and security schemes are referred to by the names
// that openapi_document() gives them.
boost::json::object openapi_operation(const std::vector<OperationRow>& rows, JsonSchemas& schemas);

}  // namespace holdfast::api
