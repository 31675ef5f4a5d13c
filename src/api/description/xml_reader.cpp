#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>

#include "api/description/document.hpp"
#include "api/description/value_reader.hpp"
#include "api/description/xml_scan.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

constexpr std::string_view instance_namespace = "http://www.w3.org/2001/XMLSchema-instance";

struct QualifiedName {
    std::string_view prefix;
    std::string_view local;
};

QualifiedName split(std::string_view name) {
    const auto colon = name.find(':');
    if (colon == std::string_view::npos) return {{}, name};
    return {name.substr(0, colon), name.substr(colon + 1)};
}

// The namespace that a prefix stands for at this element; empty: none. Depth and attributes are bounded by
// the scan.
std::string_view resolve(pugi::xml_node node, std::string_view prefix) {
    const std::string declaration = prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix);
    for (; node; node = node.parent())
        if (auto attribute = node.attribute(declaration.c_str())) return attribute.value();
    if (!prefix.empty())
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The namespace prefix {} is not declared", shown(prefix)));
    return {};
}

std::string_view local_name(pugi::xml_node node) {
    const QualifiedName name = split(node.name());
    const std::string_view space = resolve(node, name.prefix);
    if (!space.empty() && space != xml_namespace)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The element {} is in the namespace {}; it must be in {}", shown(name.local),
                                shown(space), xml_namespace));
    return name.local;
}

