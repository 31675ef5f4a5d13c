#include "api/routing/entity_tag.hpp"

#include "api/routing/answer.hpp"
#include "base/text.hpp"
#include "repository/sha256.hpp"

namespace holdfast::api {
namespace {

constexpr std::size_t tag_bytes = 16;  // of the hash: chance never makes two forms alike

}  // namespace

std::string entity_tag(std::string_view bytes) {
    auto hash = repository::sha256(as_bytes(bytes));
    return "\"" + to_hex(std::span(hash).first(tag_bytes)) + "\"";
}

void Precondition::require(std::initializer_list<Document> forms) const {
    if (!is_given()) return;
    for (const Document& form : forms)
        for (ApiVersion version : all_versions)
            for (const auto& bytes : {form.to_xml(Part::whole, version), form.to_json({json_case_, version})})
                if (names_tag(if_match_, entity_tag(bytes), TagComparison::strong)) return;
    StatusError error(412, ErrorKind::conflict,
                      forms.size() == 0
                          ? "If-Match is of no use here: what this address names has no ETag"
                          : "The resource is not what If-Match names: it was changed meanwhile");
    error.advise(forms.size() == 0 ? "Leave If-Match out."
                                   : "Read it again, and send the edit with the ETag that comes with it.");
    throw error;
}

}  // namespace holdfast::api
