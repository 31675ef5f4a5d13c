// Time, crowds and the end: what bounds a server.
#include <fmt/format.h>

#include <future>
#include <latch>
#include <thread>

#include "base/error.hpp"
#include "base/text.hpp"
#include "http/server_fixture.hpp"

namespace holdfast::http::test {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Limits = ServerTest;

TEST_F(Limits, a_head_that_does_not_end_in_time_is_dropped) {
    start(echo, {.request_timeout = 1s});
    RawClient client(server_->port());
    client.send("GET / HTTP/1.1\r\nHost:");
    EXPECT_THAT(client.read_all(), AllOf(StartsWith("HTTP/1.1 408 RequestTimeout"), HasSubstr("no head")));
}

TEST_F(Limits, a_body_that_does_not_end_in_time_is_dropped) {
    start(echo, {.request_timeout = 1s});
    RawClient client(server_->port());
    client.send("POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_THAT(client.read_all(), AllOf(StartsWith("HTTP/1.1 408"), EndsWith("/slow")));
}

TEST_F(Limits, an_idle_connection_is_closed_without_a_word) {
    start(echo, {.idle_timeout = 1s});
    RawClient client(server_->port());
    EXPECT_EQ(client.read_all(), "");
    RawClient used(server_->port());
    used.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    used.read_response();
    EXPECT_EQ(used.read_all(), "");
}

TEST_F(Limits, a_client_that_never_greets_is_closed) {
    start(echo, {.request_timeout = 1s});
    UniqueFd socket = connect_to(server_->port());
    char byte;
    EXPECT_EQ(::read(socket.get(), &byte, 1), 0);
    UniqueFd half = connect_to(server_->port());
    ASSERT_EQ(::write(half.get(), "\x16\x03\x01", 3), 3);
    EXPECT_EQ(::read(half.get(), &byte, 1), 0);
}

TEST_F(Limits, a_full_queue_is_answered_with_503) {
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    std::latch entered(1);
    start(
        [&](const Request& request) {
            if (request.path == "/slow") {
                entered.count_down();
                released.wait();
            }
            return echo(request);
        },
        {.worker_threads = 1, .max_queued_requests = 0});
    RawClient slow(server_->port());
    slow.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
    entered.wait();
    auto refused = curl({"-i", url("/more")});
    EXPECT_THAT(refused.output,
                AllOf(StartsWith("HTTP/1.1 503 ServiceUnavailable"), HasSubstr("Retry-After: 5")));
    release.set_value();
    EXPECT_THAT(slow.read_response(), EndsWith("GET /slow? []"));
}

TEST_F(Limits, a_handler_that_takes_too_long_is_given_up) {
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    start(
        [released](const Request& request) {
            released.wait();
            return echo(request);
        },
        {.handler_timeout = 1s});
    EXPECT_THAT(curl({"-i", url("/never")}).output, StartsWith("HTTP/1.1 503"));
    release.set_value();
}

TEST_F(Limits, connections_over_the_limit_wait_while_all_others_are_busy) {
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    std::latch entered(2);
    start(
        [&](const Request& request) {
            if (request.path == "/busy") {
                entered.count_down();
                released.wait();
            }
            return echo(request);
        },
        {.max_connections = 2});
    RawClient first(server_->port());
    RawClient second(server_->port());
    for (auto* client : {&first, &second}) client->send("GET /busy HTTP/1.1\r\nHost: h\r\n\r\n");
    entered.wait();
    auto third = std::async(std::launch::async, [this] { return curl({url("/third")}).output; });
    EXPECT_NE(third.wait_for(300ms), std::future_status::ready);
    release.set_value();
    for (auto* client : {&first, &second}) EXPECT_THAT(client->read_response(), EndsWith("GET /busy? []"));
    EXPECT_EQ(third.get(), "GET /third? []");
}

TEST_F(Limits, the_connection_that_is_silent_for_the_longest_makes_room) {
    start(echo, {.max_connections = 3});
    UniqueFd never_greets = connect_to(server_->port());
    RawClient slow(server_->port());
    slow.send("GET / HTTP/1.1\r\n");
    RawClient kept(server_->port());
    for (int i = 0; i < 2; ++i) {
        kept.send("GET /kept HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_THAT(kept.read_response(), EndsWith("GET /kept? []"));
        EXPECT_EQ(curl({url(fmt::format("/new{}", i))}).output, fmt::format("GET /new{}? []", i));
    }
    char byte;
    EXPECT_LE(::read(never_greets.get(), &byte, 1), 0);
}

TEST_F(Limits, ever_new_silent_connections_keep_nobody_out) {
    start(echo, {.max_connections = 50});
    std::vector<UniqueFd> silent;
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 100; ++i) silent.push_back(connect_to(server_->port()));
        EXPECT_EQ(curl({url(fmt::format("/{}", round))}).output, fmt::format("GET /{}? []", round));
    }
}

TEST_F(Limits, large_requests_share_a_bounded_memory_and_small_ones_always_have_room) {
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    std::latch entered(1);
    start(
        [&](const Request& request) {
            if (request.path == "/held") {
                entered.count_down();
                released.wait();
            }
            return Response{.body = request.path};
        },
        {.max_held_bytes = 100 << 10});
    auto large = [](std::string_view path) {
        return fmt::format("POST {} HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n{:x<100000}", path,
                           "");
    };
    RawClient holder(server_->port());
    holder.send(large("/held"));
    entered.wait();
    RawClient refused(server_->port());
    refused.send(large("/large"));
    EXPECT_THAT(refused.read_response(),
                AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("Retry-After: 5"),
                      EndsWith("too many large requests to answer right now|/large")));
    EXPECT_EQ(curl({"-d", "small", url("/small")}).output, "/small");
    release.set_value();
    EXPECT_THAT(holder.read_response(), StartsWith("HTTP/1.1 200"));
    RawClient again(server_->port());
    again.send(large("/large"));
    EXPECT_THAT(again.read_response(), StartsWith("HTTP/1.1 200"));
}

