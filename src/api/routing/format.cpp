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

namespace {

http::Response begin_response(int status, Format format) {
    return {.status = status,
            .headers = {{"Content-Type", format == Format::json ? "application/json" : "application/xml"},
                        {"Cache-Control", "no-store"},
                        {"X-Content-Type-Options", "nosniff"}}};
}

std::string write(const Document& document, Format format, WireForm form, Part part) {
    return format == Format::json ? document.to_json(form, part) : document.to_xml(part, form.version);
}

}  // namespace

http::Response write_document(int status, const Document& document, Format format, WireForm form) {
    auto response = begin_response(status, format);
    response.body = write(document, format, form, Part::whole);
    return response;
}

http::Response write_in_parts(const Answer& answer, Format format, WireForm form) {
    auto response = begin_response(answer.status, format);
    auto produce = [beginning = *answer.document, next = answer.rest, format,
                    form](http::BodyWriter& writer) {
        writer.write(as_bytes(write(beginning, format, form, Part::beginning)));
        while (auto document = next()) writer.write(as_bytes(write(*document, format, form, Part::middle)));
        writer.write(as_bytes(write(beginning, format, form, Part::end)));
    };
    response.body = http::StreamedBody{std::nullopt, std::move(produce)};
    return response;
}

http::Response write_error(int status, std::string_view message, Format format, WireForm form) {
    ErrorDocument document;
    document.Message = std::string(message);
    document.StatusCode = status;
    return write_document(status, Document(std::move(document)), format, form);
}

}  // namespace holdfast::api
