// A real server on a free port of the loopback, and two real clients: curl, and a raw TLS connection.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/process.hpp"
#include "http/server.hpp"

namespace holdfast::http::test {

// A connection as a client makes it. Every read ends after 20 seconds at the latest.
class RawClient {
  public:
    explicit RawClient(std::uint16_t port);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    void send(std::string_view text);
    // So many TLS 1.3 records that say no more than that a new key begins, as fast as they can be sent: they
    // are made before the first one goes. Until they are sent or the server closes.
    void send_new_keys(int count);
    // Up to and with `end`; less when the server closes before.
    std::string read_until(std::string_view end);
    // One response with a Content-Length body.
    std::string read_response();
    // Until the server closes.
    std::string read_all();
    // Takes `count` bytes and drops them; false when the server closed before.
    bool skip(std::uint64_t count);
    // Closes without a goodbye.
    void drop();

  private:
    bool receive();

    UniqueFd socket_;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, &SSL_CTX_free};
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{nullptr, &SSL_free};
    std::string received_;
};

// A blocking connection to the loopback, without TLS.
UniqueFd connect_to(std::uint16_t port);

class ServerTest : public ::testing::Test {
  protected:
    void start(Handler handler, ServerOptions options = {});
    std::string url(std::string_view path) const;
    // Runs curl; its exit status, and what it printed.
    struct Outcome {
        int status;
        std::string output;
    };
    Outcome curl(std::vector<std::string> arguments) const;
    std::filesystem::path certificate() const { return folder_.path() / "cert.pem"; }

    TemporaryDirectory folder_;
    std::unique_ptr<Server> server_;
};

// Echoes "METHOD path?query [body]".
Response echo(const Request& request);

}  // namespace holdfast::http::test
