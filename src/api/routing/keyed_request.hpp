// A POST with an Idempotency-Key: what makes it the same request when it comes again.
#pragma once

#include <functional>
#include <string>

#include "api/routing/format.hpp"
#include "http/server.hpp"

namespace holdfast::api {

struct KeyedRequest {
    std::string account;
    std::string key;
    std::string
        digest;  // of its method, address and body, and of the form that its client wants the answer in
};

// Of a request that has the header. Throws invalid_input for a key that is not 1 to 255 visible characters of
// ASCII.
KeyedRequest keyed_request(const http::Request& request, Format format, const std::string& account);

// Gives the first answer to such a request; `answer` makes it, and is called where there is none yet.
using OnceGuard =
    std::function<http::Response(const KeyedRequest& request, const std::function<http::Response()>& answer)>;

}  // namespace holdfast::api
