#include <fmt/format.h>

#include "api/description/characters.hpp"
#include "api/description/document.hpp"
#include "base/error.hpp"

namespace holdfast::api {
namespace {

constexpr std::string_view root_namespaces =
    " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

class XmlWriter {
  public:
    std::string document(const Shape& shape, const void* object) {
        out_ = R"(<?xml version="1.0" encoding="utf-8"?>)";
        structure(shape, shape.root, object, Place::root);
        return std::move(out_);
    }

  private:
    enum class Place { root, inside };

    void escaped(std::string_view text, Role role) {
        while (!text.empty()) {
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

    template <typename Visit>
    static void each_value(const Shape& shape, const void* object, Role role, Visit&& visit) {
        for (const Field& field : shape.fields) {
            if (field.role != role) continue;
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

    void structure(const Shape& shape, std::string_view name, const void* object, Place place) {
        check_choice(shape, object);
        out_ += '<';
        out_ += name;
        if (place == Place::root) {
            out_ += root_namespaces;
            out_ += " xmlns=\"";
            out_ += xml_namespace;
            out_ += '"';
        }
        each_value(shape, object, Role::attribute, [&](const Field& field, const void* value) {
            out_ += ' ';
            out_ += field.name;
            out_ += "=\"";
            escaped(field.shape().write(value, Wire::xml), Role::attribute);
            out_ += '"';
        });
        out_ += '>';
        const std::size_t content = out_.size();
        each_value(shape, object, Role::inner_text, [&](const Field& field, const void* value) {
            escaped(field.shape().write(value, Wire::xml), Role::inner_text);
        });
        each_value(shape, object, Role::element,
                   [&](const Field& field, const void* value) { element(field, value); });
        close(name, content);
    }

    void element(const Field& field, const void* value) {
        const Shape& shape = field.shape();
        if (shape.kind == Kind::structure) return structure(shape, field.name, value, Place::inside);
        out_ += '<';
        out_ += field.name;
        out_ += '>';
        const std::size_t content = out_.size();
        escaped(shape.write(value, Wire::xml), Role::element);
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

    std::string out_;
};

}  // namespace

std::string write_xml(const Shape& shape, const void* object) {
    return XmlWriter().document(shape, object);
}

}  // namespace holdfast::api
