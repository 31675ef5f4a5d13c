// Another server is asked who it is: what it gets to know before it has shown its certificate, and what a
// hostile one can do.
#include "peer/peer_server.hpp"

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <stop_token>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "peer/fake_holdfast.hpp"

namespace holdfast::peer {
namespace {

using test::FakeHoldfast;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

PeerAccess access_to(const FakeHoldfast& server) {
    return {.host = "127.0.0.1", .port = server.port(), .user = test::user, .password = test::password};
}

std::optional<Error> failure_of(const PeerAccess& access, const PeerLimits& limits = {}) {
    try {
        ask_identity(access, limits);
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), Not(HasSubstr(test::password)));
        return error;
    }
    ADD_FAILURE() << "no failure";
    return std::nullopt;
}

class Peer : public ::testing::Test {
  protected:
    void expect_no_holdfast(const std::string& why) {
        auto failure = failure_of(access_to(server_));
        ASSERT_TRUE(failure);
        EXPECT_EQ(failure->kind(), ErrorKind::not_supported) << failure->what();
        EXPECT_THAT(failure->what(), HasSubstr(why));
    }

    FakeHoldfast server_;
};

TEST_F(Peer, TellsWhoItIsAndGetsThePasswordOnce) {
    auto told = ask_identity(access_to(server_));
    EXPECT_EQ(told.id, server_.id);
    EXPECT_EQ(told.name, "other");
    EXPECT_EQ(told.version, "0.1.0");
    EXPECT_EQ(parse_fingerprint(told.fingerprint), told.fingerprint);
    EXPECT_THAT(server_.asked(),
                ElementsAre("GET /api/", "POST /api/sessionMngr/ with a password", "GET /api/backupServers",
                            ::testing::StartsWith("DELETE /api/logonSessions/")));
    auto access = access_to(server_);
    access.fingerprint = told.fingerprint;
    EXPECT_EQ(ask_identity(access).fingerprint, told.fingerprint);
}

TEST_F(Peer, IsTheFirstOfThoseThatItListsWhichItCannotRemove) {
    server_.servers = fmt::format(
        R"({{"BackupServers":[{{"Description":"Holdfast","Name":"third","UID":"{0}","Links":[{{"Rel":"Delete"}}]}},
           {{"Description":"Holdfast","Name":"second","Version":"2","UID":"{1}","Links":[]}}]}})",
        Uuid::random().to_string(), server_.id.to_string());
    EXPECT_EQ(ask_identity(access_to(server_)).name, "second");
}

TEST_F(Peer, WithAnotherCertificateIsToldNothing) {
    auto access = access_to(server_);
    access.fingerprint = std::string(64, 'a');
    auto failure = failure_of(access);
    EXPECT_EQ(failure->kind(), ErrorKind::conflict);
    EXPECT_THAT(failure->what(), HasSubstr(access.fingerprint));
    EXPECT_THAT(failure->what(), HasSubstr(ask_identity(access_to(server_)).fingerprint));
    FakeHoldfast other;
    auto access_to_other = access_to(other);
    access_to_other.fingerprint = ask_identity(access_to(server_)).fingerprint;
    EXPECT_EQ(failure_of(access_to_other)->kind(), ErrorKind::conflict);
    EXPECT_THAT(other.asked(), ElementsAre());
}

TEST_F(Peer, RefusesAWrongPassword) {
    auto access = access_to(server_);
    access.password = "wrong";
    auto failure = failure_of(access);
    EXPECT_EQ(failure->kind(), ErrorKind::forbidden);
    EXPECT_THAT(failure->what(), Not(HasSubstr("wrong")));
}

TEST_F(Peer, IsNoHoldfast) {
    server_.links = R"([{"Rel":"Delete"}])";
    expect_no_holdfast("none as itself");
    server_.links = "[]";
    server_.name = "a\\u0000b";
    expect_no_holdfast("Name");
    server_.name = std::string(longest_name + 1, 'n');
    expect_no_holdfast("Name");
    server_.name = "other";
    server_.version = "";
    expect_no_holdfast("Version");
    for (const auto* text :
         {"", "<html/>", "null", "[1]", R"({"BackupServers":7})", R"({"BackupServers":[7,null]})"}) {
        server_.servers = text;
        expect_no_holdfast("");
    }
    server_.servers =
        R"({"BackupServers":[{"Description":"Holdfast","Name":"n","Version":"1","UID":"../x"}]})";
    expect_no_holdfast("UID");
    server_.servers = R"({"BackupServers":)" + std::string(1000, '[') + std::string(1000, ']') + "}";
    expect_no_holdfast("");
    server_.versions = "{}";
    expect_no_holdfast("names no versions");
    server_.versions = R"({"SupportedVersions":{"SupportedVersions":[{"Name":"v2_0"}]}})";
    expect_no_holdfast("v1_7");
    EXPECT_THAT(server_.asked().back(), "GET /api/") << "it was told nothing";
}

TEST_F(Peer, IsNotReadForEver) {
    server_.servers = std::string(2 << 20, 'x');
    auto failure = failure_of(access_to(server_));
    EXPECT_EQ(failure->kind(), ErrorKind::unavailable);
    EXPECT_THAT(failure->what(), HasSubstr("more than 1048576 bytes"));
}

TEST_F(Peer, IsNotWaitedForForEver) {
    UniqueFd silent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(silent.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(silent.get(), 1), 0);
    ASSERT_EQ(::getsockname(silent.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    auto access = access_to(server_);
    access.port = ntohs(address.sin_port);
    auto begun = std::chrono::steady_clock::now();
    auto failure = failure_of(access, {.all = std::chrono::milliseconds(200)});
    EXPECT_EQ(failure->kind(), ErrorKind::unavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
    silent.reset();
    EXPECT_EQ(failure_of(access)->kind(), ErrorKind::unavailable) << "nobody is there";
}

TEST_F(Peer, IsLeftAloneWhereTheWorkIsToStop) {
    std::stop_source source;
    source.request_stop();
    StopScope scope(source.get_token());
    EXPECT_EQ(failure_of(access_to(server_))->kind(), ErrorKind::cancelled);
}

TEST(PeerNames, AreChecked) {
    for (const auto* host : {"backup", "backup.example.org", "192.0.2.1", "::1", "2001:db8::7", "a_b-c"})
        EXPECT_NO_THROW(check_host(host)) << host;
    for (const auto* host :
         {"", "-x", ".x", "a b", "a/b", "a@b", "a?b", "a#b", "[::1]", "a:1", "fe80::1%eth0", "ü"})
        EXPECT_THROW(check_host(host), Error) << host;
    EXPECT_THROW(check_host(std::string(longest_name + 1, 'a')), Error);
    EXPECT_NO_THROW(check_user("HOST\\admin"));
    for (const auto* name : {"", "a:b", "a\nb"}) EXPECT_THROW(check_user(name), Error);
    EXPECT_EQ(url_of("backup", 9398), "https://backup:9398");
    EXPECT_EQ(url_of("::1", 443), "https://[::1]:443");
    std::string digits;
    for (int i = 0; i < 32; ++i) digits += "0F";
    EXPECT_EQ(parse_fingerprint(digits), to_lower(digits));
    std::string with_colons = "0F";
    for (int i = 1; i < 32; ++i) with_colons += ":0F";
    EXPECT_EQ(parse_fingerprint(with_colons), to_lower(digits));
    for (const auto& text : {std::string(), std::string(40, '0'), std::string(64, 'g'), std::string(66, '0')})
        EXPECT_THROW(parse_fingerprint(text), Error) << text;
}

}  // namespace
}  // namespace holdfast::peer
