// Sending a response: a text that is there, or a body that is made while it is sent.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/error.hpp"
#include "http/connection.hpp"
#include "http/connection_lost.hpp"
#include "http/request_counts.hpp"

namespace holdfast::http {
namespace {

// Bodies up to this size go out together with the head.
constexpr std::size_t small_body = 64 << 10;

// Whatever ends the sending ends the producer.
struct ClosePipe {
    BodyPipe& pipe;
    ~ClosePipe() { pipe.close(); }
};

void run_producer(BodyPipe& pipe, const StreamedBody& body) {
    try {
        body.produce(pipe);
        pipe.finish();
        return;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::cancelled) spdlog::error("A response was cut off: {}", error.what());
    } catch (const std::exception& error) {
        spdlog::error("A response was cut off: {}", error.what());
    } catch (...) {
        spdlog::error("A response was cut off by something that is no exception");
    }
    pipe.fail();
}

}  // namespace

HeadOptions Connection::head_options(Framed framed, std::uint64_t length) const {
    return {.framed = framed,
            .length = length,
            .keeps_alive = keeps_alive_ && !draining_,
            .is_http_1_0 = is_http_1_0_};
}

void Connection::count(int status) const {
    if (core_.options.counts == nullptr) return;
    auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - received_);
    core_.options.counts->add(status, took);
}

Connection::Awaitable<void> Connection::respond(Response response, bool head_only) {
    const auto* own = std::get_if<std::string>(&response.body);
    const auto* shared = std::get_if<SharedText>(&response.body);
    if (!own && !shared) {
        co_await respond_streamed(std::move(response), head_only);
        co_return;
    }
    count(response.status);
    std::string_view body = own ? *own : **shared;
    std::string head = compose_head(response, head_options(Framed::by_length, body.size()));
    if (head_only || has_no_body(response.status)) body = {};
    if (body.size() <= small_body) {
        head += body;
        body = {};
    }
    co_await send(head);
    co_await send(body);
}

bool Connection::start_body(const std::shared_ptr<BodyPipe>& pipe, StreamBody body) {
    if (auto* fed = std::get_if<FedBody>(&body)) {
        fed->begin(pipe);
        return true;
    }
    auto job = [pipe, body = std::get<StreamedBody>(std::move(body))] { run_producer(*pipe, body); };
    return core_.streams.submit(std::move(job));
}

Connection::Awaitable<void> Connection::respond_streamed(Response response, bool head_only) {
    StreamBody body = FedBody{};
    std::optional<std::uint64_t> length;
    if (auto* streamed = std::get_if<StreamedBody>(&response.body)) {
        length = streamed->length;
        body = std::move(*streamed);
    } else {
        body = std::move(std::get<FedBody>(response.body));
    }
    Framed framed = length ? Framed::by_length : is_http_1_0_ ? Framed::by_close : Framed::by_chunks;
    if (framed == Framed::by_close) keeps_alive_ = false;
    if (head_only || has_no_body(response.status)) {
        count(response.status);
        std::string head = compose_head(response, head_options(framed, length.value_or(0)));
        co_await send(head);
        co_return;
    }
    event_ = false;
    // Whoever feeds the body may hold the pipe for longer than there is a connection.
    auto wake = [weak = weak_from_this()] {
        if (auto self = weak.lock()) self->signal();
    };
    auto pipe = std::make_shared<BodyPipe>(length, wake);
    ClosePipe close_pipe{*pipe};
    int failed_status = 0;
    std::string first;
    if (!start_body(pipe, std::move(body))) {
        failed_status = 503;
    } else {
        // The head waits for the first block: a producer that fails at once is answered with an error, not
        // with half a file.
        auto state = co_await take(*pipe, first);
        if (state == BodyPipe::State::broken) failed_status = 500;
    }
    if (failed_status != 0) {
        std::string_view why = failed_status == 503 ? "The server has too many downloads under way right now"
                                                    : "The content of the response could not be read";
        co_await respond(core_.refuse(failed_status, why, nullptr), false);
        co_return;
    }
    count(response.status);
    std::string head = compose_head(response, head_options(framed, length.value_or(0)));
    co_await send(head);
    co_await copy(*pipe, std::move(first), framed);
}

// From the producer to the client, until one of them ends.
Connection::Awaitable<void> Connection::copy(BodyPipe& pipe, std::string block, Framed framed) {
    auto state = BodyPipe::State::open;
    cut_off_ = true;  // until the end has been sent
    while (state == BodyPipe::State::open) {
        if (!block.empty() && framed == Framed::by_chunks) {
            std::string size = fmt::format("{:x}\r\n", block.size());
            block.insert(0, size);
            block += "\r\n";
        }
        co_await send(block);
        // One fast client does not keep a network thread for itself.
        co_await boost::asio::post(socket_.get_executor(), boost::asio::use_awaitable);
        state = co_await take(pipe, block);
    }
    if (state == BodyPipe::State::broken) throw ConnectionLost();
    if (framed == Framed::by_chunks) {
        std::string_view last = "0\r\n\r\n";
        co_await send(last);
    }
    cut_off_ = false;
}

// Waits until there is a block, or the end. Open with a block; complete or broken without.
Connection::Awaitable<BodyPipe::State> Connection::take(BodyPipe& pipe, std::string& block) {
    auto deadline = Clock::now() + core_.options.handler_timeout;
    for (;;) {
        auto state = pipe.take(block);
        if (state != BodyPipe::State::open || !block.empty()) co_return state;
        bool told = co_await wait_event(deadline);
        if (!told) co_return BodyPipe::State::broken;
    }
}

}  // namespace holdfast::http
