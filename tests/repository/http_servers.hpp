// Servers for the tests of the REST backend: a real one (rclone), a proxy that breaks connections, and one
// whose answers a test writes itself. All on loopback, on ports of the kernel's choice.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <list>
#include <map>
#include <semaphore>
#include <thread>

#include "base/file.hpp"
#include "base/process.hpp"
#include "repository/rest_backend.hpp"
#include "support.hpp"

namespace holdfast::repository {

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

// Takes connections and gives each to `serve` on a thread of its own, until destroyed.
class Listener {
  public:
    // On a TCP port, or on a unix socket where a path is given.
    explicit Listener(std::function<void(int connection)> serve, const std::filesystem::path& socket = {})
        : serve_(std::move(serve)), fd_(::socket(socket.empty() ? AF_INET : AF_UNIX, SOCK_STREAM, 0)) {
        if (socket.empty()) {
            auto address = loopback(0);
            ::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
            socklen_t size = sizeof address;
            ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size);
            port_ = ntohs(address.sin_port);
        } else {
            sockaddr_un address{};
            address.sun_family = AF_UNIX;
            socket.string().copy(address.sun_path, sizeof address.sun_path - 1);
            ::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
        }
        ::listen(fd_.get(), 64);
        acceptor_ = std::jthread([this] { accept_all(); });
    }
    ~Listener() {
        ::shutdown(fd_.get(), SHUT_RDWR);
        acceptor_.join();
        for (int fd : open_) ::shutdown(fd, SHUT_RDWR);
        threads_.clear();
        for (int fd : open_) ::close(fd);
    }
    std::uint16_t port() const { return port_; }

  private:
    void accept_all() {
        int connection = -1;
        while ((connection = ::accept(fd_.get(), nullptr, nullptr)) >= 0) {
            open_.push_back(connection);
            threads_.emplace_back([this, connection] {
                serve_(connection);
                ::shutdown(connection, SHUT_RDWR);
            });
        }
    }

    const std::function<void(int)> serve_;
    UniqueFd fd_;
    std::uint16_t port_ = 0;
    std::list<int> open_;  // of the acceptor, then of the destructor
    std::list<std::jthread> threads_;
    std::jthread acceptor_;
};

// `rclone serve restic` on a folder.
class RcloneServe {
  public:
    explicit RcloneServe(const std::filesystem::path& folder, std::vector<std::string> more = {})
        : process_(start(folder, more)) {
        std::string_view mark = "Serving restic REST API on ";
        for (int i = 0; i < 1000; ++i) {
            if (process_.wait(std::chrono::milliseconds(10))) break;
            said_ = process_.output();
            auto at = said_.find(mark);
            if (at == said_.npos || said_.find('\n', at) == said_.npos) continue;
            url_ = said_.substr(at + mark.size(), said_.find('\n', at) - at - mark.size());
            return;
        }
        throw Error(ErrorKind::unavailable, "rclone serve restic does not start: " + process_.output());
    }
    // "http://127.0.0.1:4711/"
    const std::string& url() const { return url_; }
    std::uint16_t port() const {
        return static_cast<std::uint16_t>(std::stoi(url_.substr(url_.rfind(':') + 1)));
    }

  private:
    static Process start(const std::filesystem::path& folder, const std::vector<std::string>& more) {
        std::vector<std::string> command{"rclone", "serve",       "restic",
                                         "--addr", "127.0.0.1:0", folder.string()};
        command.insert(command.end(), more.begin(), more.end());
        return Process::start(command, {.environment = {{"RCLONE_CONFIG", "/dev/null"}}});
    }
    Process process_;
    std::string said_, url_;
};

