#include "http/server.hpp"

#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <future>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "http/connection.hpp"
#include "http/core.hpp"

namespace holdfast::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

namespace {

// How long the accept loop waits when there is no room for another connection, and when those that are to
// make room have been told so.
constexpr std::chrono::milliseconds full_pause{100};
constexpr std::chrono::milliseconds room_pause{1};
constexpr std::size_t accept_at_once = 256;
// One in so many connections makes room at a time.
constexpr std::size_t room_share = 100;
// Descriptors for all else: the database, repositories, libvirt ...
constexpr rlim_t other_descriptors = 512;
// How long connections that were cut off may take to notice.
constexpr std::chrono::seconds abort_time{10};

// Each connection is a descriptor; the usual limit of 1024 would end us long before max_connections. How many
// connections there may be: clients never take the descriptors that other work needs.
std::size_t fit_to_descriptors(std::size_t connections) {
    rlimit limit{};
    rlim_t wanted = connections + other_descriptors;
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return connections;
    rlim_t before = std::exchange(limit.rlim_cur, std::min(wanted, limit.rlim_max));
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
    if (limit.rlim_cur >= wanted) return connections;
    rlim_t left = limit.rlim_cur / 2;
    if (limit.rlim_cur > 2 * other_descriptors) left = limit.rlim_cur - other_descriptors;
    spdlog::warn("This process may open {} files: at most {} connections are kept at a time", limit.rlim_cur,
                 left);
    return left;
}

ServerOptions fitted(ServerOptions options) {
    options.max_connections = fit_to_descriptors(options.max_connections);
    return options;
}

tcp::endpoint endpoint_of(const ServerOptions& options) {
    ErrorCode error;
    auto address =
        asio::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, error);
    if (error)
        throw Error(ErrorKind::invalid_input,
                    "Cannot listen on '" + options.address + "': that is no IP address")
            .advise("Give an address of this machine, or 0.0.0.0 for all of them.");
    return {address, options.port};
}

class BeastServer final : public Server {
  public:
    BeastServer(const ServerOptions& options, Handler handler, ErrorBody error_body)
        : core_(options, std::move(handler), std::move(error_body)),
          strand_(asio::make_strand(io_)),
          acceptor_(strand_),
          pause_(strand_) {
        listen(endpoint_of(options));
        asio::co_spawn(strand_, accept_loop(), asio::detached);
        for (std::size_t i = 0; i < std::max<std::size_t>(options.network_threads, 1); ++i)
            threads_.emplace_back([this] { run_network(); });
    }
    ~BeastServer() override { stop(std::chrono::seconds(0)); }

    std::uint16_t port() const override { return port_; }

    void stop(std::chrono::seconds grace) override {
        std::lock_guard lock(stop_mutex_);
        if (threads_.empty()) return;
        auto deadline = Connection::Clock::now() + grace;
        close_acceptor();
        for (auto& connection : core_.connections.all()) connection->drain();
        if (!core_.connections.wait_until_empty(deadline)) {
            for (auto& connection : core_.connections.all()) connection->abort();
            core_.connections.wait_until_empty(Connection::Clock::now() + abort_time);
        }
        core_.workers.finish();
        core_.streams.finish();
        io_.stop();
        for (auto& thread : threads_) thread.join();
        threads_.clear();
    }

  private:
    void listen(const tcp::endpoint& endpoint) {
        try {
            acceptor_.open(endpoint.protocol());
            acceptor_.set_option(asio::socket_base::reuse_address(true));
            if (endpoint.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(false));
            acceptor_.bind(endpoint);
            acceptor_.listen(asio::socket_base::max_listen_connections);
            acceptor_.non_blocking(true);
            port_ = acceptor_.local_endpoint().port();
        } catch (const boost::system::system_error& error) {
            throw Error(ErrorKind::io, "Cannot listen on " + endpoint.address().to_string() + ":" +
                                           std::to_string(endpoint.port()) + ": " + error.code().message())
                .advise("Choose another port, or stop what uses this one.");
        }
    }

    // Returns when no connection can be accepted any more: what the acceptor had accepted before is in the
    // registry.
    void close_acceptor() {
        std::promise<void> closed;
        auto task = [&] {
            ErrorCode ignored;
            closing_ = true;
            acceptor_.close(ignored);
            pause_.cancel();
            closed.set_value();
        };
        asio::post(strand_, task);
        closed.get_future().wait();
    }

    bool is_full() const { return core_.connections.count() >= core_.options.max_connections; }

    asio::awaitable<void> accept_loop() {
        while (!closing_) {
            ErrorCode error;
            co_await acceptor_.async_wait(tcp::acceptor::wait_read,
                                          asio::redirect_error(asio::use_awaitable, error));
            if (closing_ || accept_some()) continue;
            // Full, or out of descriptors: whoever comes waits in the kernel's queue until others have made
            // room.
            pause_.expires_after(make_room() ? room_pause : full_pause);
            co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, error));
        }
    }

    // Many at a time: the kernel's queue is short, and turns a crowd away for seconds. False where there is
    // no room for a single one.
    bool accept_some() {
        ErrorCode error;
        for (std::size_t i = 0; i < accept_at_once; ++i) {
            if (is_full()) return i > 0;
            tcp::socket socket(asio::make_strand(io_));
            acceptor_.accept(socket, error);
            if (error) return i > 0 || error == asio::error::would_block;
            std::make_shared<Connection>(std::move(socket), core_)->start();
        }
        return true;
    }

    // By the clients that have been silent for the longest; false where none is silent.
    bool make_room() {
        auto silent = core_.connections.take_longest_waiting(core_.options.max_connections / room_share + 1);
        for (auto& connection : silent) connection->make_room();
        return !silent.empty();
    }

    void run_network() {
        for (;;) try {
                io_.run();
                return;
            } catch (const std::exception& error) {
                spdlog::error("A network thread caught: {}", error.what());
            }
    }

    Core core_;  // outlives what is left of its connections in the context
    asio::io_context io_;
    asio::strand<asio::io_context::executor_type> strand_;
    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    bool closing_ = false;  // on the strand
    std::uint16_t port_ = 0;
    std::mutex stop_mutex_;
    std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<Server> Server::start(const ServerOptions& options, Handler handler, ErrorBody error_body) {
    return std::make_unique<BeastServer>(fitted(options), std::move(handler), std::move(error_body));
}

}  // namespace holdfast::http