bool is_text(pugi::xml_node node) {
    return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

std::string text_of(pugi::xml_node node, std::string_view name) {
    std::string text;
    for (pugi::xml_node child : node.children()) {
        if (!is_text(child))
            throw Error(ErrorKind::invalid_input,
                        fmt::format("The element {} must hold text, but holds the element {}", shown(name),
                                    shown(child.name())));
        text += child.value();
    }
    return text;
}

// Attributes of XML Schema and declarations of namespaces belong to no type.
bool is_foreign(pugi::xml_node node, std::string_view attribute) {
    const QualifiedName name = split(attribute);
    if (attribute == "xmlns" || name.prefix == "xmlns") return true;
    return !name.prefix.empty() && resolve(node, name.prefix) == instance_namespace;
}

bool is_nil(pugi::xml_node node) {
    for (pugi::xml_attribute attribute : node.attributes()) {
        const QualifiedName name = split(attribute.name());
        if (name.local != "nil" || name.prefix.empty() || name.prefix == "xmlns") continue;
        const std::string_view value = attribute.value();
        if (resolve(node, name.prefix) == instance_namespace) return value == "true" || value == "1";
    }
    return false;
}

class StructureReader {
  public:
    StructureReader(const Shape& shape, void* object, pugi::xml_node node)
        : shape_(shape),
          object_(object),
          node_(node),
          name_(split(node.name()).local),
          given_(shape.fields.size()) {}

    void read() {
        for (pugi::xml_attribute attribute : node_.attributes()) read_attribute(attribute);
        if (Field const* text = inner_text()) {
            read_value(text->shape(), slot(*text), text_of(node_, name_),
                       {Wire::xml, Role::element, name_, {}});
        } else {
            for (pugi::xml_node child : node_.children()) read_child(child);
        }
        check_complete(shape_, given_, name_, Wire::xml);
    }

  private:
    std::size_t index_of(const Field& field) const {
        return static_cast<std::size_t>(&field - shape_.fields.data());
    }

    void* slot(const Field& field) {
        given_[index_of(field)] = true;
        return field.access.add(member_of(shape_, field, object_));
    }

    const Field* find(Role role, std::string_view name) const {
        const auto found = std::ranges::find_if(
            shape_.fields, [&](const Field& field) { return field.role == role && field.name == name; });
        return found == shape_.fields.end() ? nullptr : &*found;
    }

    const Field* inner_text() const {
        const auto found = std::ranges::find(shape_.fields, Role::inner_text, &Field::role);
        return found == shape_.fields.end() ? nullptr : &*found;
    }

    void read_attribute(pugi::xml_attribute attribute) {
        if (is_foreign(node_, attribute.name())) return;
        const Field* field = find(Role::attribute, attribute.name());
        if (field == nullptr)
            throw Error(ErrorKind::invalid_input,
                        fmt::format("{} has no attribute {}{}", shown(name_), shown(attribute.name()),
                                    known(Role::attribute)));
        if (given_[index_of(*field)])
            throw Error(ErrorKind::invalid_input,
                        fmt::format("The attribute {} of {} is given twice", field->name, shown(name_)));
        read_value(field->shape(), slot(*field), attribute.value(),
                   {Wire::xml, Role::attribute, field->name, name_});
    }

    void read_child(pugi::xml_node child) {
        if (is_text(child)) {
            if (trimmed(child.value()).empty()) return;
            throw Error(ErrorKind::invalid_input,
                        fmt::format("{} must hold elements, but holds text", shown(name_)));
        }
        const std::string_view name = local_name(child);
        const Field* field = find(Role::element, name);
        if (field == nullptr)
            throw Error(ErrorKind::invalid_input, fmt::format("{} has no element {}{}", shown(name_),
                                                              shown(name), known(Role::element)));
        check_order(*field);
        if (field->occurrence == Occurrence::optional && is_nil(child)) return;
        const Shape& shape = field->shape();
        void* value = slot(*field);
        if (shape.kind == Kind::structure) return StructureReader(shape, value, child).read();
        for (pugi::xml_attribute attribute : child.attributes())
            if (!is_foreign(child, attribute.name()))
                throw Error(ErrorKind::invalid_input,
                            fmt::format("{} has no attribute {}", name, shown(attribute.name())));
        read_value(shape, value, text_of(child, name), {Wire::xml, Role::element, name, name_});
    }

    // The schema is a sequence: a field never comes before one that was read already, and twice only if it
    // repeats.
    void check_order(const Field& field) {
        const std::size_t index = index_of(field);
        if (given_[index] && field.occurrence != Occurrence::repeated)
            throw Error(ErrorKind::invalid_input,
                        fmt::format("The element {} of {} is given twice", field.name, shown(name_)));
        const bool sequence = shape_.style != Style::choice && shape_.style != Style::optional_choice;
        if (sequence && index < last_)
            throw Error(ErrorKind::invalid_input,
                        fmt::format("The element {} of {} must stand before {}", field.name, shown(name_),
                                    shape_.fields[last_].name));
        last_ = index;
    }

    // "; it may have A, B and C"
    std::string known(Role role) const {
        std::string names;
        for (const Field& field : shape_.fields)
            if (field.role == role) names += (names.empty() ? "" : ", ") + std::string(field.name);
        return names.empty() ? "" : "; it may have " + names;
    }

    const Shape& shape_;
    void* object_;
    pugi::xml_node node_;
    std::string_view name_;
    std::vector<bool> given_;
    std::size_t last_ = 0;
};

}  // namespace

void read_xml(const Shape& shape, void* object, std::string_view body, const BodyLimits& limits) {
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    body = trimmed(body);
    if (body.empty())
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The request has no body; expected {}", spoken_name(shape)));
    scan_xml(body, limits);
    pugi::xml_document document;
    constexpr unsigned how = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol |
                             pugi::parse_wconv_attribute | pugi::parse_ws_pcdata | pugi::parse_fragment;
    const auto parsed = document.load_buffer(body.data(), body.size(), how, pugi::encoding_utf8);
    if (!parsed)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The request body is not well-formed XML: {} at byte {}",
                                parsed.description(), parsed.offset));
    pugi::xml_node root;
    for (pugi::xml_node child : document.children()) {
        if (is_text(child) && trimmed(child.value()).empty()) continue;
        if (is_text(child) || root)
            throw Error(ErrorKind::invalid_input,
                        "The request body must have one root element and nothing beside it");
        root = child;
    }
    if (!root) throw Error(ErrorKind::invalid_input, "The request body has no root element");
    const std::string_view name = local_name(root);
    if (name != shape.root && !shape.any_root)
        throw Error(
            ErrorKind::invalid_input,
            fmt::format("The root element of the request is {}; it must be {}", shown(name), shape.root));
    StructureReader(shape, object, root).read();
}

}  // namespace holdfast::api
