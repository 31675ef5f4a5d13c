#include "api/routing/keyed_request.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "repository/sha256.hpp"

namespace holdfast::api {
namespace {

constexpr std::size_t longest_key = 255;

// The length of each part stands before it, so that no other parts give the same bytes.
std::string digest_of(const http::Request& request, Format format) {
    repository::Sha256 digest;
    for (std::string_view part :
         {std::string_view(request.method), std::string_view(request.path), std::string_view(request.query),
          std::string_view(request.body), std::string_view(format == Format::json ? "json" : "xml")}) {
        digest.update(as_bytes(std::to_string(part.size()) + ":"));
        digest.update(as_bytes(part));
    }
    return to_hex(digest.finish());
}

}  // namespace

KeyedRequest keyed_request(const http::Request& request, Format format, const std::string& account) {
    std::string_view key = request.header("Idempotency-Key");
    bool is_usable =
        key.size() <= longest_key && std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; });
    if (!is_usable)
        throw Error(ErrorKind::invalid_input, "The Idempotency-Key is not one of 1 to " +
                                                  std::to_string(longest_key) +
                                                  " visible characters of ASCII without blanks")
            .advise("Send a new random UUID with each new request.");
    return {account, std::string(key), digest_of(request, format)};
}

}  // namespace holdfast::api
