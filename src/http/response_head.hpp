// The first lines of a response.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/server.hpp"

namespace holdfast::http {

// "BadRequest" for 400: without blanks, as EM writes it.
std::string_view standard_reason(int status);

enum class Framed { by_length, by_chunks, by_close };

struct HeadOptions {
    Framed framed = Framed::by_length;
    std::uint64_t length = 0;  // for by_length
    bool keeps_alive = true;
    bool is_http_1_0 = false;
};

// Status line, the response's own headers, and those that are the server's (Date, Content-Length,
// Transfer-Encoding, Connection; where the response sets them, they are left out). Throws internal for a
// header with a line break in it.
std::string compose_head(const Response& response, const HeadOptions& options);

// Throws internal for a header that cannot be sent: a line break in it would be a second response.
void check_headers(const Response& response);

// No body, and no Content-Length, may follow.
bool has_no_body(int status);

}  // namespace holdfast::http
