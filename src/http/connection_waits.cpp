// The awaits of a connection: each one has a deadline.
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

#include "http/connection.hpp"
#include "http/connection_lost.hpp"

namespace holdfast::http {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

namespace {

constexpr std::chrono::seconds discard_time{5};
constexpr std::size_t discard_limit = 64 << 20;
// One fast client does not keep a network thread for itself.
constexpr std::size_t send_at_once = 256 << 10;

// How much it was; zero at the end, negative where nothing was there.
ssize_t drop_some(int socket) {
    std::array<char, 16 << 10> bytes;
    ssize_t count = ::recv(socket, bytes.data(), bytes.size(), 0);
    if (count < 0 && errno != EAGAIN && errno != EINTR) return 0;
    return count;
}

}  // namespace

Connection::Awaitable<bool> Connection::wait_ready(Socket::wait_type direction, Clock::time_point deadline) {
    if (aborted_) throw ConnectionLost();
    deadline_ = deadline;
    watch_deadline();
    core_.connections.begin_waiting(place_);
    ErrorCode error;
    co_await socket_.async_wait(direction, asio::redirect_error(asio::use_awaitable, error));
    core_.connections.end_waiting(place_);
    deadline_.reset();
    if (aborted_) throw ConnectionLost();
    if (error == asio::error::operation_aborted) co_return false;
    if (error) throw ConnectionLost();
    co_return true;
}

void Connection::watch_deadline() {
    if (timer_runs_ && deadline_timer_.expiry() <= *deadline_) return;
    auto look = [weak = weak_from_this()](ErrorCode error) {
        auto self = error ? nullptr : weak.lock();
        if (self) self->look_at_deadline();
    };
    deadline_timer_.expires_at(*deadline_);
    deadline_timer_.async_wait(look);
    timer_runs_ = true;
}

void Connection::look_at_deadline() {
    timer_runs_ = false;
    if (!deadline_) return;
    ErrorCode ignored;
    if (Clock::now() < *deadline_)
        watch_deadline();
    else
        socket_.cancel(ignored);
}

Connection::Awaitable<bool> Connection::wait_for(Step step, Clock::time_point deadline) {
    if (step == Step::closed) throw ConnectionLost();
    auto direction = step == Step::wants_write ? Socket::wait_write : Socket::wait_read;
    co_return co_await wait_ready(direction, deadline);
}

Connection::Awaitable<bool> Connection::fill(Clock::time_point deadline) {
    // Where nothing is at hand yet, asking the socket would be in vain.
    for (bool asks = channel_->has_pending();; asks = true) {
        Step step = asks ? channel_->read(input_) : Step::wants_read;
        // The deadline is that of a whole request: a trickle of bytes does not move it.
        if (step == Step::done) co_return Clock::now() < deadline;
        bool ready = co_await wait_for(step, deadline);
        if (!ready) co_return false;
    }
}

// Each piece of progress starts the time anew.
Connection::Awaitable<void> Connection::send(std::string_view bytes) {
    std::size_t yield_at = bytes.size() - std::min(bytes.size(), send_at_once);
    while (!bytes.empty()) {
        if (aborted_) throw ConnectionLost();
        Step step = channel_->write(bytes);
        if (step == Step::done && bytes.size() <= yield_at && !bytes.empty()) {
            yield_at = bytes.size() - std::min(bytes.size(), send_at_once);
            co_await asio::post(socket_.get_executor(), asio::use_awaitable);
        }
        if (step == Step::done) continue;
        bool ready = co_await wait_for(step, Clock::now() + core_.options.send_timeout);
        if (!ready) throw ConnectionLost();
    }
}

Connection::Awaitable<bool> Connection::wait_event(Clock::time_point deadline) {
    while (!event_) {
        if (aborted_) throw ConnectionLost();
        if (Clock::now() >= deadline) co_return false;
        event_timer_.expires_at(deadline);
        ErrorCode ignored;
        co_await event_timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    event_ = false;
    co_return true;
}

void Connection::signal() {
    auto task = [self = shared_from_this()] {
        self->event_ = true;
        self->event_timer_.cancel();
    };
    asio::post(socket_.get_executor(), task);
}

// What the client still sends is read and dropped for a while: closing on unread bytes would reset the
// connection, and the client might never see why it was refused.
Connection::Awaitable<void> Connection::discard_input() {
    if (channel_) channel_->shutdown();
    ErrorCode ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    auto deadline = Clock::now() + discard_time;
    std::size_t discarded = 0;
    while (discarded < discard_limit && Clock::now() < deadline) {
        bool ready = co_await wait_ready(Socket::wait_read, deadline);
        if (!ready) co_return;
        ssize_t count = drop_some(socket_.native_handle());
        if (count == 0) co_return;
        discarded += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    }
}

void Connection::close() {
    ErrorCode ignored;
    if (cut_off_)
        socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    else if (channel_ && !aborted_)
        channel_->shutdown();
    channel_.reset();
    if (!cut_off_) socket_.shutdown(Socket::shutdown_both, ignored);
    socket_.close(ignored);
}

}  // namespace holdfast::http
