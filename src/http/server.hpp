// An HTTPS server: connections, TLS, limits and timeouts on network threads; handlers as ordinary functions
// on a worker pool. Knows no backup and no API.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace holdfast::http {

class RequestCounts;

struct Request {
    std::string method;  // "GET"
    std::string path;    // as sent, still percent-encoded, without the query: "/api/jobs/…"
    std::string query;   // as sent, without "?"
    std::vector<std::pair<std::string, std::string>> headers;  // as sent
    std::string body;
    std::string remote_address;  // "192.0.2.7"
    // The host and port that the client used ("backup:9398"), from Host; what absolute links are made of.
    std::string host;

    // The first header of that name, in any letter case; empty when there is none.
    std::string_view header(std::string_view name) const;
};

// Writes a long body from a thread of its own, so that slow downloads never take the workers. write() waits
// while the client is slow (bounded buffer); throws cancelled when the client is gone or stalls past the
// deadline.
class BodyWriter {
  public:
    virtual ~BodyWriter() = default;
    virtual void write(std::span<const std::byte> bytes) = 0;
};

// A body that is made while it is sent. With `length` the response carries Content-Length and must produce
// exactly that many bytes; without, it is chunked. A producer that throws after the head was sent breaks the
// connection off, so that the client cannot take a part for the whole.
struct StreamedBody {
    std::optional<std::uint64_t> length;
    std::function<void(BodyWriter&)> produce;
};

// The near end of a body that is fed as things happen elsewhere. It takes no thread, and nobody waits for its
// client. Any thread.
class BodyFeed {
  public:
    enum class Offer : std::uint8_t {
        taken,
        full,  // not taken: the client has yet to read what it was given before
        gone,  // not taken, nor will anything be: the client is gone, or the body has ended
    };
    virtual ~BodyFeed() = default;
    // All of it or nothing.
    virtual Offer offer(std::string_view bytes) = 0;
    // The end of the body.
    virtual void finish() = 0;
};

// A body of unknown length that comes by and by: a stream of events. Whoever feeds it must offer something at
// least every `handler_timeout`, beginning at once, because the head goes out with the first bytes; and must
// limit their number.
struct FedBody {
    // Called on a network thread when the response begins, never for HEAD: it must be quick and must not
    // throw.
    std::function<void(std::shared_ptr<BodyFeed>)> begin;
};

// A text that many answers have in common: however many clients are slow to take it, it is there once.
using SharedText = std::shared_ptr<const std::string>;

struct Response {
    int status = 200;
    std::string reason;  // empty: the standard one
    std::vector<std::pair<std::string, std::string>> headers;
    std::variant<std::string, SharedText, StreamedBody, FedBody> body;
};

// Called on a worker thread. An exception that leaves it is answered with a bare 500 and logged.
using Handler = std::function<Response(const Request&)>;

// For requests that HTTP itself refuses (malformed, too large, timed out, too many): the body of the answer.
// `request` is null where not even a head was understood. Called on a network thread: it must be quick and
// must not wait.
using ErrorBody = std::function<Response(int status, std::string_view message, const Request* request)>;

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 9398;               // 0: any free one
    std::filesystem::path certificate_file;  // PEM, with chain
    std::filesystem::path private_key_file;  // PEM
    std::size_t worker_threads = 8;
    // Less where the process may not open as many files. When all are taken, the ones that have been silent
    // for the longest make room.
    std::size_t max_connections = 12'000;
    std::size_t max_header_bytes = 64 << 10;
    std::size_t max_body_bytes = 4 << 20;
    // Of all requests that are received or not answered yet, beyond the first 16 KiB of each; a request that
    // would need more is answered with 503.
    std::size_t max_held_bytes = 256 << 20;
    std::chrono::seconds idle_timeout{75};     // between requests
    std::chrono::seconds request_timeout{30};  // to receive one whole request
    // For the first byte of a body of which the head says both that it is chunked and that it has no bytes;
    // then it is taken as empty.
    std::chrono::milliseconds missing_body_timeout{1'500};
    std::chrono::seconds send_timeout{60};  // without any progress of a response
    std::chrono::seconds handler_timeout{
        300};  // until a handler, or the producer of a body, gives something to send
    std::size_t network_threads = 2;
    std::size_t max_queued_requests = 1'000;  // waiting for a worker; more are answered with 503
    std::size_t max_streams = 64;             // streamed bodies under way; more are answered with 503
    RequestCounts* counts = nullptr;          // where answers are counted; outlives the server
};

class Server {
  public:
    // Listens when it returns; requests are answered from then on. Throws io (address in use …) or
    // invalid_input (certificate).
    static std::unique_ptr<Server> start(const ServerOptions& options, Handler handler, ErrorBody error_body);
    // Stops accepting, gives requests under way up to `grace` to end, then closes.
    virtual void stop(std::chrono::seconds grace) = 0;
    virtual std::uint16_t port() const = 0;
    virtual ~Server() = default;
};

// Makes a self-signed certificate (ECDSA P-256, 10 years, for this host's names, localhost and loopback
// addresses) where the two files do not exist yet. The key has mode 0600.
void ensure_certificate(const std::filesystem::path& certificate_file,
                        const std::filesystem::path& private_key_file);

}  // namespace holdfast::http
