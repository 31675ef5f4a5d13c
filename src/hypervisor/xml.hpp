// Reading XML that came from outside, within limits.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>

namespace holdfast::hypervisor {

// The document, whose root element is `root`. invalid_input for text that is no such XML, is larger than 4
// MiB, or is nested more than 100 deep. Entities of a DTD are not expanded.
pugi::xml_document parse_xml(std::string_view text, const char* root);

// As libvirt writes it: two spaces of indentation, no declaration.
std::string to_text(const pugi::xml_document& document);

}  // namespace holdfast::hypervisor
