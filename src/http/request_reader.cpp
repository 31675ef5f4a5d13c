// The one file that includes Boost.Beast.
#include "http/request_reader.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/text.hpp"

namespace holdfast::http {

namespace beast_http = boost::beast::http;

namespace {

// The most that may wait unused while a chunk's head is incomplete.
constexpr std::size_t max_chunk_head = 16 << 10;

std::size_t end_of_head(std::string_view input, std::size_t from) {
    std::size_t end = input.find("\r\n\r\n", from);
    if (end != std::string_view::npos) return end + 4;
    // Bare line feeds: no request, but a whole one; the parser tells what is wrong with it.
    end = input.find("\n\n", from);
    return end == std::string_view::npos ? end : end + 2;
}

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace

struct RequestReader::Parser {
    beast_http::request_parser<beast_http::string_body> http;
};

RequestReader::RequestReader(RequestLimits limits) : limits_(limits) {}
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader::~RequestReader() = default;

RequestReader::Progress RequestReader::refuse(int status, std::string message) {
    must_close_ = true;
    refusal_ = {status, std::move(message)};
    return Progress::refused;
}

RequestReader::Progress RequestReader::consume(std::string& input) {
    return head_complete_ ? consume_body(input) : consume_head(input);
}

RequestReader::Progress RequestReader::consume_head(std::string& input) {
    // Empty lines in front of a request are tolerated, as the standard asks.
    input.erase(0, std::min(input.find_first_not_of("\r\n"), input.size()));
    std::size_t end = end_of_head(input, searched_);
    searched_ = std::max<std::size_t>(input.size(), 3) - 3;
    if (std::min(end, input.size()) > limits_.max_header_bytes)
        return refuse(431,
                      "The head of the request is larger than " + format_bytes(limits_.max_header_bytes));
    if (end == std::string::npos) return Progress::needs_more;

    std::string head = input.substr(0, end);
    input.erase(0, end);
    Framing framing = settle_framing(head);
    if (framing.refusal) return refuse(framing.refusal->status, framing.refusal->message);
    framed_twice_ = framing.content_length_dropped;
    must_close_ = framed_twice_;  // what the standard asks for a request framed twice

    parser_ = std::make_unique<Parser>();
    parser_->http.header_limit(static_cast<std::uint32_t>(limits_.max_header_bytes + 1024));
    parser_->http.body_limit(limits_.max_body_bytes);
    boost::beast::error_code error;
    parser_->http.put(boost::asio::const_buffer(head.data(), head.size()), error);
    if (error == beast_http::error::body_limit)
        return refuse(413, "The body of the request is larger than " + format_bytes(limits_.max_body_bytes));
    if (error && error != beast_http::error::need_more)
        return refuse(400, "The request is not HTTP/1.1: " + error.message());
    if (!parser_->http.is_header_done()) return refuse(400, "The head of the request is incomplete");
    if (auto refusal = check_head()) return refuse(refusal->status, refusal->message);
    head_complete_ = true;
    return Progress::head_complete;
}

std::optional<Refusal> RequestReader::check_head() const {
    const auto& message = parser_->http.get();
    if (message.version() != 10 && message.version() != 11)
        return Refusal{505, "Only HTTP/1.0 and HTTP/1.1 are understood"};
    if (message.version() == 10 && parser_->http.chunked())
        return Refusal{400, "A request of HTTP/1.0 cannot be chunked"};
    if (!split_target(view(message.target()))) return Refusal{400, "The request's target is not a path"};
    auto hosts = message.count(beast_http::field::host);
    if (hosts > 1) return Refusal{400, "The request has more than one Host header"};
    if (hosts == 0 && message.version() == 11) return Refusal{400, "The request has no Host header"};
    if (hosts == 1 && !is_plausible_host(view(message[beast_http::field::host])))
        return Refusal{400, "The request's Host header is not a host"};
    return std::nullopt;
}

RequestReader::Progress RequestReader::consume_body(std::string& input) {
    auto& parser = parser_->http;
    parser.eager(true);
    body_begun_ = body_begun_ || !input.empty();
    std::size_t used = 0;
    while (!parser.is_done() && used < input.size()) {
        boost::beast::error_code error;
        std::size_t count =
            parser.put(boost::asio::const_buffer(input.data() + used, input.size() - used), error);
        used += count;
        if (error == beast_http::error::need_more) break;
        if (error == beast_http::error::body_limit)
            return refuse(413,
                          "The body of the request is larger than " + format_bytes(limits_.max_body_bytes));
        if (error) return refuse(400, "The body of the request is broken: " + error.message());
        if (count == 0) break;
    }
    input.erase(0, used);
    if (parser.is_done()) return Progress::complete;
    if (input.size() > max_chunk_head)
        return refuse(400, "The body of the request is broken: a chunk has no proper head");
    return Progress::needs_more;
}

std::size_t RequestReader::body_bytes() const {
    return parser_ ? parser_->http.get().body().size() : 0;
}

bool RequestReader::expects_continue() const {
    const auto& message = parser_->http.get();
    return !parser_->http.is_done() && message.version() == 11 &&
           equal_ignoring_case(view(message[beast_http::field::expect]), "100-continue");
}

bool RequestReader::is_http_1_0() const {
    return parser_ && parser_->http.get().version() == 10;
}

bool RequestReader::keeps_alive() const {
    return !must_close_ && parser_ && parser_->http.get().keep_alive();
}

Request RequestReader::take_request() {
    auto parser = std::move(parser_);
    auto& message = parser->http.get();
    Request request;
    request.method = view(message.method_string());
    auto target = split_target(view(message.target())).value_or(Target{});
    request.path = std::move(target.path);
    request.query = std::move(target.query);
    request.host = view(message[beast_http::field::host]);
    for (const auto& field : message)
        request.headers.emplace_back(view(field.name_string()), view(field.value()));
    request.body = std::move(message.body());
    return request;
}

}  // namespace holdfast::http
