// Bodies that are made while they are sent.
#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include "base/error.hpp"
#include "base/text.hpp"
#include "http/body_pipe.hpp"
#include "http/server_fixture.hpp"

namespace holdfast::http::test {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using Streams = ServerTest;

std::size_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::size_t pages = 0;
    file >> pages >> pages;
    return pages * 4096;
}

StreamedBody lines(std::optional<std::uint64_t> length, int count) {
    return {length, [count](BodyWriter& writer) {
                for (int i = 0; i < count; ++i) writer.write(as_bytes(fmt::format("line {:06}\n", i)));
            }};
}

std::string expected_lines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += fmt::format("line {:06}\n", i);
    return text;
}

TEST_F(Streams, arrive_whole_with_and_without_a_length) {
    constexpr int count = 300'000;
    start([](const Request& request) {
        if (request.path == "/length") return Response{.body = lines(12ULL * count, count)};
        return Response{.body = lines(std::nullopt, count)};
    });
    auto expected = expected_lines(count);
    EXPECT_TRUE(curl({url("/length")}).output == expected);
    EXPECT_TRUE(curl({url("/chunked")}).output == expected);
    EXPECT_TRUE(curl({"-0", url("/close")}).output == expected);
    EXPECT_THAT(curl({"-I", url("/length")}).output, HasSubstr("Content-Length: 3600000"));
    EXPECT_THAT(curl({"-I", url("/chunked")}).output, HasSubstr("Transfer-Encoding: chunked"));
}

TEST_F(Streams, the_connection_is_kept_after_one) {
    start([](const Request& request) {
        if (request.path == "/stream") return Response{.body = lines(24, 2)};
        return echo(request);
    });
    RawClient client(server_->port());
    client.send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(client.read_response(), EndsWith("line 000000\nline 000001\n"));
    EXPECT_THAT(client.read_response(), EndsWith("GET /next? []"));
}

TEST_F(Streams, a_gibibyte_passes_in_constant_memory) {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "AddressSanitizer keeps freed memory, so that its growth tells nothing";
#endif
    constexpr std::uint64_t size = 1ULL << 30;
    start([](const Request&) {
        auto produce = [](BodyWriter& writer) {
            std::string block(1 << 20, 'x');
            for (std::uint64_t sent = 0; sent < size; sent += block.size()) writer.write(as_bytes(block));
        };
        return Response{.body = StreamedBody{size, produce}};
    });
    RawClient client(server_->port());
    client.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\n");
    client.read_until("\r\n\r\n");
    ASSERT_TRUE(client.skip(64 << 20));
    std::size_t before = resident_bytes();
    std::size_t highest = before;
    for (std::uint64_t done = 64 << 20; done < size; done += 64 << 20) {
        ASSERT_TRUE(client.skip(64 << 20));
        highest = std::max(highest, resident_bytes());
    }
    EXPECT_LT(highest - before, 8U << 20);
    RecordProperty("grown_bytes", static_cast<int>(highest - before));
}

// A body without an end; tells how it was ended.
struct Endless {
    std::promise<ErrorKind> ended;
    std::atomic<std::uint64_t> written = 0;

    Response respond() {
        auto produce = [this](BodyWriter& writer) {
            try {
                for (std::string block(64 << 10, 'x');; written += block.size())
                    writer.write(as_bytes(block));
            } catch (const Error& error) {
                ended.set_value(error.kind());
                throw;
            }
        };
        return {.body = StreamedBody{std::nullopt, produce}};
    }
};

TEST_F(Streams, a_client_that_goes_away_ends_the_producer) {
    Endless endless;
    start([&](const Request&) { return endless.respond(); });
    RawClient client(server_->port());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(client.skip(1 << 20));
    client.drop();
    auto ended = endless.ended.get_future();
    ASSERT_EQ(ended.wait_for(20s), std::future_status::ready);
    EXPECT_EQ(ended.get(), ErrorKind::cancelled);
}

TEST_F(Streams, a_client_that_stops_reading_ends_the_producer_and_never_fills_the_memory) {
    Endless endless;
    start([&](const Request&) { return endless.respond(); }, {.send_timeout = 1s});
    RawClient client(server_->port());
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    auto ended = endless.ended.get_future();
    ASSERT_EQ(ended.wait_for(20s), std::future_status::ready);
    EXPECT_EQ(ended.get(), ErrorKind::cancelled);
    EXPECT_LT(endless.written, 32U << 20);  // what the kernel's own buffers take
}

TEST_F(Streams, a_producer_that_fails_at_once_is_an_error) {
    start([](const Request&) {
        return Response{.body = StreamedBody{100, [](BodyWriter&) {
                                                 throw Error(ErrorKind::io, "Cannot read the secret file");
                                             }}};
    });
    EXPECT_THAT(curl({"-i", url("/")}).output, AllOf(StartsWith("HTTP/1.1 500"), Not(HasSubstr("secret"))));
}

