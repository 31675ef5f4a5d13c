// ETags: which form of a resource a client holds, and whether a request still goes by what is there.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "api/description/document.hpp"
#include "http/entity_tag.hpp"

namespace holdfast::api {

// Strong: of these bytes and of no others. In quotes, as headers have it.
std::string entity_tag(std::string_view bytes);

using http::names_tag;
using http::TagComparison;

// What a request with If-Match asks for: that the resource is still as its client read it, in whichever form
// and version that was.
class Precondition {
  public:
    Precondition() = default;  // asks for nothing
    Precondition(std::string_view if_match, JsonCase json_case)
        : if_match_(if_match), json_case_(json_case) {}

    bool is_given() const { return !if_match_.empty(); }
    // `forms` is the resource as it is now, in every form that GET gives. Throws a StatusError 412 where the
    // client knows none of them.
    void require(std::initializer_list<Document> forms) const;

  private:
    std::string if_match_;
    JsonCase json_case_ = JsonCase::pascal;
};

}  // namespace holdfast::api
