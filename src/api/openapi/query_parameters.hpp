// The parameters behind the question mark, besides the action.
#pragma once

#include <boost/json/fwd.hpp>
#include <string_view>

namespace holdfast::api {

// Those that many operations share, by name.
boost::json::object shared_query_parameters();

// Those that only the operations at that path have.
boost::json::array own_query_parameters(std::string_view path);

}  // namespace holdfast::api
