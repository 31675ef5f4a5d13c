#include "api/routing/format.hpp"

#include "api/types/service.hpp"
#include "base/text.hpp"

namespace holdfast::api {

Format wanted_format(std::string_view accept) {
    return to_lower(accept).find("application/json") == std::string::npos ? Format::xml : Format::json;
}

Format body_format(std::string_view content_type, std::string_view body) {
    std::string type = to_lower(content_type);
    if (type.find("json") != std::string::npos) return Format::json;
    if (type.find("xml") != std::string::npos) return Format::xml;
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    body = trimmed(body);
    return body.starts_with('{') || body.starts_with('[') ? Format::json : Format::xml;
}

http::Response write_document(int status, const Document& document, Format format, JsonForm json_form) {
    bool json = format == Format::json;
    return {.status = status,
            .headers = {{"Content-Type", json ? "application/json" : "application/xml"},
                        {"Cache-Control", "no-store"},
                        {"X-Content-Type-Options", "nosniff"}},
            .body = json ? document.to_json(json_form) : document.to_xml()};
}

http::Response write_error(int status, std::string_view message, Format format, JsonForm json_form) {
    ErrorDocument document;
    document.Message = std::string(message);
    document.StatusCode = status;
    return write_document(status, Document(std::move(document)), format, json_form);
}

}  // namespace holdfast::api
