// What clients send: by curl, and byte for byte.
#include <fmt/format.h>

#include "http/server_fixture.hpp"

namespace holdfast::http::test {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using Requests = ServerTest;

TEST_F(Requests, curl_gets_an_answer_with_its_length_and_EMs_reason) {
    start([](const Request& request) {
        Response response = echo(request);
        if (request.path == "/bad") response.status = 400;
        return response;
    });
    EXPECT_EQ(curl({url("/api/jobs?format=Entity")}).output, "GET /api/jobs?format=Entity []");
    auto bad = curl({"-i", url("/bad")}).output;
    EXPECT_THAT(bad, StartsWith("HTTP/1.1 400 BadRequest\r\n"));
    EXPECT_THAT(bad, HasSubstr("\r\nContent-Length: 12\r\n"));
    EXPECT_THAT(bad, Not(HasSubstr("Transfer-Encoding")));
}

TEST_F(Requests, a_connection_is_kept_for_the_next_request) {
    start(echo);
    RawClient client(server_->port());
    for (int i = 0; i < 3; ++i) {
        client.send(fmt::format("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", i));
        EXPECT_THAT(client.read_response(), EndsWith(fmt::format("GET /{}? []", i)));
    }
    client.send("GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(client.read_all(), AllOf(HasSubstr("Connection: close"), EndsWith("GET /last? []")));
}

TEST_F(Requests, pipelined_requests_are_answered_in_their_order) {
    start(echo);
    RawClient client(server_->port());
    client.send(
        "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: "
        "3\r\n\r\nabc\r\nGET /3 "
        "HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(client.read_response(), EndsWith("GET /1? []"));
    EXPECT_THAT(client.read_response(), EndsWith("POST /2? [abc]"));
    EXPECT_THAT(client.read_response(), EndsWith("GET /3? []"));
}

TEST_F(Requests, the_logon_that_is_chunked_and_has_a_length_of_zero_is_accepted) {
    start(echo);
    RawClient client(server_->port());
    client.send(
        "POST /api/sessionMngr/?v=latest HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nExpect: 100-continue\r\n"
        "Transfer-Encoding: chunked\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("2\r\n{}\r\n0\r\n\r\n");
    EXPECT_THAT(client.read_all(),
                AllOf(StartsWith("HTTP/1.1 200 OK"), EndsWith("POST /api/sessionMngr/?v=latest [{}]")));
}

TEST_F(Requests, a_logon_that_announces_chunks_and_sends_none_is_accepted_as_empty) {
    start(echo, {.missing_body_timeout = std::chrono::milliseconds(50)});
    RawClient client(server_->port());
    client.send(
        "POST /api/sessionMngr/?v=latest HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nExpect: 100-continue\r\n"
        "Transfer-Encoding: chunked\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    // read_all: the connection is closed, so that chunks that come late are no request of their own.
    EXPECT_THAT(client.read_all(),
                AllOf(StartsWith("HTTP/1.1 200 OK"), EndsWith("POST /api/sessionMngr/?v=latest []")));
    auto outcome = curl({"-X", "POST", "-H", "Transfer-Encoding: chunked", "-H", "Content-Length: 0", "-H",
                         "Expect: 100-continue", url("/logon")});
    EXPECT_EQ(outcome.output, "POST /logon? []");
}

TEST_F(Requests, a_body_that_has_begun_is_not_taken_as_missing) {
    start(echo, {.request_timeout = std::chrono::seconds(1),
                 .missing_body_timeout = std::chrono::milliseconds(50)});
    RawClient client(server_->port());
    client.send(
        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n");
    EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(Requests, curl_may_send_both_framings_too) {
    start(echo);
    auto outcome = curl({"-X", "POST", "-H", "Transfer-Encoding: chunked", "-H", "Content-Length: 0",
                         "--data-binary", "x", url("/logon")});
    EXPECT_EQ(outcome.output, "POST /logon? [x]");
}

TEST_F(Requests, a_client_that_waits_for_100_continue_gets_it_once) {
    start(echo);
    RawClient client(server_->port());
    client.send("POST /a HTTP/1.1\r\nHost: h\r\nexpect: 100-Continue\r\ncontent-length: 4\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("body");
    EXPECT_THAT(client.read_response(), AllOf(StartsWith("HTTP/1.1 200"), EndsWith("[body]")));
}

TEST_F(Requests, headers_are_found_in_any_letter_case_and_a_length_of_zero_on_GET_is_no_body) {
    start([](const Request& request) {
        return Response{.body = std::string(request.header("X-RestSvcSessionId")) + "|" + request.host + "|" +
                                request.body};
    });
    RawClient client(server_->port());
    client.send(
        "GET / HTTP/1.1\r\nhOST: backup:9398\r\nx-RESTSVCsessionid: token\r\nContent-length: 0\r\n\r\n");
    EXPECT_THAT(client.read_response(), EndsWith("token|backup:9398|"));
}

TEST_F(Requests, targets_may_have_characters_that_should_be_encoded) {
    start(echo);
    RawClient client(server_->port());
    for (std::string target : {"/C:\\Users\\x?action=listAll", "/query?filter=Name==\"a\";(b>=1,c<2)",
                               "/\xC3\xBC|{}^`[]'?x=\xE2\x82\xAC\\|", "/100%/%zz?%"}) {
        client.send("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_THAT(client.read_response(), EndsWith("GET " + target + " []"));
    }
}

TEST_F(Requests, HEAD_has_the_length_and_no_body) {
    start(echo);
    RawClient client(server_->port());
    client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\nGET /y HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("Content-Length: 11\r\n"));
    EXPECT_THAT(client.read_all(), AllOf(StartsWith("HTTP/1.1 200"), EndsWith("GET /y? []")));
}

TEST_F(Requests, a_client_of_HTTP_1_0_is_served_and_let_go) {
    start(echo);
    EXPECT_EQ(curl({"-0", url("/old")}).output, "GET /old? []");
    RawClient client(server_->port());
    client.send("GET /older HTTP/1.0\r\n\r\n");
    EXPECT_THAT(client.read_all(), EndsWith("GET /older? []"));
    RawClient kept(server_->port());
    kept.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(kept.read_response(), HasSubstr("Connection: keep-alive"));
    kept.send("GET /b HTTP/1.0\r\n\r\n");
    EXPECT_THAT(kept.read_all(), EndsWith("GET /b? []"));
}

TEST_F(Requests, a_request_without_a_host_is_told_our_own_address) {
    start(
        [](const Request& request) { return Response{.body = request.host + "|" + request.remote_address}; });
    RawClient client(server_->port());
    client.send("GET / HTTP/1.0\r\n\r\n");
    EXPECT_THAT(client.read_all(), EndsWith(fmt::format("127.0.0.1:{}|127.0.0.1", server_->port())));
}

TEST_F(Requests, plain_HTTP_is_told_to_use_https) {
    start(echo);
    auto outcome = curl({"-i", fmt::format("http://127.0.0.1:{}/api/", server_->port())});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.output, AllOf(StartsWith("HTTP/1.1 400 BadRequest"), HasSubstr("https://")));
}

TEST_F(Requests, old_TLS_is_refused) {
    start(echo);
    EXPECT_EQ(curl({"--tlsv1.2", "--tls-max", "1.2", url("/")}).status, 0);
    EXPECT_EQ(curl({"--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0", url("/")}).status,
              35);
}

struct Malformed {
    std::string_view text;
    int status;
};

class MalformedRequests : public ServerTest, public ::testing::WithParamInterface<Malformed> {};

TEST_P(MalformedRequests, are_refused_and_the_connection_is_closed) {
    start(echo);
    RawClient client(server_->port());
    client.send(GetParam().text);
    EXPECT_THAT(client.read_all(), AllOf(StartsWith(fmt::format("HTTP/1.1 {} ", GetParam().status)),
                                         HasSubstr("Connection: close"), HasSubstr("|")));
}

INSTANTIATE_TEST_SUITE_P(
    All, MalformedRequests,
    ::testing::Values(
        Malformed{"nonsense\r\n\r\n", 400}, Malformed{"GET / HTTP/1.1\r\n\r\n", 400},
        Malformed{"GET / HTTP/1.1\nHost: h\n\n", 400}, Malformed{"GET x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
        Malformed{"GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n", 400},
        Malformed{"GET / HTTP/1.1\r\nHost: h\"><x\r\n\r\n", 400},
        Malformed{"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400},
        Malformed{"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        Malformed{"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                  400},
        Malformed{"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
        Malformed{"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n", 501},
        Malformed{"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
        Malformed{"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400}));

TEST_F(Requests, a_head_over_the_limit_is_refused) {
    start(echo, {.max_header_bytes = 2048});
    RawClient client(server_->port());
    client.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(4000, 'x'));
    EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 431 "));
    EXPECT_EQ(curl({"-H", "X: " + std::string(1500, 'x'), url("/fits")}).output, "GET /fits? []");
}

TEST_F(Requests, a_body_over_the_limit_is_refused_however_it_comes) {
    start(echo, {.max_body_bytes = 100'000});
    auto file = folder_.path() / "body";
    write_file_durably(file, std::vector<std::byte>(5'000'000, std::byte{'x'}), 0600);
    std::string data = "@" + file.string();
    for (std::vector<std::string> how :
         {std::vector<std::string>{}, {"-H", "Expect:"}, {"-H", "Transfer-Encoding: chunked"}}) {
        how.insert(how.end(), {"-w", " %{http_code}", "--data-binary", data, url("/big")});
        auto outcome = curl(how);
        EXPECT_THAT(outcome.output, HasSubstr(" 413")) << outcome.output;
        EXPECT_THAT(outcome.output, HasSubstr("97.7 KiB|/big"));
    }
    write_file_durably(file, std::vector<std::byte>(100'000, std::byte{'x'}), 0600);
    EXPECT_EQ(curl({"--data-binary", data, url("/fits")}).output.size(),
              100'000 + sizeof("POST /fits? []") - 1);
}

TEST_F(Requests, an_exception_of_a_handler_is_a_bare_500) {
    start([](const Request& request) -> Response {
        if (request.path == "/split") return {.headers = {{"X", "a\r\nY: b"}}};
        throw std::runtime_error("secret");
    });
    for (std::string_view path : {"/throws", "/split"}) {
        auto outcome = curl({"-i", url(path)});
        EXPECT_THAT(outcome.output, AllOf(StartsWith("HTTP/1.1 500 InternalServerError"),
                                          Not(HasSubstr("secret")), Not(HasSubstr("Y: b"))));
    }
}

}  // namespace
}  // namespace holdfast::http::test
