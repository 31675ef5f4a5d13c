// JSON to be read by people: in lines, as the documents that Holdfast publishes have it.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace holdfast::api {

// Two blanks a level; what is short stays in one line.
std::string in_lines(const boost::json::value& value);

}  // namespace holdfast::api
