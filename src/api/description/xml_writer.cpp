#include <fmt/format.h>

#include "api/description/characters.hpp"
#include "api/description/document.hpp"
#include "base/error.hpp"

namespace holdfast::api {
namespace {

constexpr std::string_view declaration = R"(<?xml version="1.0" encoding="utf-8"?>)";
constexpr std::string_view root_namespaces =
    " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

class XmlWriter {
  public:
    explicit XmlWriter(ApiVersion version) : version_(version) {}

    std::string document(const Shape& shape, const void* object) {
        out_ = declaration;
        structure(shape, shape.root, object, Place::root);
        return std::move(out_);
    }

    std::string part_of_list(const Shape& shape, const void* object, Part part) {
        if (part == Part::beginning) {
            out_ = declaration;
            open(shape.root, Place::root);
            out_ += '>';
        }
        if (part == Part::end)
            out_ += fmt::format("</{}>", shape.root);
        else
            elements(shape, object);
        return std::move(out_);
    }

  private:
    enum class Place { root, inside };

    void escaped(std::string_view text, Role role) {
        while (!text.empty()) {
            if (const std::size_t plain = count_plain(text); plain > 0) {
                out_ += text.substr(0, plain);
                text.remove_prefix(plain);
                continue;
            }
            const Character character = first_character(text);
            switch (character.code) {
                case '&':
                    out_ += "&amp;";
                    break;
                case '<':
                    out_ += "&lt;";
                    break;
                case '>':
                    out_ += "&gt;";
                    break;
                case '\r':
                    out_ += "&#13;";
                    break;
                // A reader would make blanks of these in an attribute.
                case '"':
                    out_ += role == Role::attribute ? "&quot;" : "\"";
                    break;
                case '\n':
                    out_ += role == Role::attribute ? "&#10;" : "\n";
                    break;
                case '\t':
                    out_ += role == Role::attribute ? "&#9;" : "\t";
                    break;
                default:
                    if (character.valid && allowed_in_xml(character.code))
                        out_ += text.substr(0, character.bytes);
                    else
                        out_ += "\xEF\xBF\xBD";
            }
            text.remove_prefix(character.bytes);
        }
    }

    void written(const Shape& shape, const void* value, Role role) {
        if (shape.kind == Kind::text)
            escaped(*static_cast<const std::string*>(value), role);
        else
            escaped(shape.write(value, Wire::xml), role);
    }

    template <typename Visit>
    void each_value(const Shape& shape, const void* object, Role role, Visit&& visit) const {
        for (const Field& field : shape.fields) {
            if (field.role != role || !field.versions.contains(version_)) continue;
            const void* member = member_of(shape, field, object);
            const std::size_t count = field.access.count(member);
            for (std::size_t index = 0; index < count; ++index) visit(field, field.access.at(member, index));
        }
    }

    static void check_choice(const Shape& shape, const void* object) {
        if (shape.style != Style::choice && shape.style != Style::optional_choice) return;
        std::size_t chosen = 0;
        for (const Field& field : shape.fields) chosen += count_of(shape, field, object) != 0;
        if (chosen == 1 || (chosen == 0 && shape.style == Style::optional_choice)) return;
        throw Error(ErrorKind::internal,
                    fmt::format("A {} was to be written with {} of its alternatives instead of one",
                                spoken_name(shape), chosen));
    }

    void open(std::string_view name, Place place) {
        out_ += '<';
        out_ += name;
        if (place == Place::root) {
            out_ += root_namespaces;
            out_ += " xmlns=\"";
            out_ += xml_namespace;
            out_ += '"';
        }
    }

    void elements(const Shape& shape, const void* object) {
        each_value(shape, object, Role::element,
                   [&](const Field& field, const void* value) { element(field, value); });
    }

    void structure(const Shape& shape, std::string_view name, const void* object, Place place) {
        check_choice(shape, object);
        open(name, place);
        each_value(shape, object, Role::attribute, [&](const Field& field, const void* value) {
            out_ += ' ';
            out_ += field.name;
            out_ += "=\"";
            written(field.shape(), value, Role::attribute);
            out_ += '"';
        });
        out_ += '>';
        const std::size_t content = out_.size();
        each_value(shape, object, Role::inner_text, [&](const Field& field, const void* value) {
            written(field.shape(), value, Role::inner_text);
        });
        elements(shape, object);
        close(name, content);
    }

    void element(const Field& field, const void* value) {
        const Shape& shape = field.shape();
        if (shape.kind == Kind::structure) return structure(shape, field.name, value, Place::inside);
        out_ += '<';
        out_ += field.name;
        out_ += '>';
        const std::size_t content = out_.size();
        written(shape, value, Role::element);
        close(field.name, content);
    }

    // An element that got no content since `content` becomes <Name/>.
    void close(std::string_view name, std::size_t content) {
        if (out_.size() == content) {
            out_.back() = '/';
            out_ += '>';
            return;
        }
        out_ += "</";
        out_ += name;
        out_ += '>';
    }

    ApiVersion version_;
    std::string out_;
};

}  // namespace

std::string write_xml(const Shape& shape, const void* object, Part part, ApiVersion version) {
    if (part == Part::whole) return XmlWriter(version).document(shape, object);
    return XmlWriter(version).part_of_list(shape, object, part);
}

}  // namespace holdfast::api
