// Values of the headers that the API reads, each input as each of them: who asks, in which format, and what
// is known of the resource.
#include "api/routing/credentials.hpp"
#include "api/routing/entity_tag.hpp"
#include "api/routing/format.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace holdfast;
    using namespace holdfast::api;
    auto text = fuzz::as_text(data, size);

    if (auto basic = parse_basic(text)) {
        fuzz::must_hold(!basic->name.empty() && basic->name.size() <= 1024, "a name is within its limits");
        fuzz::must_hold(basic->password.size() <= 1024, "a password is within its limit");
        fuzz::must_hold(basic->name.find(':') == std::string::npos, "a name ends at the first colon");
    }
    if (auto token = parse_bearer(text))
        fuzz::must_hold(token->size() < size, "a token is part of its header");
    if (auto cookie = find_cookie(text, session_header))
        fuzz::must_hold(cookie->size() <= size, "a cookie is sent");
    if (auto session = session_of_token(text))
        fuzz::must_hold(session_of_token(token_of(*session)) == session, "a session's token names it");

    wanted_format(text);
    body_format(text, text);
    auto tag = entity_tag(text);
    for (auto comparison : {TagComparison::strong, TagComparison::weak})
        fuzz::must_hold(names_tag(tag, tag, comparison) &&
                            !names_tag("\"" + std::string(64, '?') + "\"", tag, comparison),
                        "a tag names itself alone");
    if (names_tag(text, tag, TagComparison::strong))
        fuzz::must_hold(names_tag(text, tag, TagComparison::weak), "what is strong is no less than weak");
    return 0;
}
