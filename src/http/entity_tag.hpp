// ETags in the headers of requests (RFC 9110, 8.8.3 and 13.1).
#pragma once

#include <string_view>

namespace holdfast::http {

// If-Match wants tags to be strong; to If-None-Match a weak tag ("W/...") is as good.
enum class TagComparison { strong, weak };

// Whether a header names this tag: "*", or a list with commas. What is no tag names nothing.
bool names_tag(std::string_view header, std::string_view tag, TagComparison comparison);

}  // namespace holdfast::http
