// The parts that need no socket.
#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <atomic>
#include <latch>
#include <memory>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "http/certificate_facts.hpp"
#include "http/memory_budget.hpp"
#include "http/request_reader.hpp"
#include "http/response_head.hpp"
#include "http/server.hpp"
#include "http/worker_pool.hpp"

namespace holdfast::http {
namespace {

TEST(MemoryBudget, has_room_again_when_a_share_has_gone) {
    MemoryBudget budget(100);
    MemoryBudget::Share first(budget);
    EXPECT_TRUE(first.grow_to(60));
    {
        MemoryBudget::Share second(budget);
        EXPECT_TRUE(second.grow_to(40));
        EXPECT_FALSE(second.grow_to(41));
        EXPECT_FALSE(first.grow_to(61));
        MemoryBudget::Share moved(std::move(second));
    }
    EXPECT_TRUE(first.grow_to(100));
    EXPECT_TRUE(first.grow_to(10));
    EXPECT_FALSE(first.grow_to(101));
}

TEST(Framing, takes_the_length_of_zero_out_beside_chunked) {
    std::string head =
        "POST / HTTP/1.1\r\nHost: h\r\ncontent-LENGTH:0\r\nTransfer-Encoding:  Chunked\r\nA: b\r\n\r\n";
    Framing framing = settle_framing(head);
    EXPECT_FALSE(framing.refusal);
    EXPECT_TRUE(framing.content_length_dropped);
    EXPECT_EQ(head, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:  Chunked\r\nA: b\r\n\r\n");
}

TEST(Framing, leaves_everything_else_alone_or_refuses_it) {
    std::string plain = "POST /a:b HTTP/1.1\r\nContent-Length: 7\r\n\r\n";
    EXPECT_FALSE(settle_framing(plain).refusal);
    EXPECT_EQ(plain, "POST /a:b HTTP/1.1\r\nContent-Length: 7\r\n\r\n");
    for (std::string head :
         {"P / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
          "P / HTTP/1.1\r\nContent-Length: 00\r\nTransfer-Encoding: chunked\r\n\r\n",
          "P / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
          "P / HTTP/1.1\r\nTransfer-Encoding : xchunked\r\n\r\n"})
        EXPECT_TRUE(settle_framing(head).refusal) << head;
}

TEST(Target, is_split_into_path_and_query) {
    auto parts = [](std::string_view text) {
        auto target = split_target(text);
        return target ? target->path + "|" + target->query : "none";
    };
    EXPECT_EQ(parts("/api/jobs?a=b?c"), "/api/jobs|a=b?c");
    EXPECT_EQ(parts("/"), "/|");
    EXPECT_EQ(parts("/a#frag?x"), "/a|");
    EXPECT_EQ(parts("https://backup:9398/api/?v=latest"), "/api/|v=latest");
    EXPECT_EQ(parts("HTTP://backup"), "/|");
    EXPECT_EQ(parts("http://backup?x"), "/|x");
    EXPECT_EQ(parts("*"), "*|");
    EXPECT_EQ(parts("api"), "none");
    EXPECT_EQ(parts(""), "none");
}

TEST(Host, is_made_of_names_addresses_and_ports) {
    EXPECT_TRUE(is_plausible_host("backup.example.org:9398"));
    EXPECT_TRUE(is_plausible_host("[::1]:9398"));
    EXPECT_FALSE(is_plausible_host("a b"));
    EXPECT_FALSE(is_plausible_host("evil/\"x"));
    EXPECT_FALSE(is_plausible_host(std::string(301, 'a')));
}

TEST(ResponseHead, of_a_response_without_a_body_has_no_length) {
    EXPECT_THAT(compose_head({.status = 204}, {}), ::testing::Not(::testing::HasSubstr("Content-Length")));
    EXPECT_THAT(
        compose_head({.status = 405, .headers = {{"content-length", "9"}, {"Allow", "GET"}}}, {.length = 3}),
        ::testing::AllOf(::testing::StartsWith("HTTP/1.1 405 MethodNotAllowed\r\nAllow: GET\r\n"),
                         ::testing::HasSubstr("Content-Length: 3\r\n"),
                         ::testing::Not(::testing::HasSubstr("content-length"))));
}

TEST(WorkerPool, refuses_what_it_has_no_room_for_and_finishes_what_it_took) {
    WorkerPool pool(2, 1);
    std::latch release(1);
    std::latch entered(2);
    std::atomic<int> ran = 0;
    auto blocks = [&] {
        entered.count_down();
        release.wait();
        ++ran;
    };
    EXPECT_TRUE(pool.submit(blocks));
    EXPECT_TRUE(pool.submit(blocks));
    entered.wait();
    EXPECT_TRUE(pool.submit([&] { ++ran; }));
    EXPECT_FALSE(pool.submit([&] { ++ran; }));
    release.count_down();
    pool.finish();
    EXPECT_EQ(ran, 3);
    EXPECT_FALSE(pool.submit([] {}));
}

std::string names_of(const std::filesystem::path& file) {
    std::unique_ptr<BIO, decltype(&BIO_free_all)> in(BIO_new_file(file.c_str(), "r"), &BIO_free_all);
    std::unique_ptr<X509, decltype(&X509_free)> certificate(
        PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), &X509_free);
    std::string found;
    for (const char* name : {"localhost", "elsewhere.example"})
        if (X509_check_host(certificate.get(), name, 0, 0, nullptr) == 1) found += std::string(name) + " ";
    for (const char* address : {"127.0.0.1", "::1", "192.0.2.1"})
        if (X509_check_ip_asc(certificate.get(), address, 0) == 1) found += std::string(address) + " ";
    return found;
}

TEST(Certificate, is_made_once_for_this_host_and_its_key_is_private) {
    TemporaryDirectory folder;
    auto certificate = folder.path() / "cert.pem";
    auto key = folder.path() / "key.pem";
    ensure_certificate(certificate, key);
    EXPECT_EQ(names_of(certificate), "localhost 127.0.0.1 ::1 ");
    struct stat status{};
    ASSERT_EQ(::stat(key.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    auto text = read_file(certificate, 1 << 20);
    ensure_certificate(certificate, key);
    EXPECT_EQ(read_file(certificate, 1 << 20), text);
    std::filesystem::remove(key);
    EXPECT_THROW(ensure_certificate(certificate, key), Error);
    EXPECT_EQ(read_file(certificate, 1 << 20), text);
}

TEST(Certificate, says_for_how_long_it_is_valid_and_by_what_it_is_known) {
    TemporaryDirectory folder;
    auto certificate = folder.path() / "cert.pem";
    ensure_certificate(certificate, folder.path() / "key.pem");
    auto facts = read_certificate_facts(certificate);
    EXPECT_EQ(facts.subject.substr(0, 3), "CN=");
    EXPECT_EQ(facts.issuer, facts.subject);
    EXPECT_TRUE(facts.is_self_signed);
    EXPECT_LT(facts.valid_from, now());
    EXPECT_GT(facts.valid_until, now() + std::chrono::days(3600));
    EXPECT_EQ(facts.sha256.size(), 64U);
    EXPECT_EQ(facts.sha256, read_certificate_facts(certificate).sha256);
    EXPECT_THROW(read_certificate_facts(folder.path() / "key.pem"), Error);
}

TEST(Certificate, that_is_none_is_told) {
    TemporaryDirectory folder;
    ServerOptions options{
        .port = 0, .certificate_file = folder.path() / "c", .private_key_file = folder.path() / "k"};
    write_file_durably(options.certificate_file, as_bytes("no certificate"), 0600);
    try {
        Server::start(options, nullptr, nullptr);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
        EXPECT_THAT(error.what(), ::testing::HasSubstr(options.certificate_file.string()));
    }
}

}  // namespace
}  // namespace holdfast::http
