// ETags, If-None-Match and If-Match: what is read again costs nothing, and no edit overwrites one that its
// client has not seen.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <barrier>
#include <set>
#include <thread>

#include "api/routing/entity_tag.hpp"
#include "api/whole_server.hpp"

namespace holdfast::api {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto administrator = AccountRole::portal_administrator;

std::string header_of(const http::Response& response, std::string_view name) {
    for (const auto& [header, value] : response.headers)
        if (header == name) return value;
    return "";
}

TEST(EntityTag, IsOfTheBytesAndOfNoOthers) {
    EXPECT_EQ(entity_tag("a"), entity_tag("a"));
    EXPECT_NE(entity_tag("a"), entity_tag("b"));
    EXPECT_EQ(entity_tag("").size(), 34U);
}

TEST(EntityTag, IsFoundInListsAsClientsWriteThem) {
    const std::string tag = "\"abc\"";
    for (std::string_view header : {"*", " * ", "\"abc\"", "\"x\", \"abc\"", "\"x\",\"abc\" ,"}) {
        EXPECT_TRUE(names_tag(header, tag, TagComparison::strong)) << header;
        EXPECT_TRUE(names_tag(header, tag, TagComparison::weak)) << header;
    }
    EXPECT_TRUE(names_tag("W/\"abc\"", tag, TagComparison::weak));
    EXPECT_FALSE(names_tag("W/\"abc\"", tag, TagComparison::strong));
    for (std::string_view header : {"", ",", "abc", "\"ab\"", "\"abcd\"", "\"abc", "**", "\"x\", *"})
        EXPECT_FALSE(names_tag(header, tag, TagComparison::weak)) << header;
}

class ConditionalRequests : public ::testing::Test {
  protected:
    std::string path_of(const std::string& place) const {
        return "/api" + place.substr(0, place.find('{')) + server_.sample(administrator, place);
    }
    http::Response edit(const std::string& tag, const std::string& description) const {
        return server_.send(administrator, "PUT", job_, {{"If-Match", tag}},
                            fmt::format(R"({{"Description":"{}"}})", description));
    }
    std::string tag_of(const std::string& target, std::string_view accept = "application/json") const {
        return header_of(server_.ask(administrator, "GET", target, accept), "ETag");
    }

    WholeServer server_;
    std::string job_ = path_of("/jobs/{ID}");
};

TEST_F(ConditionalRequests, EveryFormOfAResourceHasItsOwnTagAndComesOnlyOnce) {
    for (const char* place : {"/jobs/{ID}", "/repositories/{ID}", "/vmRestorePoints/{ID}",
                              "/backupSessions/{ID}", "/backupServers/{ID}", "/logonSessions/{ID}"}) {
        std::set<std::string> tags;
        for (std::string_view accept : {"application/xml", "application/json"}) {
            const auto target = path_of(place);
            const auto tag = tag_of(target, accept);
            EXPECT_EQ(tag, tag_of(target, accept));
            EXPECT_TRUE(tags.insert(tag).second) << place;
            auto again = server_.send(administrator, "GET", target, {{"If-None-Match", tag}});
            const bool is_json = accept == "application/json";  // which send() asks for
            EXPECT_EQ(again.status, is_json ? 304 : 200) << place;
            EXPECT_EQ(text_of(again).empty(), is_json);
            EXPECT_EQ(header_of(again, "ETag"), tag_of(target));
        }
    }
    EXPECT_NE(tag_of(job_), tag_of(job_ + "?format=Entity"));
    EXPECT_THAT(tag_of("/api/jobs"), IsEmpty()) << "a collection has none";
}

TEST_F(ConditionalRequests, AnEditGoesByWhatItsClientReadInWhicheverForm) {
    for (const auto& [target, accept] :
         std::vector<std::pair<std::string, std::string>>{{job_, "application/xml"},
                                                          {job_, "application/json"},
                                                          {job_ + "?format=Entity", "application/xml"},
                                                          {job_ + "?format=Entity", "application/json"}}) {
        const auto tag = tag_of(target, accept);
        EXPECT_EQ(edit(tag, "by " + tag.substr(1, 8)).status, 202) << target << accept;
    }
    EXPECT_EQ(edit("*", "whatever it was").status, 202);
}

TEST_F(ConditionalRequests, AnEditOfWhatWasChangedMeanwhileIsRefusedAndChangesNothing) {
    const auto old = tag_of(job_ + "?format=Entity");
    ASSERT_EQ(edit(old, "first").status, 202);
    auto refused = edit(old, "second");
    EXPECT_EQ(refused.status, 412);
    EXPECT_THAT(text_of(refused), HasSubstr("changed meanwhile"));
    EXPECT_THAT(text_of(server_.ask(administrator, "GET", job_ + "?format=Entity")), HasSubstr("first"));
    EXPECT_EQ(server_.send(administrator, "DELETE", job_, {{"If-Match", old}}).status, 412);
    EXPECT_EQ(
        server_.send(administrator, "DELETE", job_, {{"If-Match", tag_of(job_ + "?format=Entity")}}).status,
        202);
    EXPECT_EQ(server_.ask(administrator, "GET", job_).status, 404);
}

TEST_F(ConditionalRequests, OfEditsThatArriveAtOnceOneIsMade) {
    constexpr int editors = 6;
    for (int round = 0; round < 5; ++round) {
        const auto tag = tag_of(job_ + "?format=Entity");
        std::barrier start(editors);
        std::atomic<int> made = 0;
        std::atomic<int> refused = 0;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < editors; ++i)
                threads.emplace_back([&, i] {
                    start.arrive_and_wait();
                    const int status = edit(tag, fmt::format("of {} in round {}", i, round)).status;
                    made += status == 202 ? 1 : 0;
                    refused += status == 412 ? 1 : 0;
                });
        }
        EXPECT_EQ(made, 1);
        EXPECT_EQ(refused, editors - 1);
    }
}

TEST_F(ConditionalRequests, CredentialsAndAccountsAreGuardedToo) {
    const auto all = path_of("/backupServers/{ID}") + "/credentials";
    const auto made =
        server_.send(administrator, "POST", all + "?action=create", {}, R"({"Username":"svc"})");
    const auto location = header_of(made, "Location");
    const auto path = location.substr(location.find("/api/"));
    const auto tag = tag_of(path);
    EXPECT_EQ(server_.send(administrator, "PUT", path, {{"If-Match", tag}}, R"({"Description":"a"})").status,
              204);
    EXPECT_EQ(server_.send(administrator, "PUT", path, {{"If-Match", tag}}, R"({"Description":"b"})").status,
              412);
    EXPECT_EQ(server_.send(administrator, "DELETE", path, {{"If-Match", tag}}).status, 412);
    EXPECT_EQ(server_.send(administrator, "DELETE", path, {{"If-Match", tag_of(path)}}).status, 204);

    const auto accounts = server_.ask(administrator, "GET", "/api/security/accounts");
    const auto text = text_of(accounts);
    const auto begin = text.find("/api/security/accounts/");
    const auto account = text.substr(begin, text.find_first_of("\"?", begin) - begin);
    EXPECT_EQ(server_.send(administrator, "DELETE", account, {{"If-Match", "\"old\""}}).status, 412);
}

TEST_F(ConditionalRequests, WhereThereIsNoTagNothingCanMatch) {
    auto refused = server_.send(administrator, "POST", "/api/jobs", {{"If-Match", "\"a\""}});
    EXPECT_EQ(refused.status, 412);
    EXPECT_THAT(text_of(refused), HasSubstr("has no ETag"));
}

}  // namespace
}  // namespace holdfast::api
