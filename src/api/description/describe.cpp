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
    shape.json_order.resize(shape.fields.size());
    std::iota(shape.json_order.begin(), shape.json_order.end(), std::size_t{0});
    std::ranges::stable_sort(shape.json_order, {},
                             [&](std::size_t index) { return shape.fields[index].level; });
}

}  // namespace holdfast::api::describing
