// One pass over an XML body before a parser sees it.
#pragma once

#include <string_view>

#include "api/description/document.hpp"

namespace holdfast::api {

// Refuses what a request never needs: document types and entities, processing instructions within the
// document, broken UTF-8, characters that XML forbids; and, with too_large, bodies beyond the limits. Linear
// time, no memory.
void scan_xml(std::string_view body, const BodyLimits& limits);

}  // namespace holdfast::api
