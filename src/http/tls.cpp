#include "http/tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/error.hpp"

namespace holdfast::http {
namespace {

std::string openssl_reason() {
    std::array<char, 256> text{};
    unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    if (code == 0) return "unknown reason";
    ERR_error_string_n(code, text.data(), text.size());
    return text.data();
}

// A BIO over a socket. OpenSSL's own uses write(2), which raises SIGPIPE where the peer is gone.
int socket_of(BIO* bio) {
    return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

int send_bytes(BIO* bio, const char* bytes, int count) {
    BIO_clear_retry_flags(bio);
    ssize_t sent = ::send(socket_of(bio), bytes, static_cast<std::size_t>(count), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

int receive_bytes(BIO* bio, char* bytes, int count) {
    BIO_clear_retry_flags(bio);
    ssize_t received = ::recv(socket_of(bio), bytes, static_cast<std::size_t>(count), 0);
    if (received < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
    return static_cast<int>(received);
}

long control(BIO*, int command, long, void*) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* socket_method() {
    static const BIO_METHOD* const method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without SIGPIPE");
        BIO_meth_set_write(made, send_bytes);
        BIO_meth_set_read(made, receive_bytes);
        BIO_meth_set_ctrl(made, control);
        return made;
    }();
    return method;
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
    static constexpr std::array<unsigned char, 9> http_1_1 = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* found = nullptr;
    if (SSL_select_next_proto(&found, chosen_size, http_1_1.data(), http_1_1.size(), offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const {
    SSL_CTX_free(context);
}
void TlsChannel::Free::operator()(ssl_st* ssl) const {
    SSL_free(ssl);
}

TlsContext::TlsContext(const std::filesystem::path& certificate_file,
                       const std::filesystem::path& private_key_file)
    : context_(SSL_CTX_new(TLS_server_method())) {
    if (!context_) throw Error(ErrorKind::internal, "OpenSSL gives no TLS context: " + openssl_reason());
    SSL_CTX* context = context_.get();
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1)
        throw Error(ErrorKind::invalid_input,
                    "Cannot read a certificate from " + certificate_file.string() + ": " + openssl_reason())
            .advise("Name a PEM file with the server's certificate first and its chain after it.");
    if (SSL_CTX_use_PrivateKey_file(context, private_key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        throw Error(ErrorKind::invalid_input,
                    "Cannot use the private key in " + private_key_file.string() + ": " + openssl_reason())
            .advise("Name a PEM file with the key that belongs to " + certificate_file.string() + ".");
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // A read ends after each record, also of those that carry nothing for us: a flood of new keys would else
    // keep the network thread for itself.
    SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_read_ahead(context, 1);  // a record in one call instead of two
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

TlsChannel::TlsChannel(const TlsContext& context, int socket) : ssl_(SSL_new(context.get())) {
    BIO* bio = BIO_new(socket_method());
    if (!ssl_ || !bio) throw Error(ErrorKind::internal, "OpenSSL has no memory for a connection");
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
}

Step TlsChannel::outcome(int result) {
    int error = SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_WANT_READ) return Step::wants_read;
    if (error == SSL_ERROR_WANT_WRITE) return Step::wants_write;
    broken_ = error != SSL_ERROR_ZERO_RETURN;
    ERR_clear_error();
    return Step::closed;
}

Step TlsChannel::handshake() {
    ERR_clear_error();
    int result = SSL_do_handshake(ssl_.get());
    return result == 1 ? Step::done : outcome(result);
}

Step TlsChannel::read(std::string& input) {
    std::array<char, 16 << 10> bytes;
    ERR_clear_error();
    int count = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (count <= 0) return outcome(count);
    input.append(bytes.data(), static_cast<std::size_t>(count));
    return Step::done;
}

bool TlsChannel::has_pending() const {
    return SSL_has_pending(ssl_.get()) == 1;
}

Step TlsChannel::write(std::string_view& bytes) {
    ERR_clear_error();
    int count =
        SSL_write(ssl_.get(), bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 20)));
    if (count <= 0) return outcome(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
    return Step::done;
}

void TlsChannel::shutdown() {
    ERR_clear_error();
    if (!broken_ && SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
    ERR_clear_error();
}

}  // namespace holdfast::http
