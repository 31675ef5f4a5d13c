#include "repository/repository_url.hpp"

#include "backend_contract.hpp"

namespace holdfast::repository {
namespace {

RestAddress rest(std::string_view url) {
    return std::get<RestAddress>(parse_repository_url(url));
}

TEST(RepositoryUrl, ReadsFolders) {
    EXPECT_EQ(std::get<LocalAddress>(parse_repository_url("/srv/backup")).folder, "/srv/backup");
    EXPECT_EQ(std::get<LocalAddress>(parse_repository_url("local:/srv/a:b")).folder, "/srv/a:b");
    EXPECT_EQ(std::get<LocalAddress>(parse_repository_url("backup")).folder, "backup");
}

TEST(RepositoryUrl, ReadsRestServers) {
    auto plain = rest("rest:http://localhost:8000");
    EXPECT_EQ(plain.url, "http://localhost:8000/");
    EXPECT_EQ(plain.user + plain.password + plain.socket.string(), "");
    auto full = rest("rest:https://ann:p%40ss%2Fw:x@backup.example/a/b%20c");
    EXPECT_EQ(full.url, "https://backup.example/a/b%20c/");
    EXPECT_EQ(full.user, "ann");
    EXPECT_EQ(full.password, "p@ss/w:x");
}

TEST(RepositoryUrl, ReadsUnixSockets) {
    auto address = rest("rest:http+unix:///run/rest.socket:/my repo/");
    EXPECT_EQ(address.socket, "/run/rest.socket");
    EXPECT_EQ(address.url, "http://localhost/my%20repo/");
    EXPECT_EQ(rest("rest:http+unix:///run/rest.socket:").url, "http://localhost/");
    auto full = rest("rest:https+unix://ann:secret@/run/rest.socket:/repo");
    EXPECT_EQ(full.socket, "/run/rest.socket");
    EXPECT_EQ(full.url, "https://localhost/repo/");
    EXPECT_EQ(full.user + full.password, "annsecret");
}

TEST(RepositoryUrl, ReadsRemotesOfRclone) {
    EXPECT_EQ(std::get<RcloneAddress>(parse_repository_url("rclone:cloud:bucket/path")).remote,
              "cloud:bucket/path");
    EXPECT_EQ(std::get<RcloneAddress>(parse_repository_url("rclone::local:/srv")).remote, ":local:/srv");
}

TEST(RepositoryUrl, RefusesOthers) {
    for (std::string_view url :
         {"", "local:", "rest:", "rest:/srv", "rest:ftp://host/", "rest:https://", "rest:https:///path",
          "rest:http://host:99999/", "rest:http://host/?a=b", "rest:http://host/#x", "rest:http+unix://run/x",
          "rest:http+unix:///run/x", "rclone:", "rclone:remote", "rclone:--config=x:y"})
        EXPECT_EQ(error_of([&] { parse_repository_url(url); }), ErrorKind::invalid_input) << url;
}

TEST(RepositoryUrl, HidesPasswords) {
    EXPECT_EQ(without_password("rest:https://ann:se:cret@host:8000/p@th:x/"),
              "rest:https://ann:***@host:8000/p@th:x/");
    EXPECT_EQ(without_password("rest:https://host:8000/p@th/"), "rest:https://host:8000/p@th/");
    EXPECT_EQ(without_password("rest:http+unix://ann:secret@/run/s:/repo/"),
              "rest:http+unix://ann:***@/run/s:/repo/");
    EXPECT_EQ(without_password("rclone::s3,secret_access_key=\"a:b\",env_auth=true:bucket"),
              "rclone::s3,***:bucket");
    for (const char* url : {"/srv/a:b@c", "rclone:cloud:a,b:c", "rest:https://ann@host/"}) {
        EXPECT_EQ(without_password(url), url);
        EXPECT_FALSE(has_password(url));
    }
    EXPECT_TRUE(has_password("rest:https://ann:x@host/"));
}

TEST(RepositoryUrl, HidesPasswordsOfAddressesThatCannotBeRead) {
    for (std::string_view url : {"rest:https://ann:sec/ret@host/", "rest:ftp://ann:secret@host/",
                                 "rest:https://ann:sec#ret@host/", "rest:ann:secret@host"})
        try {
            parse_repository_url(url);
            ADD_FAILURE() << url;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("ret@"))) << url;
        }
}

}  // namespace
}  // namespace holdfast::repository
