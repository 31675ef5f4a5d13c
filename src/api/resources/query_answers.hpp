// What answers a query of each type.
#pragma once

#include <cstdint>

#include "api/query/query_type.hpp"
#include "api/resources/services.hpp"
#include "api/routing/collection.hpp"
#include "api/types/query_result.hpp"

namespace holdfast::api {

struct Query {
    const Services& services;
    const Call& call;
    const QueryType& type;
    PageRequest page;
};

// Puts the page that is asked for into the result, and tells how many there are on all pages. Throws
// invalid_input for a filter or an order that is wrong.
std::uint64_t answer_query(const Query& query, QueryResult& result);

}  // namespace holdfast::api