inline void send_text(int connection, std::string_view text) {
    while (!text.empty()) {
        auto sent = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

// Up to the empty line; the body stays unread. Nothing when the connection ends.
inline std::string read_head(int connection) {
    std::string head;
    char letter = 0;
    while (!head.ends_with("\r\n\r\n")) {
        if (::recv(connection, &letter, 1, 0) != 1) return {};
        head += letter;
    }
    return head;
}

// What a proxy does to each of its connections.
struct Faults {
    std::size_t cut_answer_after = SIZE_MAX;   // bytes from the server, then the connection is cut
    std::size_t cut_request_after = SIZE_MAX;  // bytes from the client
    std::size_t stall_after = SIZE_MAX;        // bytes from the server, then nothing more comes
    unsigned healthy_from = UINT_MAX;          // the first connection, counted from 0, that has no fault
    std::string answer{};                      // to the first request instead of the server's
};

// Passes bytes between a client and a server on a loopback port, and breaks what it is told to.
class FaultyProxy {
  public:
    FaultyProxy(std::uint16_t server, Faults faults, const std::filesystem::path& socket = {})
        : server_(server), faults_(std::move(faults)), listener_([this](int fd) { serve(fd); }, socket) {}
    std::string url() const { return "http://127.0.0.1:" + std::to_string(listener_.port()) + "/"; }
    unsigned connections() const { return connections_; }
    // From now on nothing of what clients send gets an answer.
    void fall_silent() { is_silent_ = true; }
    // Returns when something was sent since, which remains without an answer.
    void wait_until_asked() { asked_.acquire(); }

  private:
    void serve(int client) {
        Faults faults = connections_++ < faults_.healthy_from ? faults_ : Faults{};
        if (!faults.answer.empty()) {
            read_head(client);
            send_text(client, faults.answer);
            return;
        }
        UniqueFd server(::socket(AF_INET, SOCK_STREAM, 0));
        auto address = loopback(server_);
        if (::connect(server.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return;
        std::size_t asked = 0, answered = 0;
        pollfd ends[2] = {{client, POLLIN, 0}, {server.get(), POLLIN, 0}};
        while (::poll(ends, 2, -1) > 0) {
            if (is_silent_) return ignore(client);
            if (ends[0].revents != 0 && !pass(client, server.get(), asked, faults.cut_request_after)) return;
            if (ends[1].revents == 0) continue;
            if (!pass(server.get(), client, answered,
                      std::min(faults.cut_answer_after, faults.stall_after))) {
                if (answered >= faults.stall_after) ignore(client);
                return;
            }
        }
    }
    // Stalls until the client has had enough.
    void ignore(int client) {
        char ignored[4096];
        while (::recv(client, ignored, sizeof ignored, 0) > 0) asked_.release();
    }
    static bool pass(int from, int to, std::size_t& passed, std::size_t limit) {
        char buffer[16 << 10];
        auto count = ::recv(from, buffer, std::min(sizeof buffer, limit - passed), 0);
        if (count <= 0) return false;
        send_text(to, {buffer, static_cast<std::size_t>(count)});
        passed += static_cast<std::size_t>(count);
        return passed < limit;
    }

    const std::uint16_t server_;
    const Faults faults_;
    std::atomic<unsigned> connections_ = 0;
    std::atomic<bool> is_silent_ = false;
    std::counting_semaphore<> asked_{0};
    Listener listener_;
};

// Answers every request by the test's function of its head.
class ScriptedServer {
  public:
    explicit ScriptedServer(std::function<std::string(const std::string& head)> answer)
        : answer_(std::move(answer)), listener_([this](int fd) {
              auto head = read_head(fd);
              if (!head.empty()) send_text(fd, answer_(head));
          }) {}
    std::string url() const { return "http://127.0.0.1:" + std::to_string(listener_.port()) + "/"; }

  private:
    const std::function<std::string(const std::string&)> answer_;
    Listener listener_;
};

inline std::string http_answer(int status, std::string_view body, std::string_view headers = "") {
    return "HTTP/1.1 " + std::to_string(status) +
           " X\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string(headers) + "\r\n" + std::string(body);
}

constexpr HttpLimits quick_limits{.connect = std::chrono::seconds(2),
                                  .stall = std::chrono::seconds(1),
                                  .first_wait = std::chrono::milliseconds(1),
                                  .longest_wait = std::chrono::milliseconds(20)};

inline std::unique_ptr<RestBackend> connect(const std::string& url, const HttpLimits& limits = quick_limits) {
    auto address = std::get<RestAddress>(parse_repository_url("rest:" + url));
    return std::make_unique<RestBackend>(
        RestServer{.address = address, .name = without_password("rest:" + url), .limits = limits});
}

// A certificate for 127.0.0.1 that signs itself: cert.pem and key.pem in the folder.
inline void make_certificate(const std::filesystem::path& folder) {
    run_command({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                 (folder / "key.pem").string(), "-out", (folder / "cert.pem").string()},
                std::chrono::seconds(20));
}

}  // namespace holdfast::repository
