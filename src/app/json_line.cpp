#include "app/json_line.hpp"

#include <cstdio>

namespace holdfast {

void print_json_line(std::string_view type, const boost::json::object& fields) {
    boost::json::object object{{"type", type}};
    for (const auto& field : fields) object.emplace(field.key(), field.value());
    auto line = boost::json::serialize(object) + '\n';
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
}

}  // namespace holdfast
