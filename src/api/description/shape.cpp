#include "api/description/shape.hpp"

#include <fmt/format.h>

#include "base/time.hpp"

namespace holdfast::api {

const void* member_of(const Shape& shape, const Field& field, const void* object) {
    const Shape* declaring = &shape;
    for (int level = 0; level < field.level; ++level) {
        object = declaring->to_base(object);
        declaring = declaring->base;
    }
    return field.access.member(object);
}

void* member_of(const Shape& shape, const Field& field, void* object) {
    return const_cast<void*>(member_of(shape, field, static_cast<const void*>(object)));
}

std::size_t count_of(const Shape& shape, const Field& field, const void* object) {
    return field.access.count(member_of(shape, field, object));
}

std::string expectation(const Shape& shape) {
    switch (shape.kind) {
        case Kind::structure:
            return "a structure";
        case Kind::text:
            return "text";
        case Kind::boolean:
            return "true or false";
        case Kind::integer:
            if (!shape.range_in_schema) return "a whole number";
            return fmt::format("a whole number from {} to {}", shape.minimum, shape.maximum);
        case Kind::real:
            return "a number";
        case Kind::time:
            return "a date and time such as 2026-06-14T23:09:26Z";
        case Kind::time_of_day:
            return "a time of day such as 22:00:00.0000000+01:00";
        case Kind::enumeration:
            return fmt::format("one of {}", fmt::join(shape.words, ", "));
    }
    return {};
}

std::string_view spoken_name(const Shape& shape) {
    return shape.root.empty() ? shape.type_name : shape.root;
}

std::string plural(std::string_view name) {
    auto ends_with_one_of = [&](std::string_view letters, std::size_t from_end) {
        return name.size() >= from_end &&
               letters.find(name[name.size() - from_end]) != std::string_view::npos;
    };
    std::string result(name);
    if (name.ends_with("ss")) return result + "es";
    if (name.ends_with('s')) return result;
    if (name.ends_with('y') && !ends_with_one_of("aeiou", 2)) {
        result.back() = 'i';
        return result + "es";
    }
    return result + "s";
}

}  // namespace holdfast::api
