// From a Boost.Describe description to a Shape. Only the .cpp files of types/ include this; one macro line a
// type:
//   HOLDFAST_PART(VssSnapshotOptionsType, (), (VssSnapshotMode, IsCopyOnly, UsePersistentGuestAgent))
//   HOLDFAST_ROOT(Job, "JobEntityType", (Entity), (JobType, Platform, ...))
//   HOLDFAST_CHOICE_ROOT(JobCloneSpec, "JobCloneSpecType", (BackupJobCloneInfo, ReplicaJobCloneInfo))
//   HOLDFAST_LIST(Jobs, "JobEntityListType", "Job")
//   HOLDFAST_ENUM(DayOfWeek, Sunday, Monday, ...)
#pragma once

#include <algorithm>
#include <array>
#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

#include "api/description/field_types.hpp"
#include "api/description/list.hpp"
#include "api/description/scalars.hpp"
#include "api/description/shape.hpp"

namespace holdfast::api {

struct TypeNames {
    std::string_view type_name;
    std::string_view root;
    Style style = Style::sequence;
    std::string_view item{};  // lists: the element that repeats
    bool any_root = false;
};

// A field whose JSON member is not simply its name, or its plural where it repeats.
struct JsonName {
    std::string_view field;
    std::string_view written;
    std::string_view also_read{};
};
inline std::vector<JsonName> json_names_of(const void*) {
    return {};
}

// A field that not all versions of the API have.
struct FieldVersions {
    std::string_view field;
    VersionRange versions;
};
inline std::vector<FieldVersions> field_versions_of(const void*) {
    return {};
}

namespace describing {

template <typename T>
struct Slot {
    using Value = T;
    static constexpr Role role = Role::element;
    static constexpr Occurrence occurrence = Occurrence::required;
    static const void* unwrap(const T& member) { return &member; }
    static std::size_t count(const void*) { return 1; }
    static const void* at(const void* member, std::size_t) { return member; }
    static void* add(void* member) { return member; }
};

template <typename T>
struct Slot<std::optional<T>> {
    using Value = T;
    static constexpr Role role = Role::element;
    static constexpr Occurrence occurrence = Occurrence::optional;
    static const void* unwrap(const std::optional<T>& member) { return &member; }
    static std::size_t count(const void* member) { return cast(member)->has_value(); }
    static const void* at(const void* member, std::size_t) { return &**cast(member); }
    static void* add(void* member) { return &static_cast<std::optional<T>*>(member)->emplace(); }
    static const std::optional<T>* cast(const void* member) {
        return static_cast<const std::optional<T>*>(member);
    }
};

template <typename T>
struct Slot<std::vector<T>> {
    using Value = T;
    static constexpr Role role = Role::element;
    static constexpr Occurrence occurrence = Occurrence::repeated;
    static const void* unwrap(const std::vector<T>& member) { return &member; }
    static std::size_t count(const void* member) { return cast(member)->size(); }
    static const void* at(const void* member, std::size_t index) { return &(*cast(member))[index]; }
    static void* add(void* member) { return &static_cast<std::vector<T>*>(member)->emplace_back(); }
    static const std::vector<T>* cast(const void* member) {
        return static_cast<const std::vector<T>*>(member);
    }
};

template <typename T, typename Place>
struct Slot<Placed<T, Place>> : Slot<T> {
    static constexpr Role role = std::is_same_v<Place, InAttribute> ? Role::attribute : Role::inner_text;
    static const void* unwrap(const Placed<T, Place>& member) {
        if constexpr (std::is_class_v<T>)
            return static_cast<const T*>(&member);
        else
            return &member.value;
    }
};

template <typename T>
struct ShapeFor {
    static const Shape& get() { return shape_of<T>(); }
};

template <std::size_t Min, std::size_t Max>
struct ShapeFor<Text<Min, Max>> {
    static const Shape& get() {
        static const Shape shape = [] {
            Shape made = bounded_text(Min, Max);
            made.write = [](const void* value, Wire) -> std::string {
                return *static_cast<const Text<Min, Max>*>(value);
            };
            made.read = [](void* value, std::string_view text, Wire) {
                static_cast<Text<Min, Max>*>(value)->assign(text);
                return true;
            };
            return made;
        }();
        return shape;
    }
};

template <std::int64_t Min, std::int64_t Max>
struct ShapeFor<Range<Min, Max>> {
    static const Shape& get() {
        static const Shape shape = [] {
            Shape made = bounded_integer(Min, Max);
            made.write = [](const void* value, Wire) {
                return std::to_string(static_cast<const Range<Min, Max>*>(value)->value);
            };
            made.read = [](void* value, std::string_view text, Wire wire) {
                std::int64_t number = 0;
                if (!read_integer(number, text, wire) || number < Min || number > Max) return false;
                static_cast<Range<Min, Max>*>(value)->value = number;
                return true;
            };
            return made;
        }();
        return shape;
    }
};

template <typename Member>
Field make_field(std::string_view name, const void* (*member)(const void*)) {
    using S = Slot<Member>;
    Field field{.name = name, .role = S::role, .occurrence = S::occurrence};
    field.json_name = S::occurrence == Occurrence::repeated ? plural(name) : std::string(name);
    if (S::role == Role::inner_text) field.json_name = "Value", field.also_read_in_json = "#text";
    field.shape = &ShapeFor<typename S::Value>::get;
    field.access = {member, S::count, S::at, S::add};
    return field;
}

template <typename T, auto Pointer>
const void* described_member(const void* owner) {
    using Member = std::remove_cvref_t<decltype(static_cast<const T*>(owner)->*Pointer)>;
    return Slot<Member>::unwrap(static_cast<const T*>(owner)->*Pointer);
}

// Own fields come first in JSON, then those of each base: the reverse of XML. Throws internal for versions of
// a field that is not there, or that must be there always.
void finish(Shape& shape, const std::vector<JsonName>& json_names,
            const std::vector<FieldVersions>& field_versions);

template <typename T>
void add_base(Shape& shape) {
    using Bases = boost::describe::describe_bases<T, boost::describe::mod_public>;
    static_assert(boost::mp11::mp_size<Bases>::value <= 1, "an API type has at most one base");
    if constexpr (boost::mp11::mp_size<Bases>::value == 1) {
        using Base = typename boost::mp11::mp_front<Bases>::type;
        shape.base = &shape_of<Base>();
        shape.to_base = [](const void* object) -> const void* {
            return static_cast<const Base*>(static_cast<const T*>(object));
        };
        shape.fields = shape.base->fields;
        for (Field& field : shape.fields) ++field.level;
    }
}

template <typename T>
Shape make_structure(const TypeNames& names) {
    Shape shape{
        .type_name = names.type_name, .root = names.root, .any_root = names.any_root, .style = names.style};
    shape.make = []() -> std::shared_ptr<void> { return std::make_shared<T>(); };
    add_base<T>(shape);
    using Members = boost::describe::describe_members<T, boost::describe::mod_public>;
    boost::mp11::mp_for_each<Members>([&](auto member) {
        using Member = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
        shape.fields.push_back(make_field<Member>(member.name, &described_member<T, member.pointer>));
    });
    finish(shape, json_names_of(static_cast<const T*>(nullptr)),
           field_versions_of(static_cast<const T*>(nullptr)));
    return shape;
}

template <typename T>
Shape make_list(const TypeNames& names) {
    Shape shape{.type_name = names.type_name, .root = names.root, .style = names.style};
    shape.make = []() -> std::shared_ptr<void> { return std::make_shared<T>(); };
    if constexpr (requires(const T& list) { list.items; }) {
        shape.fields.push_back(make_field<std::vector<typename T::Item>>(
            names.item,
            [](const void* owner) -> const void* { return &static_cast<const T*>(owner)->items; }));
        shape.fields.push_back(make_field<std::optional<api::PagingInfo>>(
            "PagingInfo",
            [](const void* owner) -> const void* { return &static_cast<const T*>(owner)->PagingInfo; }));
        shape.fields.back().in_json = false;
    } else {
        using Items = std::vector<typename T::value_type>;
        shape.fields.push_back(make_field<Items>(names.item, [](const void* owner) -> const void* {
            return static_cast<const Items*>(static_cast<const T*>(owner));
        }));
    }
    finish(shape, json_names_of(static_cast<const T*>(nullptr)),
           field_versions_of(static_cast<const T*>(nullptr)));
    return shape;
}

// The words of E in the order of its Boost.Describe description.
template <typename E>
Shape make_enumeration(std::string_view type_name) {
    using Values = boost::describe::describe_enumerators<E>;
    static const auto values = [] {
        std::vector<E> all;
        boost::mp11::mp_for_each<Values>([&](auto value) { all.push_back(value.value); });
        return all;
    }();
    static const auto words = [] {
        std::vector<std::string_view> all;
        boost::mp11::mp_for_each<Values>([&](auto value) { all.push_back(value.name); });
        return all;
    }();
    Shape shape{.kind = Kind::enumeration, .type_name = type_name};
    shape.words = words;
    shape.write = [](const void* value, Wire) {
        const auto found = std::ranges::find(values, *static_cast<const E*>(value));
        return std::string(words.at(static_cast<std::size_t>(found - values.begin())));
    };
    shape.read = [](void* value, std::string_view text, Wire wire) {
        const std::size_t index = find_word(words, text, wire);
        if (index == words.size()) return false;
        *static_cast<E*>(value) = values[index];
        return true;
    };
    return shape;
}

template <typename T>
Shape make_shape() {
    if constexpr (std::is_enum_v<T>) {
        return make_enumeration<T>(enum_name_of(static_cast<const T*>(nullptr)));
    } else {
        const TypeNames names = names_of(static_cast<const T*>(nullptr));
        if constexpr (requires { typename T::value_type; } || requires { typename T::Item; })
            return make_list<T>(names);
        else
            return make_structure<T>(names);
    }
}

}  // namespace describing

}  // namespace holdfast::api

