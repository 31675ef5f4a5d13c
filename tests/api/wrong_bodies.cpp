#include "api/wrong_bodies.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>
#include <pugixml.hpp>
#include <set>
#include <sstream>

#include "api/description/document.hpp"
#include "api/types/filling.hpp"

namespace holdfast::api {
namespace {

bool holds_text(const Shape& shape) {
    return std::ranges::any_of(shape.fields,
                               [](const Field& field) { return field.role == Role::inner_text; });
}

bool is_list(const Shape& shape) {
    return shape.style == Style::list || shape.style == Style::flat_list;
}

// Each type once, which may contain itself.
class WrongTypes {
  public:
    explicit WrongTypes(Wire wire) : wire_(wire) {}

    // The body is `before`, the value of the structure's members, and `behind`.
    void walk(const Shape& shape, const std::string& before, const std::string& behind) {
        if (!seen_.insert(&shape).second) return;
        for (const Field& field : shape.fields) {
            if (field.role == Role::inner_text || (wire_ == Wire::json && !field.in_json)) continue;
            wire_ == Wire::json ? visit_json(field, before, behind) : visit_xml(field, before, behind);
        }
    }
    std::vector<WrongBody> take() { return std::move(bodies_); }

  private:
    void visit_json(const Field& field, const std::string& before, const std::string& behind) {
        const Shape& shape = field.shape();
        const bool repeats = field.occurrence == Occurrence::repeated;
        const auto add = [&](std::string_view value) {
            bodies_.push_back({fmt::format("{}\"{}\":{}{}", before, field.json_name, value, behind),
                               shape.kind == Kind::structure ? std::string(field.name) : field.json_name});
        };
        switch (shape.kind) {
            case Kind::structure:
                add(repeats || is_list(shape) ? "5" : "[5]");
                add("true");
                return walk(shape, fmt::format("{}\"{}\":{}", before, field.json_name, repeats ? "[{" : "{"),
                            (repeats ? "}]" : "}") + behind);
            case Kind::text:
                add("5");
                break;
            case Kind::enumeration:
            case Kind::time:
            case Kind::time_of_day:
                add("5");
                add("\"no such word\"");
                break;
            case Kind::boolean:
            case Kind::integer:
            case Kind::real:
                add("\"seven\"");
                break;
        }
        add(repeats ? "[[5]]" : "[5]");
        add("{\"a\":5}");
    }

    void visit_xml(const Field& field, const std::string& before, const std::string& behind) {
        const Shape& shape = field.shape();
        const auto add = [&](std::string_view value) {
            const bool is_attribute = field.role == Role::attribute;
            // `before` ends with the opening tag of the element that has the attribute.
            bodies_.push_back(
                {is_attribute ? fmt::format("{} {}=\"{}\">{}", before.substr(0, before.size() - 1),
                                            field.name, value, behind)
                              : fmt::format("{}<{}>{}</{}>{}", before, field.name, value, field.name, behind),
                 std::string(field.name)});
        };
        if (shape.kind == Kind::structure) {
            if (!holds_text(shape)) add("text");
            walk(shape, fmt::format("{}<{}>", before, field.name),
                 fmt::format("</{}>{}", field.name, behind));
        } else if (shape.kind == Kind::text) {
            if (field.role == Role::element) add("<NoText/>");
        } else {
            add("no such value");
        }
    }

    Wire wire_;
    std::set<const Shape*> seen_;
    std::vector<WrongBody> bodies_;
};

// The names of an element's children, each once.
std::vector<std::string> names_within(pugi::xml_node node) {
    std::vector<std::string> names;
    for (const pugi::xml_node child : node.children())
        if (child.type() == pugi::node_element && std::ranges::find(names, child.name()) == names.end())
            names.emplace_back(child.name());
    return names;
}

class OutOfOrder {
  public:
    void walk(const pugi::xml_document& document, pugi::xml_node node) {
        const auto names = names_within(node);
        if (names.size() >= 2 &&
            seen_.insert(fmt::format("{} {}", node.name(), fmt::join(names, " "))).second)
            swap(document, node, names);
        for (const pugi::xml_node child : node.children()) walk(document, child);
    }
    std::vector<WrongBody> take() { return std::move(bodies_); }

  private:
    void swap(const pugi::xml_document& document, pugi::xml_node node,
              const std::vector<std::string>& names) {
        pugi::xml_document copy;
        copy.reset(document);
        pugi::xml_node parent = copy.first_element_by_path(node.path().c_str());
        // Paths name the first of their elements only: of each kind that is enough.
        parent.prepend_move(parent.child(names.back().c_str()));
        std::ostringstream text;
        copy.save(text, "", pugi::format_raw);
        bodies_.push_back({text.str(), fmt::format("The element {} of {} must stand before {}", names.front(),
                                                   node.name(), names.back())});
    }

    std::set<std::string> seen_;
    std::vector<WrongBody> bodies_;
};

}  // namespace

std::vector<WrongBody> with_wrong_types(const Shape& root, Wire wire) {
    WrongTypes bodies(wire);
    if (wire == Wire::json)
        bodies.walk(root, "{", "}");
    else
        bodies.walk(root, fmt::format("<{}>", root.root), fmt::format("</{}>", root.root));
    return bodies.take();
}

std::vector<WrongBody> without_required(const Shape& root, Wire wire) {
    FewestValues fewest(0);
    const auto whole = make_filled(root, fewest);
    std::vector<WrongBody> bodies;
    for (const Field& field : root.fields) {
        if (field.occurrence != Occurrence::required) continue;
        if (wire == Wire::json) {
            auto object = boost::json::parse(write_json(root, whole.get())).as_object();
            object.erase(field.json_name);
            bodies.push_back({boost::json::serialize(object), field.json_name});
            continue;
        }
        pugi::xml_document document;
        document.load_string(write_xml(root, whole.get()).c_str());
        auto element = document.document_element();
        const std::string name(field.name);
        if (!element.remove_child(name.c_str())) element.remove_attribute(name.c_str());
        std::ostringstream text;
        document.save(text, "", pugi::format_raw);
        bodies.push_back({text.str(), name});
    }
    return bodies;
}

std::vector<WrongBody> out_of_order(const Shape& root) {
    OutOfOrder bodies;
    for (std::size_t alternative = 0; alternative < alternatives_within(root); ++alternative) {
        AllValues all(alternative);
        pugi::xml_document document;
        document.load_string(write_xml(root, make_filled(root, all).get()).c_str());
        bodies.walk(document, document.document_element());
    }
    return bodies.take();
}

}  // namespace holdfast::api
