// The description of an API type as data: what the writers, the readers and the schema walk over. One Shape a
// C++ type, made once from its Boost.Describe description (describe.hpp), alive until the program ends, safe
// for all threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/description/version.hpp"

namespace holdfast::api {

struct Shape;

enum class Kind { structure, text, boolean, integer, real, time, time_of_day, enumeration };
enum class Role { element, attribute, inner_text };
enum class Occurrence { required, optional, repeated };
enum class Style {
    sequence,         // every field, in order
    choice,           // exactly one of the fields
    optional_choice,  // one of the fields, or none
    list,             // a repeated element; in JSON {"Jobs": [...]}, without PagingInfo
    flat_list,        // a repeated element; in JSON a plain array
};
// The two forms of the wire. XML is read to the letter; JSON in any letter case, with numbers and booleans in
// quotes or not.
enum class Wire { xml, json };

// How the values of a member are reached, whatever it is: T, std::optional<T> or std::vector<T>.
struct Access {
    const void* (*member)(const void* owner);
    std::size_t (*count)(const void* member);
    const void* (*at)(const void* member, std::size_t index);
    void* (*add)(
        void* member);  // makes room for one more value and returns it; a required one is already there
};

struct Field {
    std::string_view name;               // in XML
    std::string json_name;               // as written in JSON
    std::string_view also_read_in_json;  // another spelling that clients send; empty: none
    Role role = Role::element;
    Occurrence occurrence = Occurrence::required;
    const Shape& (*shape)() = nullptr;  // a function, so that types may contain themselves
    Access access;
    int level = 0;  // 0: declared by the type itself, 1: by its base, ...
    bool in_json = true;
    VersionRange versions{};  // that have it; where not all do, it is optional
};

struct Shape {
    Kind kind = Kind::structure;
    std::string_view type_name;  // in the schema: "JobEntityType", "xs:string"
    std::string_view root;       // the element it is as a document; empty: only a part of others
    bool any_root = false;       // as a request body it may have any root element

    // structure
    Style style = Style::sequence;
    std::shared_ptr<void> (*make)() = nullptr;  // a new object of the type, with its defaults
    const Shape* base = nullptr;
    const void* (*to_base)(const void* object) = nullptr;
    std::vector<Field> fields;            // those of the base first: the order of XML
    std::vector<std::size_t> json_order;  // indexes of `fields`: own ones first, then those of the base

    // everything else
    std::vector<std::string_view> words;  // enumeration
    std::size_t min_length = 0;           // text, in characters
    std::size_t max_length = 65'536;
    bool length_in_schema = false;
    std::int64_t minimum = std::numeric_limits<std::int64_t>::min();  // integer
    std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
    bool range_in_schema = false;
    std::string (*write)(const void* value, Wire wire) = nullptr;  // the value of a text is a std::string
    // False when the text is not of this kind; limits of length are the caller's to check.
    bool (*read)(void* value, std::string_view text, Wire wire) = nullptr;
};

// The description of T. Defined by the type's one macro line (describe.hpp) in one .cpp file; everywhere else
// this declaration is all there is, so that nobody compiles a description twice.
template <typename T>
const Shape& shape_of();

// The member of `object` (which has this shape) that the field describes.
const void* member_of(const Shape& shape, const Field& field, const void* object);
void* member_of(const Shape& shape, const Field& field, void* object);

// How many values the field has there: 0 or 1, or any number where it repeats.
std::size_t count_of(const Shape& shape, const Field& field, const void* object);

// "a whole number from 1 to 60", "one of Backup, Replica": what a value of this shape must be.
std::string expectation(const Shape& shape);

// The name by which a message calls the type: its root element, or its name in the schema.
std::string_view spoken_name(const Shape& shape);

// The JSON member of a repeated element: Job -> Jobs, Repository -> Repositories, FileEntry -> FileEntries;
// Days stays Days.
std::string plural(std::string_view name);

}  // namespace holdfast::api
