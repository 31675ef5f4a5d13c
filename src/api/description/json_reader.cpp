#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "api/description/document.hpp"
#include "api/description/value_reader.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

namespace json = boost::json;

std::string_view view(json::string_view text) {
    return {text.data(), text.size()};
}

std::string_view kind_name(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null:
            return "null";
        case json::kind::bool_:
            return "a boolean";
        case json::kind::string:
            return "text";
        case json::kind::array:
            return "an array";
        case json::kind::object:
            return "an object";
        default:
            return "a number";
    }
}

// Clients send these back with a resource that they got; where the type does not have them, they mean
// nothing.
bool may_be_ignored(std::string_view member) {
    return std::ranges::any_of(
        std::initializer_list<std::string_view>{"Links", "Href", "Type", "Name", "UID"},
        [&](std::string_view name) { return equal_ignoring_case(member, name); });
}

// A member without content asks for nothing, so that not knowing it does no harm: {"id": null} is a real
// logon.
bool says_nothing(const json::value& value) {
    if (value.is_array()) return value.get_array().empty();
    if (value.is_object()) return value.get_object().empty();
    return value.is_null();
}

// The text of a value without members; nothing for arrays, objects and null.
std::optional<std::string> scalar_text(const json::value& value) {
    switch (value.kind()) {
        case json::kind::string:
            return std::string(view(value.get_string()));
        case json::kind::bool_:
            return value.get_bool() ? "true" : "false";
        case json::kind::int64:
            return std::to_string(value.get_int64());
        case json::kind::uint64:
            return std::to_string(value.get_uint64());
        case json::kind::double_:
            return fmt::format("{}", value.get_double());
        default:
            return std::nullopt;
    }
}

// Numbers and booleans are read in quotes or not; text without them is somebody's mistake.
bool must_be_in_quotes(Kind kind) {
    return kind == Kind::text || kind == Kind::enumeration || kind == Kind::time || kind == Kind::time_of_day;
}

// A value of two bytes takes many more in memory, so they are counted before it does: behind every bracket
// and comma outside of texts there is at most one, and behind a colon the one that belongs to its name.
void count_values(std::string_view body, const BodyLimits& limits) {
    std::size_t values = 1;
    bool in_text = false;
    for (std::size_t at = 0; at < body.size(); ++at) {
        const char c = body[at];
        if (in_text && c == '\\')
            ++at;
        else if (c == '"')
            in_text = !in_text;
        else if (!in_text && (c == '[' || c == '{' || c == ','))
            ++values;
    }
    if (values > limits.elements)
        throw Error(ErrorKind::too_large,
                    fmt::format("The request has more than {} values", limits.elements));
}

class StructureReader {
  public:
    StructureReader(const Shape& shape, void* object, std::string_view name)
        : shape_(shape), object_(object), name_(name), given_(shape.fields.size()) {}

    void read(const json::value& value) {
        if (value.is_object()) {
            for (const auto& member : value.get_object()) read_member(view(member.key()), member.value());
        } else if (value.is_array() && (shape_.style == Style::list || shape_.style == Style::flat_list)) {
            read_repeated(shape_.fields[0], value);
        } else {
            throw Error(ErrorKind::invalid_input,
                        fmt::format("{} must be an object, but is {}", name_, kind_name(value)));
        }
        check_complete(shape_, given_, name_, Wire::json);
    }

  private:
    const Field* find(std::string_view name) const {
        for (const Field& field : shape_.fields) {
            const bool repeats = field.occurrence == Occurrence::repeated;
            if (equal_ignoring_case(name, field.json_name) || equal_ignoring_case(name, field.name))
                return &field;
            if (!field.also_read_in_json.empty() && equal_ignoring_case(name, field.also_read_in_json))
                return &field;
            if (repeats && equal_ignoring_case(name, plural(field.name))) return &field;
        }
        return nullptr;
    }

    void read_member(std::string_view name, const json::value& value) {
        const Field* field = find(name);
        if (field == nullptr) {
            if (says_nothing(value) || may_be_ignored(name)) return;
            throw Error(ErrorKind::invalid_input,
                        fmt::format("{} has no member {}; it may have {}", name_, shown(name), known()));
        }
        if (value.is_null()) return;
        if (given_[index_of(*field)])
            throw Error(ErrorKind::invalid_input,
                        fmt::format("The member {} of {} is given twice", field->json_name, name_));
        if (field->occurrence == Occurrence::repeated)
            read_repeated(*field, value);
        else
            read_one(*field, value);
    }

    // One value alone is taken for an array of one.
    void read_repeated(const Field& field, const json::value& value) {
        given_[index_of(field)] = true;
        if (!value.is_array()) return read_one(field, value);
        for (const json::value& item : value.get_array()) read_one(field, item);
    }

    void read_one(const Field& field, const json::value& value) {
        const Shape& shape = field.shape();
        given_[index_of(field)] = true;
        void* slot = field.access.add(member_of(shape_, field, object_));
        if (shape.kind == Kind::structure) return StructureReader(shape, slot, field.name).read(value);
        const Where where{Wire::json, field.role, field.json_name, name_};
        const auto text = scalar_text(value);
        if (!text || (must_be_in_quotes(shape.kind) && !value.is_string()))
            throw Error(ErrorKind::invalid_input, fmt::format("The {} is {}; it must be {}", describe(where),
                                                              kind_name(value), expectation(shape)));
        read_value(shape, slot, *text, where);
    }

    std::size_t index_of(const Field& field) const {
        return static_cast<std::size_t>(&field - shape_.fields.data());
    }

    std::string known() const {
        std::string names;
        for (std::size_t index : shape_.json_order)
            names += (names.empty() ? "" : ", ") + shape_.fields[index].json_name;
        return names.empty() ? "none" : names;
    }

    const Shape& shape_;
    void* object_;
    std::string_view name_;
    std::vector<bool> given_;
};

}  // namespace

void read_json(const Shape& shape, void* object, std::string_view body, const BodyLimits& limits) {
    if (body.size() > limits.bytes)
        throw Error(ErrorKind::too_large,
                    fmt::format("The request body is longer than {} bytes", limits.bytes));
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    if (trimmed(body).empty())
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The request has no body; expected {}", spoken_name(shape)));
    count_values(body, limits);
    json::parse_options options;
    options.max_depth = limits.depth;
    json::error_code failure;
    json::monotonic_resource memory;
    const json::value value = json::parse({body.data(), body.size()}, failure, &memory, options);
    if (failure == json::error::too_deep)
        throw Error(ErrorKind::too_large,
                    fmt::format("The request nests more than {} objects", limits.depth));
    if (failure)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The request body is not JSON: {}", failure.message()));
    StructureReader(shape, object, spoken_name(shape)).read(value);
}

}  // namespace holdfast::api
