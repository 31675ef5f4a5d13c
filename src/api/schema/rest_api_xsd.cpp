#include "api/schema/rest_api_xsd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "api/description/document.hpp"
#include "api/types/all_roots.hpp"
#include "base/error.hpp"

namespace holdfast::api {
namespace {

bool is_built_in(const Shape& shape) {
    return shape.type_name.starts_with("xs:");
}

bool is_choice(const Shape& shape) {
    return shape.style == Style::choice || shape.style == Style::optional_choice;
}

class SchemaWriter {
  public:
    std::string write(const std::vector<const Shape*>& roots) {
        out_ = fmt::format(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns=\"{0}\"\n"
            "           targetNamespace=\"{0}\" elementFormDefault=\"qualified\">\n",
            xml_namespace);
        for (const Shape* root : roots)
            line(1, fmt::format("<xs:element name=\"{}\" type=\"{}\"/>", root->root, root->type_name));
        for (const Shape* root : roots) type(*root);
        out_ += "</xs:schema>\n";
        return std::move(out_);
    }

  private:
    void line(int depth, std::string_view text) {
        out_.append(static_cast<std::size_t>(depth) * 2, ' ');
        out_ += text;
        out_ += '\n';
    }

    // Each type once, what it needs behind it; two shapes of one name would be a schema that nobody can use.
    void type(const Shape& shape) {
        if (is_built_in(shape)) return;
        const auto [known, is_new] = written_.emplace(shape.type_name, &shape);
        if (!is_new) {
            if (known->second == &shape) return;
            throw Error(ErrorKind::internal,
                        fmt::format("Two API types are both called {} in the schema", shape.type_name));
        }
        if (shape.kind == Kind::enumeration)
            enumeration(shape);
        else
            structure(shape);
        if (shape.base != nullptr) type(*shape.base);
        for (const Field& field : shape.fields) type(field.shape());
    }

    void enumeration(const Shape& shape) {
        line(1, fmt::format("<xs:simpleType name=\"{}\">", shape.type_name));
        line(2, "<xs:restriction base=\"xs:string\">");
        for (std::string_view word : shape.words)
            line(3, fmt::format("<xs:enumeration value=\"{}\"/>", word));
        line(2, "</xs:restriction>");
        line(1, "</xs:simpleType>");
    }

    void structure(const Shape& shape) {
        line(1, fmt::format("<xs:complexType name=\"{}\">", shape.type_name));
        const auto text = std::ranges::find(shape.fields, Role::inner_text, &Field::role);
        if (text != shape.fields.end()) {
            line(2, "<xs:simpleContent>");
            line(3, fmt::format("<xs:extension base=\"{}\">", text->shape().type_name));
            attributes(shape, 4);
            line(3, "</xs:extension>");
            line(2, "</xs:simpleContent>");
        } else if (shape.base != nullptr) {
            line(2, "<xs:complexContent>");
            line(3, fmt::format("<xs:extension base=\"{}\">", shape.base->type_name));
            content(shape, 4);
            line(3, "</xs:extension>");
            line(2, "</xs:complexContent>");
        } else {
            content(shape, 2);
        }
        line(1, "</xs:complexType>");
    }

    static bool is_own(const Field& field, Role role) { return field.level == 0 && field.role == role; }

    void content(const Shape& shape, int depth) {
        elements(shape, depth);
        attributes(shape, depth);
    }

    void elements(const Shape& shape, int depth) {
        const auto own = [](const Field& field) { return is_own(field, Role::element); };
        if (std::ranges::none_of(shape.fields, own)) return;
        const std::string_view group = is_choice(shape) ? "choice" : "sequence";
        line(depth, fmt::format("<xs:{}{}>", group,
                                shape.style == Style::optional_choice ? " minOccurs=\"0\"" : ""));
        for (const Field& field : shape.fields)
            if (own(field)) element(shape, field, depth + 1);
        line(depth, fmt::format("</xs:{}>", group));
    }

    void element(const Shape& owner, const Field& field, int depth) {
        // An alternative of a choice is there when it is chosen.
        std::string occurrence =
            field.occurrence == Occurrence::optional && !is_choice(owner) ? " minOccurs=\"0\"" : "";
        if (field.occurrence == Occurrence::repeated) occurrence = " minOccurs=\"0\" maxOccurs=\"unbounded\"";
        declaration(fmt::format("xs:element name=\"{}\"{}", field.name, occurrence), "xs:element",
                    field.shape(), depth);
    }

    void attributes(const Shape& shape, int depth) {
        for (const Field& field : shape.fields) {
            if (!is_own(field, Role::attribute)) continue;
            const std::string_view use = field.occurrence == Occurrence::required ? " use=\"required\"" : "";
            declaration(fmt::format("xs:attribute name=\"{}\"{}", field.name, use), "xs:attribute",
                        field.shape(), depth);
        }
    }

    // With a type by name, or with its limits within.
    void declaration(const std::string& open, std::string_view close, const Shape& shape, int depth) {
        if (!shape.length_in_schema && !shape.range_in_schema)
            return line(depth, fmt::format("<{} type=\"{}\"/>", open, shape.type_name));
        line(depth, fmt::format("<{}>", open));
        line(depth + 1, "<xs:simpleType>");
        line(depth + 2, fmt::format("<xs:restriction base=\"{}\">", shape.type_name));
        if (shape.length_in_schema) {
            line(depth + 3, fmt::format("<xs:minLength value=\"{}\"/>", shape.min_length));
            line(depth + 3, fmt::format("<xs:maxLength value=\"{}\"/>", shape.max_length));
        } else {
            line(depth + 3, fmt::format("<xs:minInclusive value=\"{}\"/>", shape.minimum));
            line(depth + 3, fmt::format("<xs:maxInclusive value=\"{}\"/>", shape.maximum));
        }
        line(depth + 2, "</xs:restriction>");
        line(depth + 1, "</xs:simpleType>");
        line(depth, fmt::format("</{}>", close));
    }

    std::string out_;
    std::map<std::string_view, const Shape*> written_;
};

}  // namespace

std::string rest_api_xsd() {
    return SchemaWriter().write(all_roots());
}

}  // namespace holdfast::api
