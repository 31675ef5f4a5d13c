#include "api/description/xml_scan.hpp"

#include <fmt/format.h>

#include <charconv>

#include "api/description/characters.hpp"
#include "base/error.hpp"

namespace holdfast::api {
namespace {

[[noreturn]] void refuse(std::string why) {
    throw Error(ErrorKind::invalid_input, "The request body is not acceptable XML: " + std::move(why));
}

class XmlScan {
  public:
    XmlScan(std::string_view body, const BodyLimits& limits) : body_(body), limits_(limits) {}

    void run() {
        check_characters();
        while (at_ < body_.size()) {
            if (body_[at_] == '<')
                markup();
            else if (body_[at_] == '&')
                reference();
            else
                ++at_;
        }
    }

  private:
    void check_characters() const {
        for (std::string_view rest = body_; !rest.empty();) {
            const Character character = first_character(rest);
            if (!character.valid) refuse("it is not UTF-8 throughout");
            if (!allowed_in_xml(character.code)) refuse("it contains control characters");
            rest.remove_prefix(character.bytes);
        }
    }

    bool here(std::string_view text) const { return body_.substr(at_).starts_with(text); }

    void skip_past(std::string_view end, std::string_view what) {
        const auto found = body_.find(end, at_);
        if (found == std::string_view::npos) refuse(fmt::format("a {} does not end", what));
        at_ = found + end.size();
    }

    void markup() {
        if (here("<!--")) return skip_past("-->", "comment");
        if (here("<![CDATA[")) return skip_past("]]>", "CDATA section");
        if (here("<!")) refuse("document types and entities are not allowed");
        if (here("<?")) {
            if (at_ != 0 || !here("<?xml")) refuse("processing instructions are not allowed");
            return skip_past("?>", "declaration");
        }
        tag();
    }

    // Ends behind the '>' of the tag, which does not count within quotes.
    void tag() {
        const bool closing = here("</");
        char quote = 0;
        char before = 0;
        std::size_t attributes = 0;
        for (++at_; at_ < body_.size() && (quote != 0 || body_[at_] != '>'); ++at_) {
            const char c = body_[at_];
            if (c == '<') refuse("a tag does not end, or \"<\" stands in an attribute");
            if (c == '&') {
                reference();
                --at_;
            } else if (quote != 0) {
                if (c == quote) quote = 0;
            } else if (c == '"' || c == '\'') {
                quote = c;
                if (++attributes > limits_.attributes)
                    throw Error(ErrorKind::too_large,
                                fmt::format("An element of the request has more than {} attributes",
                                            limits_.attributes));
            }
            before = c;
        }
        if (at_ == body_.size()) refuse("a tag does not end");
        ++at_;
        if (closing) {
            if (depth_ > 0) --depth_;
            return;
        }
        if (++elements_ > limits_.elements)
            throw Error(ErrorKind::too_large,
                        fmt::format("The request has more than {} elements", limits_.elements));
        if (before == '/') return;
        if (++depth_ > limits_.depth)
            throw Error(ErrorKind::too_large,
                        fmt::format("The request nests more than {} elements", limits_.depth));
    }

    // Only the five names of XML itself, and characters by number. Ends behind the ';'.
    void reference() {
        const auto end = body_.find(';', at_);
        if (end == std::string_view::npos || end - at_ > 12) refuse("\"&\" must be written as \"&amp;\"");
        std::string_view name = body_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        for (std::string_view known : {"amp", "lt", "gt", "quot", "apos"})
            if (name == known) return;
        if (!name.starts_with('#')) refuse(fmt::format("the entity \"&{};\" is not allowed", name));
        name.remove_prefix(1);
        const bool hexadecimal = name.starts_with('x');
        if (hexadecimal) name.remove_prefix(1);
        std::uint32_t code = 0;
        const auto [stop, failure] =
            std::from_chars(name.data(), name.data() + name.size(), code, hexadecimal ? 16 : 10);
        if (failure != std::errc() || stop != name.data() + name.size() || name.empty() ||
            !allowed_in_xml(static_cast<char32_t>(code)))
            refuse("a character is written with a number that XML does not allow");
    }

    std::string_view body_;
    const BodyLimits& limits_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    std::size_t elements_ = 0;
};

}  // namespace

void scan_xml(std::string_view body, const BodyLimits& limits) {
    if (body.size() > limits.bytes)
        throw Error(ErrorKind::too_large,
                    fmt::format("The request body is longer than {} bytes", limits.bytes));
    XmlScan(body, limits).run();
}

}  // namespace holdfast::api
