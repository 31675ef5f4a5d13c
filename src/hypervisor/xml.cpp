#include "hypervisor/xml.hpp"

#include <fmt/format.h>

#include <sstream>

#include "base/error.hpp"

namespace holdfast::hypervisor {
namespace {

constexpr std::size_t largest_text = 4 << 20;
constexpr int deepest_nesting = 100;  // pugixml removes nodes by recursion

struct DepthCheck : pugi::xml_tree_walker {
    bool for_each(pugi::xml_node&) override { return depth() <= deepest_nesting; }
};

}  // namespace

pugi::xml_document parse_xml(std::string_view text, const char* root) {
    if (text.size() > largest_text)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The XML of a {} is larger than {} bytes", root, largest_text));
    pugi::xml_document document;
    auto result = document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!result)
        throw Error(ErrorKind::invalid_input, fmt::format("This is no XML of a {}: {} at byte {}", root,
                                                          result.description(), result.offset));
    DepthCheck check;
    if (!document.traverse(check))
        throw Error(ErrorKind::invalid_input, fmt::format("The XML of a {} is nested too deeply", root));
    if (std::string_view(document.document_element().name()) != root)
        throw Error(ErrorKind::invalid_input, fmt::format("This is no XML of a {}: its root element is <{}>",
                                                          root, document.document_element().name()));
    return document;
}

std::string to_text(const pugi::xml_document& document) {
    std::ostringstream out;
    document.save(out, "  ", pugi::format_default | pugi::format_no_declaration, pugi::encoding_utf8);
    return std::move(out).str();
}

}  // namespace holdfast::hypervisor
