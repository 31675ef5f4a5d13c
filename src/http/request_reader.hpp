// From bytes to a request, step by step: the HTTP/1.x parser behind a small face. Knows no sockets; fed by
// the connection.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/server.hpp"

namespace holdfast::http {

struct RequestLimits {
    std::size_t max_header_bytes;
    std::size_t max_body_bytes;
};

// Why a request is refused before a handler sees it.
struct Refusal {
    int status;
    std::string message;
};

// Reads one request. The connection after it must be closed unless keeps_alive().
class RequestReader {
  public:
    explicit RequestReader(RequestLimits limits);
    RequestReader(RequestReader&&) noexcept;
    ~RequestReader();

    enum class Progress { needs_more, head_complete, complete, refused };

    // Takes what it can use off the front of `input`. Goes from needs_more to head_complete (told once, so
    // that the caller can answer `Expect: 100-continue`), on to needs_more or complete. `refusal()` tells why
    // it was refused.
    Progress consume(std::string& input);
    const Refusal& refusal() const { return refusal_; }
    // What it has taken of the body so far.
    std::size_t body_bytes() const;

    // True once a head was read, be it one that was refused: take_request() then tells what was asked for.
    bool has_head() const { return parser_ != nullptr; }
    // After head_complete: the client waits for a word before it sends the body.
    bool expects_continue() const;
    // The head has both framings (chunked, and a length of zero), and nothing has come after it: there are
    // clients that announce chunks and never send one. take_request() then gives an empty body.
    bool may_have_no_body() const { return head_complete_ && framed_twice_ && !body_begun_; }
    bool is_http_1_0() const;
    bool keeps_alive() const;
    // Method, target, headers and what there is of the body. Once, after all other questions.
    Request take_request();

  private:
    struct Parser;
    Progress consume_head(std::string& input);
    Progress consume_body(std::string& input);
    Progress refuse(int status, std::string message);
    std::optional<Refusal> check_head() const;

    RequestLimits limits_;
    std::unique_ptr<Parser> parser_;
    std::size_t searched_ = 0;  // of the head, for its end: each byte once, however small the pieces are
    bool head_complete_ = false;
    bool must_close_ = false;
    bool framed_twice_ = false;
    bool body_begun_ = false;
    Refusal refusal_{};
};

// What a raw head (lines up to the empty one) says about the length of the body. Some real clients send
// `Transfer-Encoding: chunked` together with `Content-Length: 0`; chunked wins, and the Content-Length line
// is taken out of `head`. Every other ambiguity, which could make two servers see two different requests, is
// refused.
struct Framing {
    std::optional<Refusal> refusal;
    bool content_length_dropped = false;
};
Framing settle_framing(std::string& head);

// The parts of a request target: "/a/b?c" or "https://host/a/b?c". Nothing when it is neither.
struct Target {
    std::string path;
    std::string query;
};
std::optional<Target> split_target(std::string_view target);

// A host with an optional port, made of nothing but the characters of names, addresses and ports.
bool is_plausible_host(std::string_view host);

}  // namespace holdfast::http
