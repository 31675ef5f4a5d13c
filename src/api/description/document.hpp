// Resources to text and text to resources. Everything here is safe for all threads.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "api/description/shape.hpp"

namespace holdfast::api {

inline constexpr std::string_view xml_namespace = "http://www.veeam.com/ent/v1.0";

// What a body may be at most; more is refused with too_large before it costs memory.
struct BodyLimits {
    std::size_t bytes = std::size_t{4} << 20;
    std::size_t depth = 64;          // elements or objects within each other
    std::size_t elements = 100'000;  // or values of JSON
    std::size_t attributes = 32;     // of one XML element
};

// Version 13 of the product writes JSON members in camel case; most clients read the other only.
enum class JsonCase { pascal, camel };

// How a document is written: in which version of the API, and what concerns JSON only.
struct WireForm {
    WireForm(JsonCase case_of_names = JsonCase::pascal, ApiVersion of_version = newest_version)
        : names(case_of_names), version(of_version) {}
    // A member without a value is null; up to version 1.4 it was left out.
    bool has_nulls() const { return version >= ApiVersion::v1_5; }

    JsonCase names;
    ApiVersion version;
};

// A list may be written in parts, one text after the other: its beginning with the first items, any number of
// middles with more, at least one each, and its end, which has none.
enum class Part { whole, beginning, middle, end };

// A whole document with its declaration and namespaces, or a part of it. Text that XML or JSON cannot hold
// (control characters, broken UTF-8) is written as U+FFFD. Throws internal where a choice is not exactly one.
std::string write_xml(const Shape& shape, const void* object, Part part = Part::whole,
                      ApiVersion version = newest_version);
std::string write_json(const Shape& shape, const void* object, WireForm form = {}, Part part = Part::whole);

// Reads into a fresh `object`. Throws invalid_input that names the element, what is wrong with it and what
// was expected; too_large beyond the limits.
void read_xml(const Shape& shape, void* object, std::string_view body, const BodyLimits& limits = {});
void read_json(const Shape& shape, void* object, std::string_view body, const BodyLimits& limits = {});

template <typename T>
std::string to_xml(const T& root) {
    return write_xml(shape_of<T>(), &root);
}

template <typename T>
std::string to_json(const T& root, WireForm form = {}) {
    return write_json(shape_of<T>(), &root, form);
}

template <typename T>
T from_xml(std::string_view body) {
    T root{};
    read_xml(shape_of<T>(), &root, body);
    return root;
}

template <typename T>
T from_json(std::string_view body) {
    T root{};
    read_json(shape_of<T>(), &root, body);
    return root;
}

// Any resource, for code that only has to send it. Cheap to copy; never changes.
class Document {
  public:
    template <typename T>
    explicit Document(T root) : shape_(&shape_of<T>()), root_(std::make_shared<const T>(std::move(root))) {}

    std::string to_xml(Part part = Part::whole, ApiVersion version = newest_version) const {
        return write_xml(*shape_, root_.get(), part, version);
    }
    std::string to_json(WireForm form = {}, Part part = Part::whole) const {
        return write_json(*shape_, root_.get(), form, part);
    }
    const Shape& shape() const { return *shape_; }

  private:
    const Shape* shape_;
    std::shared_ptr<const void> root_;
};

template <typename T>
Document make_document(T root) {
    return Document(std::move(root));
}

}  // namespace holdfast::api
