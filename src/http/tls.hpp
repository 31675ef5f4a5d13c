// TLS over a non-blocking socket, without any idea of who waits for it. OpenSSL is used directly rather than
// through a stream with its own buffers: an idle connection costs about eighteen kilobytes. Ten thousand that
// come all at once take 300 MB, because their handshakes run side by side.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace holdfast::http {

// What a step did, or what it waits for.
enum class Step { done, wants_read, wants_write, closed };

// The server's certificate, key and rules: TLS 1.2 and up, no renegotiation, HTTP/1.1 by ALPN. Any thread
// after construction.
class TlsContext {
  public:
    // Throws invalid_input where the files do not hold a certificate and its key.
    TlsContext(const std::filesystem::path& certificate_file, const std::filesystem::path& private_key_file);
    ssl_ctx_st* get() const { return context_.get(); }

  private:
    struct Free {
        void operator()(ssl_ctx_st* context) const;
    };
    std::unique_ptr<ssl_ctx_st, Free> context_;
};

// One connection's TLS. `socket` is non-blocking, and stays the caller's. One thread at a time.
class TlsChannel {
  public:
    TlsChannel(const TlsContext& context, int socket);

    Step handshake();
    // Whether something came that was not read yet; more may be in the socket.
    bool has_pending() const;
    // Appends what has come, at most about 16 KiB, to `input`.
    Step read(std::string& input);
    // Sends a front part of `bytes` and removes it.
    Step write(std::string_view& bytes);
    // Says goodbye, once, without waiting for an answer.
    void shutdown();

  private:
    Step outcome(int result);

    struct Free {
        void operator()(ssl_st* ssl) const;
    };
    std::unique_ptr<ssl_st, Free> ssl_;
    bool broken_ = false;
};

}  // namespace holdfast::http
