// Requests to one HTTP server, by libcurl. A single try each; who may try again is for the caller to say.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "repository/bytes.hpp"
#include "repository/repository_url.hpp"

namespace holdfast::repository {

struct HttpLimits {
    std::chrono::milliseconds connect = std::chrono::seconds(20);
    // A transfer slower than 1 KiB/s for this long is given up. A server that hands on to a slow cloud may
    // not answer sooner.
    std::chrono::seconds stall = std::chrono::minutes(5);
    std::size_t connections = 16;  // further requests wait for one
    // Between two tries: doubled each time, from the first to the longest, give or take a half.
    std::chrono::milliseconds first_wait = std::chrono::milliseconds(500);
    std::chrono::milliseconds longest_wait = std::chrono::minutes(1);
    unsigned tries = 10;
    // A request that begins when its work is to stop only clears up, and has no longer than this.
    std::chrono::milliseconds after_stop = std::chrono::seconds(1);
};

enum class HttpMethod { get, head, post, delete_ };

struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

struct HttpRequest {
    HttpMethod method = HttpMethod::get;
    std::string path;  // below the server's URL: "data/ab…", "?create=true"
    ByteView body{};   // of a post; borrowed
    std::optional<ByteRange> range{};
    // Takes the body of a 2xx answer as it comes; false ends the transfer with a failure. May throw.
    std::function<bool(ByteView)> receive{};
    // Called before each try by those who try more than once: what was received so far is void. Left out
    // where the next try asks for the rest only.
    std::function<void()> restart{};
};

struct HttpAnswer {
    long status = 0;
    std::optional<std::uint64_t> length;  // its Content-Length
    std::string server;                   // as its header says, or empty
    std::chrono::seconds retry_after{0};
    bool is_success() const { return status >= 200 && status < 300; }
};

struct HttpFailure {
    enum class Cause {
        unreachable,   // no connection came about; may pass
        broken,        // it broke, or nothing came for too long; may pass
        untrusted,     // its certificate
        wrong_answer,  // no HTTP, or not what was asked for
    };
    Cause cause;
    std::string text;  // "Connection refused", or the like
    bool may_pass() const { return cause == Cause::unreachable || cause == Cause::broken; }
};

// Any thread. Connections are kept open between requests.
class HttpClient {
  public:
    // Where the environment variable HOLDFAST_CACERT names a file of certificates (PEM), servers are checked
    // against these; otherwise against the system's.
    HttpClient(const RestAddress& address, const HttpLimits& limits);
    ~HttpClient();

    // Throws cancelled as soon as the work of this thread (StopScope) is to stop; the connection is cut then.
    std::expected<HttpAnswer, HttpFailure> perform(const HttpRequest& request);

  private:
    class Connection;
    std::unique_ptr<Connection> take();
    void give_back(std::unique_ptr<Connection> connection);

    const RestAddress address_;
    const HttpLimits limits_;
    std::mutex mutex_;
    std::condition_variable_any room_;
    std::size_t in_use_ = 0;
    std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace holdfast::repository
