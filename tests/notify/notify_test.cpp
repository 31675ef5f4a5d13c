// Signatures, pauses, and what a target may be.
#include <gmock/gmock.h>

#include "error_of.hpp"
#include "notify/check_target.hpp"
#include "notify/pause.hpp"
#include "notify/signature.hpp"

namespace holdfast::notify {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Signature, IsWhatOpensslComputes) {
    // printf '1795676914.{"Id":"x"}' | openssl dgst -sha256 -hmac 'a secret of sixteen'
    EXPECT_EQ(signature_header("a secret of sixteen", *parse_time("2026-11-26T07:08:34.9Z"), R"({"Id":"x"})"),
              "t=1795676914,v1=27415ecb227945b4ed29c9d0374cfa05bb7be5e83a2b66e2a92503ba6bb2ccad");
}

TEST(Pause, GrowsToAnHourAndIsSpread) {
    EXPECT_EQ(between_tries.pause_after(1, 1), seconds(2));
    EXPECT_EQ(between_tries.pause_after(2, 1), seconds(4));
    EXPECT_EQ(between_tries.pause_after(5, 1.5), seconds(48));
    EXPECT_EQ(between_tries.pause_after(12, 1), hours(1));
    EXPECT_EQ(between_tries.pause_after(1'000'000, 0.5), std::chrono::minutes(30));
    for (int i = 0; i < 100; ++i) {
        EXPECT_GE(between_tries.pause_after(1), seconds(1));
        EXPECT_LE(between_tries.pause_after(1), seconds(3));
    }
}

TEST(WebhookUrl, IsHttpWithoutSecretsThatAnswersWouldShow) {
    for (const auto* url :
         {"https://example.org/hook", "http://127.0.0.1:8080/", "https://[::1]/a?b=c", "https://example.org"})
        EXPECT_NO_THROW(check_webhook_url(url)) << url;
    for (const auto* url :
         {"", "example.org/hook", "ftp://example.org/", "file:///etc/passwd", "gopher://x/", "https://",
          "https://user@example.org/", "https://user:word@example.org/", "https://:word@example.org/",
          "https://example.org/#part", "https://example.org/a b", "https://example.org/\r\nX: y",
          "https://example.org/ü", "//example.org/"})
        EXPECT_EQ(error_of([&] { check_webhook_url(url); }), ErrorKind::invalid_input) << url;
}

TEST(MailSettings, HoldNothingThatCouldEndALine) {
    catalog::MailSettings good{
        .server = "mail.example.org", .port = 587, .from = "a@example.org", .to = {"b+c@example.org"}};
    EXPECT_NO_THROW(check_mail(good));
    auto refused = [&](auto change) {
        auto bad = good;
        change(bad);
        return error_of([&] { check_mail(bad); }) == ErrorKind::invalid_input;
    };
    for (const auto* address :
         {"", "a", "@example.org", "a@", "a@b@c", "a b@example.org", "a@example.org\r\nBcc: x@y",
          "Ann <a@example.org>", "a@example.org,b@example.org", "\"a\"@example.org", "ä@example.org",
          "a@-x"}) {
        EXPECT_TRUE(refused([&](auto& mail) { mail.from = address; })) << address;
        EXPECT_TRUE(refused([&](auto& mail) { mail.to.push_back(address); })) << address;
    }
    for (const auto* server : {"", "mail/x", "mail example", "user@mail", "mail?x", "-v", "mail\r\n"})
        EXPECT_TRUE(refused([&](auto& mail) { mail.server = server; })) << server;
    EXPECT_TRUE(refused([](auto& mail) { mail.to.clear(); }));
    EXPECT_TRUE(refused([](auto& mail) { mail.user = "ann", mail.encryption = "None"; }));
    EXPECT_FALSE(refused([](auto& mail) { mail.user = "ann", mail.encryption = "Tls"; }));
    EXPECT_FALSE(refused([](auto& mail) { mail.server = "2001:db8::1"; }));
}

}  // namespace
}  // namespace holdfast::notify