TEST_F(Streams, a_producer_that_fails_later_breaks_the_connection_off) {
    start([](const Request& request) {
        auto length = request.path == "/length" ? std::optional<std::uint64_t>(1 << 20) : std::nullopt;
        return Response{.body = StreamedBody{length, [](BodyWriter& writer) {
                                                 writer.write(as_bytes(std::string(300'000, 'x')));
                                                 throw Error(ErrorKind::io, "Cannot read the disk");
                                             }}};
    });
    EXPECT_NE(curl({"-o", "/dev/null", url("/length")}).status, 0);
    EXPECT_NE(curl({"-o", "/dev/null", url("/chunked")}).status, 0);
    EXPECT_NE(curl({"-0", "-o", "/dev/null", url("/close")}).status, 0);
}

TEST_F(Streams, a_body_of_another_length_than_it_said_is_never_taken_for_whole) {
    start([](const Request& request) {
        std::size_t size = request.path == "/short" ? 300'000 : 700'000;
        return Response{.body = StreamedBody{500'000, [size](BodyWriter& writer) {
                                                 writer.write(as_bytes(std::string(size / 2, 'x')));
                                                 writer.write(as_bytes(std::string(size / 2, 'x')));
                                             }}};
    });
    EXPECT_NE(curl({"-o", "/dev/null", url("/short")}).status, 0);
    EXPECT_NE(curl({"-o", "/dev/null", url("/long")}).status, 0);
}

TEST_F(Streams, streams_leave_the_workers_free_and_are_bounded) {
    Endless endless;
    start(
        [&](const Request& request) { return request.path == "/stream" ? endless.respond() : echo(request); },
        {.worker_threads = 1, .max_streams = 1});
    RawClient client(server_->port());
    client.send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(client.skip(1000));
    EXPECT_EQ(curl({url("/free")}).output, "GET /free? []");
    EXPECT_THAT(curl({"-i", url("/stream")}).output, StartsWith("HTTP/1.1 503"));
    server_->stop(0s);
    EXPECT_EQ(endless.ended.get_future().get(), ErrorKind::cancelled);
}

TEST(BodyPipe, hands_over_what_was_written_and_wakes_once) {
    int woken = 0;
    BodyPipe pipe(std::nullopt, [&] { ++woken; });
    std::string block;
    EXPECT_EQ(pipe.take(block), BodyPipe::State::open);
    pipe.write(as_bytes("ab"));
    pipe.write(as_bytes("c"));
    EXPECT_EQ(woken, 1);
    EXPECT_EQ(pipe.take(block), BodyPipe::State::open);
    EXPECT_EQ(block, "abc");
    pipe.finish();
    EXPECT_EQ(pipe.take(block), BodyPipe::State::complete);
    EXPECT_EQ(block, "");
}

// Where the feeds of a test come to.
class Feeds {
  public:
    FedBody body() {
        return {[this](std::shared_ptr<BodyFeed> feed) {
            feed->offer("hello\n");
            std::lock_guard lock(mutex_);
            feeds_.push_back(std::move(feed));
            changed_.notify_all();
        }};
    }
    std::vector<std::shared_ptr<BodyFeed>> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, 20s, [&] { return feeds_.size() >= count; });
        return feeds_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::shared_ptr<BodyFeed>> feeds_;
};

TEST_F(Streams, fed_ones_take_no_thread_and_end_when_they_are_ended) {
    Feeds feeds;
    ServerOptions options;
    options.worker_threads = 1;
    options.max_streams = 1;
    start(
        [&](const Request& request) {
            if (request.path == "/feed") return Response{.body = feeds.body()};
            return echo(request);
        },
        options);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(std::make_unique<RawClient>(server_->port()));
        clients.back()->send("GET /feed HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_THAT(clients.back()->read_until("hello\n\r\n"), HasSubstr("Transfer-Encoding: chunked"));
    }
    EXPECT_THAT(curl({url("/other")}).output, HasSubstr("GET /other")) << "the one worker is free";
    auto all = feeds.wait_for(20);
    for (auto& feed : all) EXPECT_EQ(feed->offer("more\n"), BodyFeed::Offer::taken);
    for (auto& client : clients) EXPECT_THAT(client->read_until("more\n\r\n"), HasSubstr("5\r\nmore"));
    for (auto& feed : all) {
        feed->finish();
        EXPECT_EQ(feed->offer("late"), BodyFeed::Offer::gone);
    }
    for (auto& client : clients) {
        EXPECT_THAT(client->read_until("0\r\n\r\n"), EndsWith("0\r\n\r\n"));
        client->send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_THAT(client->read_response(), HasSubstr("GET /next")) << "the connection is kept";
    }
    EXPECT_THAT(curl({"-I", url("/feed")}).output, HasSubstr("Transfer-Encoding: chunked"));
    EXPECT_EQ(feeds.wait_for(20).size(), 20U) << "HEAD feeds nothing";
}

TEST_F(Streams, a_fed_one_keeps_no_more_than_its_client_should_read_and_notices_that_it_is_gone) {
    Feeds feeds;
    start([&](const Request&) { return Response{.body = feeds.body()}; });
    RawClient client(server_->port());
    client.send("GET /feed HTTP/1.1\r\nHost: h\r\n\r\n");
    client.read_until("hello\n");
    auto feed = feeds.wait_for(1).at(0);
    std::string piece(32 << 10, 'x');
    std::uint64_t taken = 0;
    // Until it is full for good, not only until the connection has taken what it holds.
    for (int refused = 0; refused < 10'000; ++refused) {
        if (feed->offer(piece) != BodyFeed::Offer::taken) {
            std::this_thread::yield();
            continue;
        }
        taken += piece.size();
        refused = 0;
        ASSERT_LT(taken, 1ULL << 30) << "a client that reads nothing takes everything";
    }
    client.drop();
    auto deadline = std::chrono::steady_clock::now() + 20s;
    while (feed->offer(piece) != BodyFeed::Offer::gone && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    EXPECT_EQ(feed->offer("x"), BodyFeed::Offer::gone);
    // Whoever feeds may hold on for longer than there is a server.
    server_.reset();
    EXPECT_EQ(feed->offer("x"), BodyFeed::Offer::gone);
}

}  // namespace
}  // namespace holdfast::http::test
