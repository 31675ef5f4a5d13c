#include "http/connection.hpp"

#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/connection_lost.hpp"

namespace holdfast::http {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

namespace {

constexpr unsigned char tls_handshake_record = 0x16;
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
// Of each request; there is room for that many bytes of every connection. Only what is beyond is counted.
constexpr std::size_t uncounted_bytes = 16 << 10;

std::string text_of(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

}  // namespace

Connection::Connection(Socket socket, Core& core)
    : socket_(std::move(socket)),
      core_(core),
      deadline_timer_(socket_.get_executor()),
      event_timer_(socket_.get_executor()) {}

void Connection::start() {
    auto self = shared_from_this();
    place_ = core_.connections.add(self);
    auto done = [self](std::exception_ptr) { self->core_.connections.remove(self->place_); };
    asio::co_spawn(socket_.get_executor(), run(self), done);
}

void Connection::drain() {
    auto task = [self = shared_from_this()] {
        self->draining_ = true;
        ErrorCode ignored;
        if (self->idle_) self->socket_.cancel(ignored);
    };
    asio::post(socket_.get_executor(), task);
}

void Connection::abort() {
    asio::post(socket_.get_executor(), [self = shared_from_this()] { self->cut(); });
}

void Connection::make_room() {
    auto task = [self = shared_from_this()] {
        bool waits_anew = self->core_.connections.waits(self->place_);
        if (self->deadline_ && !waits_anew) self->cut();
    };
    asio::post(socket_.get_executor(), task);
}

void Connection::cut() {
    aborted_ = true;
    // The descriptor itself stays until the coroutine has ended: nobody else may get its number while TLS
    // uses it.
    ErrorCode ignored;
    socket_.shutdown(Socket::shutdown_both, ignored);
    socket_.cancel(ignored);
    event_timer_.cancel();
}

Connection::Awaitable<void> Connection::run(std::shared_ptr<Connection> self) {
    try {
        ErrorCode ignored;
        self->socket_.non_blocking(true, ignored);
        self->socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
        self->remote_address_ = text_of(self->socket_.remote_endpoint().address());
        bool more = co_await self->greet();
        while (more) more = co_await self->serve_one();
        if (self->discards_input_) co_await self->discard_input();
    } catch (const ConnectionLost&) {
        // An ordinary end: the client went away, or was too slow.
    } catch (const std::exception& error) {
        spdlog::debug("A connection of {} ended: {}", self->remote_address_, error.what());
        self->cut_off_ = true;
    }
    self->close();
}

// The TLS handshake; or, where the first byte shows that the client speaks plain HTTP, a hint and no more.
Connection::Awaitable<bool> Connection::greet() {
    auto deadline = Clock::now() + core_.options.request_timeout;
    if (draining_) co_return false;
    bool came = co_await wait_ready(Socket::wait_read, deadline);
    if (!came) co_return false;
    idle_ = false;
    unsigned char first = 0;
    if (::recv(socket_.native_handle(), &first, 1, MSG_PEEK) != 1) co_return false;
    if (first != tls_handshake_record) {
        if (first >= 'A' && first <= 'Z') co_await tell_plain_http();
        co_return false;
    }
    channel_.emplace(core_.tls, socket_.native_handle());
    for (;;) {
        Step step = channel_->handshake();
        if (step == Step::done) co_return true;
        bool ready = co_await wait_for(step, deadline);
        if (!ready) co_return false;
    }
}

Connection::Awaitable<void> Connection::tell_plain_http() {
    Response response{.status = 400, .headers = {{"Content-Type", "text/plain"}}};
    std::string body = "This port speaks HTTPS only: write https:// in front of the address.\n";
    keeps_alive_ = false;
    std::string text = compose_head(response, head_options(Framed::by_length, body.size())) + body;
    // Short enough for the empty buffer of a fresh connection: sent whole or not at all.
    (void)::send(socket_.native_handle(), text.data(), text.size(), MSG_NOSIGNAL);
    discards_input_ = true;
    co_return;
}

Connection::Awaitable<bool> Connection::serve_one() {
    RequestReader reader({core_.options.max_header_bytes, core_.options.max_body_bytes});
    keeps_alive_ = true;
    is_http_1_0_ = false;
    MemoryBudget::Share held(core_.held_bytes);
    Received received = co_await receive(reader, held);
    idle_ = false;
    received_ = Clock::now();
    if (received == Received::nothing) co_return false;
    if (received != Received::request) {
        Refusal refusal{408, "The request did not arrive in time"};
        if (received == Received::refused) refusal = reader.refusal();
        if (received == Received::no_room)
            refusal = {503, "The server has too many large requests to answer right now"};
        co_await turn_away(reader, std::move(held), std::move(refusal));
        co_return false;
    }
    keeps_alive_ = reader.keeps_alive();
    is_http_1_0_ = reader.is_http_1_0();
    auto request = complete(reader.take_request(), std::move(held));
    bool head_only = request->method == "HEAD";
    Response response = co_await answer(std::move(request));
    co_await respond(std::move(response), head_only);
    co_return keeps_alive_ && !draining_;
}

Connection::Awaitable<Connection::Received> Connection::receive(RequestReader& reader,
                                                                MemoryBudget::Share& held) {
    input_.erase(0, std::min(input_.find_first_not_of("\r\n"), input_.size()));
    if (input_.empty()) {
        std::string().swap(input_);  // an idle connection keeps no buffer
        if (draining_) co_return Received::nothing;
        idle_ = true;
        bool came = co_await fill(Clock::now() + core_.options.idle_timeout);
        idle_ = false;
        if (!came) co_return Received::nothing;
    }
    auto deadline = Clock::now() + core_.options.request_timeout;
    for (;;) {
        auto progress = reader.consume(input_);
        if (progress == RequestReader::Progress::complete) co_return Received::request;
        if (progress == RequestReader::Progress::refused) co_return Received::refused;
        if (progress == RequestReader::Progress::head_complete) {
            if (reader.expects_continue() && input_.empty()) co_await send(continue_line);
            continue;
        }
        auto patience = deadline;
        if (reader.may_have_no_body())
            patience = std::min(deadline, Clock::now() + core_.options.missing_body_timeout);
        bool came = co_await fill(patience);
        bool is_silent = input_.empty() && Clock::now() >= patience;
        if (!came && is_silent && reader.may_have_no_body()) co_return Received::request;
        if (!came) co_return Received::timed_out;
        std::size_t bytes = input_.size() + reader.body_bytes();
        if (bytes > uncounted_bytes && !held.grow_to(bytes - uncounted_bytes)) co_return Received::no_room;
    }
}

Connection::Awaitable<void> Connection::turn_away(RequestReader& reader, MemoryBudget::Share held,
                                                  Refusal refusal) {
    std::shared_ptr<const Request> request;
    if (reader.has_head()) request = complete(reader.take_request(), std::move(held));
    keeps_alive_ = false;
    discards_input_ = true;
    std::string().swap(input_);
    Response response = core_.refuse(refusal.status, refusal.message, request.get());
    bool head_only = request && request->method == "HEAD";
    request.reset();
    co_await respond(std::move(response), head_only);
}

// With what it holds of the memory for requests.
std::shared_ptr<const Request> Connection::complete(Request request, MemoryBudget::Share held) const {
    request.remote_address = remote_address_;
    if (request.host.empty()) {
        ErrorCode error;
        auto local = socket_.local_endpoint(error);
        std::string address = text_of(local.address());
        if (address.find(':') != std::string::npos) address = "[" + address + "]";
        request.host = address + ":" + std::to_string(local.port());
    }
    struct Held {
        Request request;
        MemoryBudget::Share held;
    };
    auto whole = std::make_shared<Held>(std::move(request), std::move(held));
    return {whole, &whole->request};
}

// Has the handler run by a worker, and waits for what it gives. The request goes before the answer is sent.
Connection::Awaitable<Response> Connection::answer(std::shared_ptr<const Request> request) {
    event_ = false;
    auto job = [self = shared_from_this(), request]() mutable {
        Response response = self->core_.run_handler(*request);
        request.reset();
        self->deliver(std::move(response));
    };
    if (!core_.workers.submit(std::move(job)))
        co_return core_.refuse(503, "The server has too many requests to answer right now", request.get());
    bool delivered = co_await wait_event(Clock::now() + core_.options.handler_timeout);
    if (!delivered) {
        spdlog::error("{} {} was given up after {} seconds", request->method, request->path,
                      core_.options.handler_timeout.count());
        keeps_alive_ = false;
        co_return core_.refuse(503, "The answer takes too long", request.get());
    }
    Response response = std::move(*result_);
    result_.reset();
    co_return response;
}

void Connection::deliver(Response response) {
    auto task = [self = shared_from_this(), response = std::move(response)]() mutable {
        self->result_ = std::move(response);
        self->event_ = true;
        self->event_timer_.cancel();
    };
    asio::post(socket_.get_executor(), std::move(task));
}

}  // namespace holdfast::http
