#include "http/server_fixture.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <stdexcept>

#include "base/text.hpp"

namespace holdfast::http::test {

UniqueFd connect_to(std::uint16_t port) {
    UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    timeval limit{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect");
    return socket;
}

RawClient::RawClient(std::uint16_t port) : socket_(connect_to(port)) {
    ::signal(SIGPIPE, SIG_IGN);  // the client's own writes to a server that has closed
    context_.reset(SSL_CTX_new(TLS_client_method()));
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_.get());
    if (SSL_connect(ssl_.get()) != 1) throw std::runtime_error("no TLS");
}

RawClient::~RawClient() = default;

void RawClient::send(std::string_view text) {
    if (SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) != static_cast<int>(text.size()))
        throw std::runtime_error("cannot send");
}

void RawClient::send_new_keys(int count) {
    BIO* memory = BIO_new(BIO_s_mem());
    SSL_set0_wbio(ssl_.get(), memory);
    for (int i = 0; i < count; ++i) {
        SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_NOT_REQUESTED);
        if (SSL_do_handshake(ssl_.get()) != 1) throw std::runtime_error("no new key");
    }
    char* bytes = nullptr;
    auto left = static_cast<std::size_t>(BIO_get_mem_data(memory, &bytes));
    while (left > 0) {
        ssize_t sent = ::send(socket_.get(), bytes, left, MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes += sent;
        left -= static_cast<std::size_t>(sent);
    }
}

bool RawClient::receive() {
    std::array<char, 64 << 10> bytes;
    int count = SSL_read(ssl_.get(), bytes.data(), bytes.size());
    if (count <= 0) return false;
    received_.append(bytes.data(), static_cast<std::size_t>(count));
    return true;
}

std::string RawClient::read_until(std::string_view end) {
    std::size_t found;
    while ((found = received_.find(end)) == std::string::npos)
        if (!receive()) return std::exchange(received_, {});
    std::string text = received_.substr(0, found + end.size());
    received_.erase(0, text.size());
    return text;
}

std::string RawClient::read_response() {
    std::string head = read_until("\r\n\r\n");
    std::string lower = to_lower(head);
    std::size_t at = lower.find("content-length: ");
    if (at == std::string::npos) return head;
    std::size_t size = std::stoull(lower.substr(at + 16));
    while (received_.size() < size)
        if (!receive()) break;
    std::string body = received_.substr(0, size);
    received_.erase(0, size);
    return head + body;
}

std::string RawClient::read_all() {
    while (receive()) {
    }
    return std::exchange(received_, {});
}

bool RawClient::skip(std::uint64_t count) {
    while (received_.size() < count) {
        count -= received_.size();
        received_.clear();
        if (!receive()) return false;
    }
    received_.erase(0, count);
    return true;
}

void RawClient::drop() {
    SSL_set_quiet_shutdown(ssl_.get(), 1);
    ssl_.reset();
    socket_.reset();
}

void ServerTest::start(Handler handler, ServerOptions options) {
    options.port = 0;
    options.certificate_file = certificate();
    options.private_key_file = folder_.path() / "key.pem";
    ensure_certificate(options.certificate_file, options.private_key_file);
    auto describe = [](int status, std::string_view message, const Request* request) {
        return Response{.status = status,
                        .headers = {{"Content-Type", "text/plain"}},
                        .body = fmt::format("{}|{}", message, request ? request->path : "no head")};
    };
    server_ = Server::start(options, std::move(handler), describe);
}

std::string ServerTest::url(std::string_view path) const {
    return fmt::format("https://127.0.0.1:{}{}", server_->port(), path);
}

ServerTest::Outcome ServerTest::curl(std::vector<std::string> arguments) const {
    std::vector<std::string> command = {"curl", "-sS",      "--max-time",
                                        "60",   "--cacert", certificate().string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    auto output_file =
        folder_.path() /
        ("curl" + std::to_string(std::hash<std::string>()(fmt::format("{}", fmt::join(command, " ")))));
    Process process = Process::start(command, {.output_file = output_file});
    int status = process.wait(std::chrono::seconds(70)).value_or(-1);
    return {status, read_file(output_file, 64 << 20)};
}

Response echo(const Request& request) {
    return {.headers = {{"Content-Type", "text/plain"}},
            .body = fmt::format("{} {}?{} [{}]", request.method, request.path, request.query, request.body)};
}

}  // namespace holdfast::http::test
