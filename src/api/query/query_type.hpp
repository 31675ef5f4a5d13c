// The types that GET /query answers for: the fields by which each is filtered and sorted, and who may ask.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/routing/roles.hpp"
#include "catalog/selection.hpp"

namespace holdfast::api {

struct QueryType {
    std::string_view name;  // "BackupJobSession"
    Callers callers;
    std::string link_type;   // of a link to such a query: "BackupJobSessionList"
    std::string link_order;  // the field that such a link sorts by
    const std::vector<catalog::Field>* fields;
};

// All of them, by name.
const std::vector<QueryType>& query_types();

// In any letter case. invalid_input that names all types where there is none.
const QueryType& find_query_type(std::string_view name);

}  // namespace holdfast::api
