#include "api/description/describe.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace holdfast::api::describing {
namespace {

// What a version does not have is left out: that is allowed for what is optional, and not what a choice fell
// upon.
void limit(Shape& shape, const FieldVersions& limited) {
    const auto field = std::ranges::find(shape.fields, limited.field, &Field::name);
    const bool is_choice = shape.style == Style::choice || shape.style == Style::optional_choice;
    if (field == shape.fields.end() || field->occurrence != Occurrence::optional || is_choice)
        throw Error(ErrorKind::internal, fmt::format("{} has no optional field {} that a version may lack",
                                                     shape.type_name, limited.field));
    field->versions = limited.versions;
}

}  // namespace

void finish(Shape& shape, const std::vector<JsonName>& json_names,
            const std::vector<FieldVersions>& field_versions) {
    for (const auto& limited : field_versions) limit(shape, limited);
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
