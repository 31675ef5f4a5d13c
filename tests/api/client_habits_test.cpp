// What clients really write, asked of every operation that reads what is there: paths in any letter case,
// with slashes too many or too few, UIDs for ids, parameters that nobody knows, headers of no use.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "api/routing/credentials.hpp"
#include "api/routing/uri.hpp"
#include "api/whole_server.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

using ::testing::Contains;
using ::testing::Pair;
using ::testing::StartsWith;

constexpr auto administrator = AccountRole::portal_administrator;

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

class ClientHabits : public ::testing::Test {
  protected:
    ClientHabits() {
        for (const RouteRow& row : server_.router().rows())
            if (row.built && row.method == "GET" && row.action.empty() && row.path != "/query" &&
                row.path != "/catalog/search")
                if (server_.filled(administrator, row.path)) readable_.push_back(row.path);
    }

    std::string filled(std::string_view path, std::string_view before_ids) const {
        return server_.filled(administrator, path, before_ids).value();
    }

    http::Response ask(std::string_view target, std::vector<std::pair<std::string, std::string>> headers = {},
                       std::string body = "") const {
        const std::size_t question = std::min(target.find('?'), target.size());
        const auto session = Uuid::parse(server_.sample(administrator, "/logonSessions/{ID}")).value();
        headers.emplace_back("x-RESTSVCsessionid", token_of(session));
        return server_.router().handle(
            {.method = "GET",
             .path = std::string(target.substr(0, question)),
             .query = std::string(target.substr(std::min(question + 1, target.size()))),
             .headers = std::move(headers),
             .body = std::move(body),
             .remote_address = "192.0.2.7",
             .host = "backup:9398"});
    }
    void expect_found(std::string_view target) const {
        const auto response = ask(target);
        EXPECT_EQ(response.status, 200) << target << ": " << text_of(response).substr(0, 300);
    }

    WholeServer server_;
    std::vector<std::string> readable_;
};

TEST_F(ClientHabits, AreTriedOnAllThatIsThere) {
    EXPECT_GT(readable_.size(), 80U);
    for (const auto& path : readable_) expect_found(filled(path, ""));
}

TEST_F(ClientHabits, PathsInAnyLetterCaseWithAnySlashes) {
    for (const auto& path : readable_) {
        const auto target = filled(path, "");
        expect_found(upper(target));
        expect_found(to_lower(target));
        expect_found(target + "/");
        std::string doubled;
        for (const char c : target) doubled += c == '/' ? "//" : std::string(1, c);
        expect_found(doubled);
    }
}

TEST_F(ClientHabits, AUidWhereAnIdStands) {
    for (const auto& path : readable_) {
        if (path.find('{') == std::string::npos) continue;
        expect_found(filled(path, "urn:veeam:Something:"));
        expect_found(filled(path, "urn%3aveeam%3ASomething%3a") + "/?format=entity");
    }
}

TEST_F(ClientHabits, ParametersThatNobodyKnowsChangeNothing) {
    for (const auto& path : readable_) {
        const auto target = filled(path, "");
        const auto plain = ask(target + "?format=Entity");
        const auto more = ask(target + "?v=latest&FORMAT=Entity&amp;BackupServerUid==x&_=1764140000&&flag");
        EXPECT_EQ(more.status, 200) << target;
        const bool is_of_now = path.find("/metrics") != std::string::npos;
        if (!is_of_now && text_of(plain).find("Paging") == std::string::npos) {
            EXPECT_EQ(text_of(more), text_of(plain)) << target;
        }
    }
}

TEST_F(ClientHabits, HeadersAndBodiesOfNoUse) {
    for (std::string_view type : {"application/json", "text/xml", "application/xml; charset=utf-8",
                                  "application/x-www-form-urlencoded", "x"}) {
        const auto response = ask("/api/jobs", {{"content-TYPE", std::string(type)},
                                                {"Content-Length", "0"},
                                                {"x-api-version", "1.1-rev0"},
                                                {"AUTHORIZATION", "Basic bm9ib2R5Om5vdGhpbmc="},
                                                {"aCCept", "text/html, APPLICATION/JSON;q=0.1"}});
        EXPECT_EQ(response.status, 200);
        EXPECT_THAT(response.headers, Contains(Pair("Content-Type", "application/json")));
        EXPECT_THAT(text_of(response), StartsWith("{\"Refs\":["));
    }
    EXPECT_EQ(ask("/api/jobs", {{"Content-Type", "application/json"}}, R"({"id": null})").status, 200);
}

TEST_F(ClientHabits, QueriesWithBlanksAndQuotesInEveryWriting) {
    for (std::string_view filter : {R"(Name=="nightly%20%26%20<more>")", R"(Name=="nightly+%26+%3Cmore%3E")",
                                    "Name%3D%3Dnightly+%26+<more>", "name==nightly%20%26%20<more>"}) {
        const auto response =
            ask(fmt::format("/api/query?type=job&amp;format=entities&filter={}&v=latest", filter),
                {{"Accept", "application/json"}});
        EXPECT_EQ(response.status, 200) << filter;
        EXPECT_THAT(text_of(response), ::testing::HasSubstr("\"Name\":\"nightly & <more>\"")) << filter;
    }
}

}  // namespace
}  // namespace holdfast::api