TEST_F(Limits, a_flood_of_new_keys_leaves_room_for_others) {
    start(echo, {.network_threads = 1});
    RawClient flooder(server_->port());
    auto flood = std::async(std::launch::async, [&] { flooder.send_new_keys(300'000); });
    auto slowest = 0ms;
    for (int i = 0; flood.wait_for(0s) != std::future_status::ready; ++i) {
        auto begin = std::chrono::steady_clock::now();
        EXPECT_EQ(curl({url(fmt::format("/{}", i))}).output, fmt::format("GET /{}? []", i));
        auto took = std::chrono::steady_clock::now() - begin;
        slowest = std::max(slowest, std::chrono::duration_cast<std::chrono::milliseconds>(took));
    }
    flood.get();
    EXPECT_LT(slowest, 1s);
}

TEST_F(Limits, many_idle_connections_stay_usable) {
    start(echo);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 400; ++i) clients.push_back(std::make_unique<RawClient>(server_->port()));
    for (auto& client : clients) client->send("GET /still HTTP/1.1\r\nHost: h\r\n\r\n");
    for (auto& client : clients) ASSERT_THAT(client->read_response(), EndsWith("GET /still? []"));
}

TEST_F(Limits, stop_lets_the_request_under_way_end) {
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    std::latch entered(1);
    start([&](const Request& request) {
        entered.count_down();
        released.wait();
        return echo(request);
    });
    RawClient idle(server_->port());
    RawClient busy(server_->port());
    busy.send("GET /busy HTTP/1.1\r\nHost: h\r\n\r\n");
    entered.wait();
    auto stopped = std::async(std::launch::async, [this] { server_->stop(20s); });
    EXPECT_EQ(idle.read_all(), "");  // the stop has begun
    EXPECT_THROW(connect_to(server_->port()), std::runtime_error);
    EXPECT_NE(stopped.wait_for(0s), std::future_status::ready);
    release.set_value();
    EXPECT_THAT(busy.read_all(), AllOf(HasSubstr("Connection: close"), EndsWith("GET /busy? []")));
    EXPECT_EQ(stopped.wait_for(20s), std::future_status::ready);
}

TEST_F(Limits, stop_without_grace_cuts_off_a_stream_and_ends_its_producer) {
    std::promise<ErrorKind> ended;
    start([&](const Request&) {
        auto forever = [&](BodyWriter& writer) {
            try {
                for (std::string block(10'000, 'x');;) writer.write(as_bytes(block));
            } catch (const Error& error) {
                ended.set_value(error.kind());
                throw;
            }
        };
        return Response{.body = StreamedBody{std::nullopt, forever}};
    });
    RawClient client(server_->port());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(client.skip(1000));
    server_->stop(0s);
    EXPECT_EQ(ended.get_future().get(), ErrorKind::cancelled);
    EXPECT_FALSE(client.skip(1ULL << 40));
}

TEST_F(Limits, the_port_in_use_is_told) {
    start(echo);
    ServerOptions options{.port = server_->port(),
                          .certificate_file = certificate(),
                          .private_key_file = folder_.path() / "key.pem"};
    try {
        Server::start(options, echo, nullptr);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::io);
        EXPECT_THAT(error.what(), HasSubstr(std::to_string(server_->port())));
    }
}

}  // namespace
}  // namespace holdfast::http::test