#define HOLDFAST_SHAPE(Name)                                       \
    template <>                                                    \
    const Shape& shape_of<Name>() {                                \
        static const Shape shape = describing::make_shape<Name>(); \
        return shape;                                              \
    }

#define HOLDFAST_DESCRIBE(Name, Bases, Members, ...) \
    BOOST_DESCRIBE_STRUCT(Name, Bases, Members)      \
    inline TypeNames names_of(const Name*) {         \
        return TypeNames{__VA_ARGS__};               \
    }                                                \
    HOLDFAST_SHAPE(Name)

// A part of other types; its name in the schema is that of the struct.
#define HOLDFAST_PART(Name, Bases, Members) HOLDFAST_DESCRIBE(Name, Bases, Members, #Name, "")
// The same, exactly one of whose members is there.
#define HOLDFAST_CHOICE_PART(Name, Members) HOLDFAST_DESCRIBE(Name, (), Members, #Name, "", Style::choice)
// A document; its root element is named as the struct.
#define HOLDFAST_ROOT(Name, XsdType, Bases, Members) HOLDFAST_DESCRIBE(Name, Bases, Members, XsdType, #Name)
#define HOLDFAST_CHOICE_ROOT(Name, XsdType, Members) \
    HOLDFAST_DESCRIBE(Name, (), Members, XsdType, #Name, Style::choice)
#define HOLDFAST_OPTIONAL_CHOICE_ROOT(Name, XsdType, Members) \
    HOLDFAST_DESCRIBE(Name, (), Members, XsdType, #Name, Style::optional_choice)
// A request body whose root element may be called anything.
#define HOLDFAST_ANY_ROOT(Name, XsdType, Members) \
    HOLDFAST_DESCRIBE(Name, (), Members, XsdType, #Name, Style::sequence, {}, true)
// struct Name : List<Item>; a document (HOLDFAST_LIST) or a part, in JSON {"<plural of Item>": [...]}.
#define HOLDFAST_LIST(Name, XsdType, Item)                   \
    inline TypeNames names_of(const Name*) {                 \
        return TypeNames{XsdType, #Name, Style::list, Item}; \
    }                                                        \
    HOLDFAST_SHAPE(Name)
// struct Name : std::vector<Item>, in JSON a plain array.
#define HOLDFAST_FLAT_LIST(Name, XsdType, Item)                \
    inline TypeNames names_of(const Name*) {                   \
        return TypeNames{XsdType, "", Style::flat_list, Item}; \
    }                                                          \
    HOLDFAST_SHAPE(Name)
// enum class Name; the enumerators are the words of the wire.
#define HOLDFAST_ENUM(Name, ...)                        \
    BOOST_DESCRIBE_ENUM(Name, __VA_ARGS__)              \
    inline std::string_view enum_name_of(const Name*) { \
        return #Name "Enumeration";                     \
    }                                                   \
    HOLDFAST_SHAPE(Name)
// Stands before the line that describes the type.
#define HOLDFAST_JSON_NAMES(Name, ...)                        \
    inline std::vector<JsonName> json_names_of(const Name*) { \
        return {__VA_ARGS__};                                 \
    }
// The same of fields that not all versions have: HOLDFAST_VERSIONS(Name, {"Field", since(ApiVersion::v1_7)})
#define HOLDFAST_VERSIONS(Name, ...)                                   \
    inline std::vector<FieldVersions> field_versions_of(const Name*) { \
        return {__VA_ARGS__};                                          \
    }
