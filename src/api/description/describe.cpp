#include "api/description/describe.hpp"

namespace holdfast::api::describing {

void finish(Shape& shape, const std::vector<JsonName>& json_names) {
    for (Field& field : shape.fields) {
        for (const JsonName& name : json_names) {
            if (name.field != field.name) continue;
            field.json_name = name.written;
            field.also_read_in_json = name.also_read;
        }
    }
    int deepest = 0;
    for (const Field& field : shape.fields) deepest = std::max(deepest, field.level);
    for (int level = 0; level <= deepest; ++level)
        for (std::size_t index = 0; index < shape.fields.size(); ++index)
            if (shape.fields[index].level == level) shape.json_order.push_back(index);
}

}  // namespace holdfast::api::describing
