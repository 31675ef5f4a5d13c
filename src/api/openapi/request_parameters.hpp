// What requests say besides their paths, actions and bodies.
#pragma once

#include <boost/json/fwd.hpp>
#include <string_view>

namespace holdfast::api {

// Those that many operations share, by name.
boost::json::object shared_parameters();

// Those that only the operations at that path have.
boost::json::array own_parameters(std::string_view path);

}  // namespace holdfast::api
