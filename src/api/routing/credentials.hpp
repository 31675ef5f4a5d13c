// Who a request says it comes from: the password of a logon, the token of a session. Plain functions over
// text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "http/server.hpp"

namespace holdfast::api {

inline constexpr std::string_view session_header = "X-RestSvcSessionId";

struct BasicCredentials {
    std::string name;
    std::string password;
};

// "Basic YWRtaW46c2VjcmV0". Nothing for another scheme, text that is no base64, or no colon; nor for an empty
// name or more than 1,024 bytes of either. Both are UTF-8, whatever the client sent.
std::optional<BasicCredentials> parse_basic(std::string_view authorization);

// "Bearer holdfast_…": what stands behind the scheme, whatever it is. Nothing for another scheme.
std::optional<std::string_view> parse_bearer(std::string_view authorization);

// The value of the first cookie of that name in a Cookie header; quotes around it are taken off and %xx is
// decoded.
std::optional<std::string> find_cookie(std::string_view header, std::string_view name);

// The token of a session is the base64 of its id's text.
std::string token_of(const Uuid& session);
std::optional<Uuid> session_of_token(std::string_view token);

// The session that a request names: by cookie or header; where both are there, the cookie counts.
std::optional<Uuid> session_of(const http::Request& request);

// Throws forbidden where a page of another site made a browser send this: a request that changes something,
// with a cookie that the browser added by itself. Clients that are no browsers tell nothing of where they
// come from, and pass.
void refuse_cross_site(const http::Request& request);

}  // namespace holdfast::api
