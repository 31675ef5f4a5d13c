// What --json prints: one object a line on standard output, each with its "type".
#pragma once

#include <boost/json.hpp>
#include <string_view>

namespace holdfast {

// Any thread. `fields` follow the type. Written at once: a reader sees whole lines.
void print_json_line(std::string_view type, const boost::json::object& fields);

}  // namespace holdfast
