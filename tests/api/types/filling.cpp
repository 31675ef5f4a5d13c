#include "api/types/filling.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "api/description/value_reader.hpp"

namespace holdfast::api {
namespace {

bool is_choice(const Shape& shape) {
    return shape.style == Style::choice || shape.style == Style::optional_choice;
}

void add_value(const Shape& shape, const Field& field, void* object, Values& values) {
    void* slot = field.access.add(member_of(shape, field, object));
    const Shape& value_shape = field.shape();
    if (value_shape.kind == Kind::structure)
        fill(value_shape, slot, values);
    else
        read_value(value_shape, slot, values.value(field),
                   {Wire::xml, field.role, field.name, shape.type_name});
}

}  // namespace

void fill(const Shape& shape, void* object, Values& values) {
    if (is_choice(shape)) {
        if (shape.style == Style::optional_choice && !values.has_optional()) return;
        return add_value(shape, shape.fields[values.alternative(shape.fields.size())], object, values);
    }
    for (const Field& field : shape.fields) {
        std::size_t count = 1;
        if (field.occurrence == Occurrence::optional) count = values.has_optional() ? 1 : 0;
        if (field.occurrence == Occurrence::repeated) count = values.repetitions(field);
        for (std::size_t index = 0; index < count; ++index) add_value(shape, field, object, values);
    }
}

std::size_t AllValues::repetitions(const Field& field) {
    return field.shape().kind == Kind::structure ? 1 : 2;
}

std::size_t AllValues::alternative(std::size_t count) {
    return std::min(alternative_, count - 1);
}

std::string AllValues::value(const Field& field) {
    const Shape& shape = field.shape();
    switch (shape.kind) {
        case Kind::text:
            return std::string(field.name) + (shape.max_length < 60 ? "" : " <&> \"\\/' \xC3\xBC");
        case Kind::boolean:
            return "true";
        case Kind::integer:
            return std::to_string(std::clamp<std::int64_t>(17, shape.minimum, shape.maximum));
        case Kind::real:
            return "5.83";
        case Kind::time:
            return "2026-06-14T23:09:26.173Z";
        case Kind::time_of_day:
            return "22:00:00.0000000+01:00";
        case Kind::enumeration:
            return std::string(shape.words.back());
        case Kind::structure:
            break;
    }
    ADD_FAILURE() << "no value for " << field.name;
    return {};
}

std::size_t alternatives_within(const Shape& shape) {
    std::size_t most = is_choice(shape) ? shape.fields.size() : 1;
    for (const Field& field : shape.fields)
        if (field.shape().kind == Kind::structure) most = std::max(most, alternatives_within(field.shape()));
    return most;
}

std::shared_ptr<void> make_filled(const Shape& shape, Values& values) {
    auto object = shape.make();
    fill(shape, object.get(), values);
    return object;
}

}  // namespace holdfast::api
