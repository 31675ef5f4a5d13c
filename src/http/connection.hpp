// One connection, from the TLS handshake to the close: a coroutine on its own strand.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "http/body_pipe.hpp"
#include "http/core.hpp"
#include "http/request_reader.hpp"
#include "http/response_head.hpp"
#include "http/tls.hpp"

namespace holdfast::http {

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    using Socket = boost::asio::ip::tcp::socket;
    using Clock = std::chrono::steady_clock;

    // The socket's executor is a strand; `core` outlives the connection.
    Connection(Socket socket, Core& core);
    // Runs to its end and then leaves the registry. Once.
    void start();

    // Any thread: ends now when it waits for a request, else after the response under way.
    void drain();
    // Any thread: ends now; a response under way is cut off.
    void abort();
    // Any thread: it was taken out of those who wait; ends now if it waits for its client still.
    void make_room();

  private:
    template <typename T>
    using Awaitable = boost::asio::awaitable<T>;
    using StreamBody = std::variant<StreamedBody, FedBody>;
    enum class Received { request, refused, timed_out, no_room, nothing };

    static Awaitable<void> run(std::shared_ptr<Connection> self);
    Awaitable<bool> greet();
    Awaitable<void> tell_plain_http();
    Awaitable<bool> serve_one();
    Awaitable<Received> receive(RequestReader& reader, MemoryBudget::Share& held);
    Awaitable<void> turn_away(RequestReader& reader, MemoryBudget::Share held, Refusal refusal);
    Awaitable<Response> answer(std::shared_ptr<const Request> request);
    std::shared_ptr<const Request> complete(Request request, MemoryBudget::Share held) const;
    void deliver(Response response);

    Awaitable<void> respond(Response response, bool head_only);
    Awaitable<void> respond_streamed(Response response, bool head_only);
    Awaitable<void> copy(BodyPipe& pipe, std::string block, Framed framed);
    // False where there is no thread for its producer.
    bool start_body(const std::shared_ptr<BodyPipe>& pipe, StreamBody body);
    HeadOptions head_options(Framed framed, std::uint64_t length) const;
    void count(int status) const;

    // Each throws ConnectionLost when the peer is gone; false when the deadline has passed.
    Awaitable<bool> wait_ready(Socket::wait_type direction, Clock::time_point deadline);
    void watch_deadline();
    void look_at_deadline();
    Awaitable<bool> wait_for(Step step, Clock::time_point deadline);
    Awaitable<bool> fill(Clock::time_point deadline);
    Awaitable<bool> wait_event(Clock::time_point deadline);
    Awaitable<void> send(std::string_view bytes);
    Awaitable<BodyPipe::State> take(BodyPipe& pipe, std::string& block);
    Awaitable<void> discard_input();
    void signal();
    void cut();
    void close();

    Socket socket_;
    Core& core_;
    ConnectionRegistry::Place place_;
    boost::asio::steady_timer deadline_timer_;
    boost::asio::steady_timer event_timer_;
    std::optional<TlsChannel> channel_;
    std::string remote_address_;
    std::string local_host_;  // what absolute links are made of when a client of HTTP/1.0 names no host
    std::string input_;       // received and not used yet
    std::optional<Response> result_;
    Clock::time_point received_;                 // the last byte of the request, or when it was refused
    std::optional<Clock::time_point> deadline_;  // of the wait for the socket, while there is one
    bool timer_runs_ = false;  // up to the deadline at most; it is not set anew for each wait
    bool event_ = false;
    bool idle_ = true;  // waits for the first byte of a request
    bool draining_ = false;
    bool aborted_ = false;
    bool keeps_alive_ = true;
    bool is_http_1_0_ = false;
    bool discards_input_ =
        false;              // the peer may still be sending: read on for a while, so that it sees our answer
    bool cut_off_ = false;  // the peer must not take what it got for the whole
};

}  // namespace holdfast::http
