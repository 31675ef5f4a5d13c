// XML or JSON: what a client wants, and what it sent.
#pragma once

#include <string_view>

#include "api/routing/answer.hpp"

namespace holdfast::api {

enum class Format { xml, json };

// JSON where the Accept header names application/json anywhere, else XML.
Format wanted_format(std::string_view accept);
// By the Content-Type; where it names neither, by the first character of the body.
Format body_format(std::string_view content_type, std::string_view body);

http::Response write_document(int status, const Document& document, Format format, WireForm form);
// A list, sent while it is read; see Answer::rest.
http::Response write_in_parts(const Answer& answer, Format format, WireForm form);
// The Error document.
http::Response write_error(int status, std::string_view message, Format format, WireForm form);

}  // namespace holdfast::api
