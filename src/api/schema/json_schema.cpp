#include "api/schema/json_schema.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <limits>

#include "base/error.hpp"

namespace holdfast::api {
namespace {

namespace json = boost::json;

bool is_choice(const Shape& shape) {
    return shape.style == Style::choice || shape.style == Style::optional_choice;
}

bool is_named(const Shape& shape) {
    return shape.kind == Kind::structure || shape.kind == Kind::enumeration;
}

json::object of_type(std::string_view type) {
    return {{"type", type}};
}

json::object text(const Shape& shape) {
    auto schema = of_type("string");
    if (!shape.length_in_schema) return schema;
    if (shape.min_length > 0) schema["minLength"] = shape.min_length;
    schema["maxLength"] = shape.max_length;
    return schema;
}

json::object integer(const Shape& shape) {
    auto schema = of_type("integer");
    const bool is_int32 = shape.type_name == "xs:int";
    schema["format"] = is_int32 ? "int32" : "int64";
    const bool is_all = shape.minimum == std::numeric_limits<std::int64_t>::min() &&
                        shape.maximum == std::numeric_limits<std::int64_t>::max();
    if (is_int32 || is_all) return schema;
    schema["minimum"] = shape.minimum;
    schema["maximum"] = shape.maximum;
    return schema;
}

json::object time(std::string_view description = {}) {
    auto schema = of_type("string");
    schema["format"] = "date-time";
    if (!description.empty()) schema["description"] = description;
    return schema;
}

json::object scalar(const Shape& shape) {
    switch (shape.kind) {
        case Kind::text:
            return text(shape);
        case Kind::boolean:
            return of_type("boolean");
        case Kind::integer:
            return integer(shape);
        case Kind::real:
            return {{"type", "number"}, {"format", "double"}};
        case Kind::time:
            return time();
        case Kind::time_of_day:
            return time("A time of every day; its date means nothing.");
        case Kind::structure:
        case Kind::enumeration:
            break;
    }
    throw Error(ErrorKind::internal, fmt::format("{} is no value without members", shape.type_name));
}

json::object enumeration(const Shape& shape) {
    auto schema = of_type("string");
    json::array words;
    for (std::string_view word : shape.words) words.emplace_back(word);
    schema["enum"] = std::move(words);
    return schema;
}

json::object or_null(json::object schema) {
    auto* type = schema.if_contains("type");
    if (type == nullptr) return {{"anyOf", json::array{std::move(schema), of_type("null")}}};
    *type = json::array{*type, "null"};
    return schema;
}

json::object array_of(json::object items) {
    auto schema = of_type("array");
    schema["items"] = std::move(items);
    return schema;
}

// The text between tags may be empty, so that nobody has to send it. What not all versions have is not in
// every answer.
bool is_required_in(const Field& field, SchemaUse use) {
    return (use == SchemaUse::answer && field.versions.is_all()) ||
           (field.occurrence == Occurrence::required && field.role != Role::inner_text);
}

json::object closed_object(json::object properties, json::array required) {
    auto schema = of_type("object");
    if (!required.empty()) schema["required"] = std::move(required);
    schema["properties"] = std::move(properties);
    schema["additionalProperties"] = false;
    return schema;
}

}  // namespace

struct JsonSchemas::Definition {
    const Shape* shape = nullptr;
    json::object schema;
};

JsonSchemas::JsonSchemas() = default;
JsonSchemas::~JsonSchemas() = default;

std::string JsonSchemas::name_of(const Shape& shape, SchemaUse use) {
    const bool has_two_forms = shape.kind == Kind::structure;
    return std::string(spoken_name(shape)) + (has_two_forms && use == SchemaUse::request ? "Input" : "");
}

json::object JsonSchemas::refer_to(const Shape& shape, SchemaUse use) {
    const std::string name = name_of(shape, use);
    auto& definition = definitions_[name];
    if (definition == nullptr) {
        // Types may contain themselves: the place is taken before it is filled.
        definition = std::make_unique<Definition>(Definition{&shape, {}});
        definition->schema = define(shape, use);
    } else if (definition->shape != &shape) {
        throw Error(ErrorKind::internal, fmt::format("Two API types are both called {} in JSON", name));
    }
    return {{"$ref", "#/components/schemas/" + name}};
}

json::object JsonSchemas::definitions() const {
    json::object all;
    for (const auto& [name, definition] : definitions_) all[name] = definition->schema;
    return all;
}

json::object JsonSchemas::schema_of(const Shape& shape, SchemaUse use) {
    return is_named(shape) ? refer_to(shape, use) : scalar(shape);
}

json::object JsonSchemas::define(const Shape& shape, SchemaUse use) {
    if (shape.kind == Kind::enumeration) return enumeration(shape);
    if (shape.style == Style::flat_list) return array_of(schema_of(shape.fields[0].shape(), use));
    return is_choice(shape) ? choice(shape, use) : structure(shape, use);
}

json::object JsonSchemas::structure(const Shape& shape, SchemaUse use) {
    json::object properties;
    json::array required;
    for (std::size_t index : shape.json_order) {
        const Field& field = shape.fields[index];
        if (!field.in_json) continue;
        properties[field.json_name] = member(field, use);
        if (is_required_in(field, use)) required.emplace_back(field.json_name);
    }
    return closed_object(std::move(properties), std::move(required));
}

json::object JsonSchemas::member(const Field& field, SchemaUse use) {
    auto schema = schema_of(field.shape(), use);
    if (field.occurrence == Occurrence::required) return schema;
    if (field.occurrence == Occurrence::optional) return or_null(std::move(schema));
    schema = array_of(std::move(schema));
    return use == SchemaUse::request ? or_null(std::move(schema)) : schema;
}

// One object for each that can be chosen, in which the others are null.
json::object JsonSchemas::choice(const Shape& shape, SchemaUse use) {
    json::array alternatives;
    for (const Field& field : shape.fields) alternatives.push_back(alternative(shape, &field, use));
    if (shape.style == Style::optional_choice) alternatives.push_back(alternative(shape, nullptr, use));
    return {{"oneOf", std::move(alternatives)}};
}

json::object JsonSchemas::alternative(const Shape& shape, const Field* chosen, SchemaUse use) {
    json::object properties;
    json::array required;
    for (std::size_t index : shape.json_order) {
        const Field& field = shape.fields[index];
        const bool is_chosen = &field == chosen;
        properties[field.json_name] = is_chosen ? schema_of(field.shape(), use) : of_type("null");
        if (is_chosen || use == SchemaUse::answer) required.emplace_back(field.json_name);
    }
    return closed_object(std::move(properties), std::move(required));
}

}  // namespace holdfast::api
