#include "repository/json_fields.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::repository {
namespace json = boost::json;
namespace {

const json::object& object_of(const json::value& value, std::string_view subject) {
    if (const auto* object = value.if_object()) return *object;
    throw Error(ErrorKind::corrupt, std::string(subject) + " is damaged: a JSON object was expected");
}

}  // namespace

LimitedMemory::LimitedMemory(std::size_t text_size, std::string_view subject)
    : left_(std::min<std::size_t>(std::size_t(2) << 30, (1 << 20) + 16 * text_size)), subject_(subject) {}

void* LimitedMemory::do_allocate(std::size_t size, std::size_t alignment) {
    if (size > left_)
        throw Error(ErrorKind::too_large,
                    std::string(subject_) + " is damaged: it would take far more memory than its size");
    void* bytes = ::operator new(size, std::align_val_t(alignment));
    left_ -= size;
    return bytes;
}

void LimitedMemory::do_deallocate(void* bytes, std::size_t size, std::size_t alignment) {
    // Not by size: monotonic_resource leaves its own header out of it.
    ::operator delete(bytes, std::align_val_t(alignment));
    left_ += size;
}

JsonDocument::JsonDocument(ByteView text, std::string_view subject)
    : subject_(subject), limit_(text.size(), subject_), value_(parse(text)) {}

// Its value goes where it shall stay: assigned to a value of other memory it would be copied.
json::value JsonDocument::parse(ByteView text) {
    json::parser parser(&limit_);
    parser.reset(&memory_);
    json::error_code error;
    parser.write(json::string_view(as_text(text)), error);
    if (error)
        throw Error(ErrorKind::corrupt,
                    subject_ + " is damaged: it is not valid JSON (" + error.message() + ")");
    return parser.release();
}

const json::object& JsonDocument::object() const {
    return object_of(value_, subject_);
}

JsonFields::JsonFields(const json::value& value, std::string_view subject)
    : object_(object_of(value, subject)), subject_(subject) {}

const json::value* JsonFields::find(std::string_view name) const {
    const auto* value = object_.if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

const json::value& JsonFields::required(std::string_view name) const {
    const auto* value = find(name);
    if (value == nullptr) wrong(name, "is missing");
    return *value;
}

std::string_view JsonFields::string(std::string_view name) const {
    const auto* text = required(name).if_string();
    if (text == nullptr) wrong(name, "is not a string");
    return {text->data(), text->size()};
}

std::string_view JsonFields::string_or_empty(std::string_view name) const {
    return find(name) == nullptr ? std::string_view() : string(name);
}

std::uint64_t JsonFields::number(std::string_view name) const {
    const auto& value = required(name);
    if (const auto* number = value.if_uint64()) return *number;
    const auto* number = value.if_int64();
    if (number == nullptr || *number < 0) wrong(name, "is not a whole number");
    return static_cast<std::uint64_t>(*number);
}

std::uint64_t JsonFields::number_or_zero(std::string_view name) const {
    return find(name) == nullptr ? 0 : number(name);
}

bool JsonFields::boolean_or_false(std::string_view name) const {
    const auto* value = find(name);
    if (value == nullptr) return false;
    if (!value->is_bool()) wrong(name, "is neither true nor false");
    return value->get_bool();
}

const json::array* JsonFields::array(std::string_view name) const {
    const auto* value = find(name);
    if (value == nullptr) return nullptr;
    if (!value->is_array()) wrong(name, "is not a list");
    return &value->get_array();
}

Bytes JsonFields::base64(std::string_view name) const {
    auto bytes = from_base64(string(name));
    if (!bytes) wrong(name, "is not base64");
    return std::move(*bytes);
}

void JsonFields::wrong(std::string_view name, std::string_view how) const {
    throw Error(ErrorKind::corrupt, std::string(subject_) + " is damaged: its field \"" + std::string(name) +
                                        "\" " + std::string(how));
}

}  // namespace holdfast::repository
