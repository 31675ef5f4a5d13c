// What clients write: paths, queries, cookies, passwords.
#include <gmock/gmock.h>

#include "api/routing/credentials.hpp"
#include "api/routing/format.hpp"
#include "api/routing/link_builder.hpp"
#include "api/routing/logon_documents.hpp"
#include "api/routing/path_tree.hpp"
#include "api/routing/uri.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

TEST(Path, is_split_decoded_and_folded) {
    EXPECT_THAT(split_path("/api//sessionMngr/"), Optional(ElementsAre("api", "sessionMngr")));
    EXPECT_THAT(split_path("/a%20b/C:/x+y"), Optional(ElementsAre("a b", "C:", "x+y")));
    EXPECT_THAT(split_path("/100%/%zz%4"), Optional(ElementsAre("100%", "%zz%4")));
    EXPECT_THAT(split_path("/%ff\xfe"), Optional(ElementsAre("\xff\xfe")));
    EXPECT_THAT(split_path("/..."), Optional(ElementsAre("...")));
}

TEST(Path, that_climbs_or_hides_a_separator_is_none) {
    for (std::string_view path : {"/a/../b", "/a/.", "/%2e%2E/etc", "/a%2fb", "/a%00b", "/.%2e"})
        EXPECT_EQ(split_path(path), std::nullopt) << path;
    std::string deep;
    for (int i = 0; i < 600; ++i) deep += "/a";
    EXPECT_EQ(split_path(deep), std::nullopt);
}

TEST(Path, below_a_drive_has_backslashes_as_well) {
    EXPECT_THAT(split_path("/mounts/1/C:\\Users/a%5Cb\\"),
                Optional(ElementsAre("mounts", "1", "C:", "Users", "a", "b")));
    EXPECT_THAT(split_path("/1/c:%5C"), Optional(ElementsAre("1", "c:")));
    EXPECT_THAT(split_path("/1/etc/a\\b"), Optional(ElementsAre("1", "etc", "a\\b")));
    EXPECT_THAT(split_path("/sdb1:/a\\b"), Optional(ElementsAre("sdb1:", "a\\b")));
    for (std::string_view path : {"/C:\\..\\x", "/C:/a%5C..", "/C:/.%5Ca", "/C:\\a%00"})
        EXPECT_EQ(split_path(path), std::nullopt) << path;
}

TEST(Query, is_read_as_clients_write_it) {
    auto query = QueryParameters::parse(
        "FORMAT=Entity&Action=listAll&amp;pageSize=10&amp;amp;page=2&v=latest&x&=y&&BackupServerUid==z");
    EXPECT_EQ(query.get("format"), "Entity");
    EXPECT_EQ(query.get("action"), "listAll");
    EXPECT_EQ(query.get("PAGESIZE"), "10");
    EXPECT_EQ(query.get("page"), "2");
    EXPECT_EQ(query.find("x"), "");
    EXPECT_EQ(query.find("missing"), std::nullopt);
    EXPECT_EQ(query.get("BackupServerUid"), "=z");
    EXPECT_EQ(QueryParameters::parse("filter=Name==\"a+b%20c%2Bd\"&filter=2").get("filter"),
              "Name==\"a b c+d\"");
    EXPECT_EQ(QueryParameters::parse("a=100%&b=%").get("a"), "100%");
}

TEST(Query, keeps_a_bounded_number_of_parameters) {
    std::string many;
    for (int i = 0; i < 10'000; ++i) many += "a=b&";
    EXPECT_EQ(QueryParameters::parse(many).all().size(), 200U);
}

TEST(Cookie, is_found_in_whatever_stands_around_it) {
    EXPECT_EQ(find_cookie("a=b; X-RestSvcSessionId=abc==; c=d", "x-restsvcsessionid"), "abc==");
    EXPECT_EQ(find_cookie("X-RestSvcSessionId=\"abc%3D%3D\"", "X-RestSvcSessionId"), "abc==");
    EXPECT_EQ(find_cookie(" X-RestSvcSessionId = abc ", "X-RestSvcSessionId"), "abc");
    EXPECT_EQ(find_cookie("$Version=1, X-RestSvcSessionId=abc", "X-RestSvcSessionId"), "abc");
    EXPECT_EQ(find_cookie("NotX-RestSvcSessionId=abc; flag; =; ;", "X-RestSvcSessionId"), std::nullopt);
}

TEST(Token, is_the_base64_of_the_ids_text) {
    auto id = Uuid::parse("44cfbdbe-5a95-4156-8867-91f069b7c2cc").value();
    EXPECT_EQ(token_of(id), "NDRjZmJkYmUtNWE5NS00MTU2LTg4NjctOTFmMDY5YjdjMmNj");
    EXPECT_EQ(session_of_token(token_of(id)), id);
    for (std::string_view text :
         {"", "x", "44cfbdbe-5a95-4156-8867-91f069b7c2cc", "OsU6RL7OGkGKrPBGxKxURw=="})
        EXPECT_EQ(session_of_token(text), std::nullopt) << text;
}

TEST(Token, of_the_cookie_counts_more_than_that_of_the_header) {
    auto a = Uuid::random(), b = Uuid::random();
    http::Request request{.headers = {{"x-restsvcsessionid", token_of(a)}}};
    EXPECT_EQ(session_of(request), a);
    request.headers.emplace_back("cookie", "lang=en");
    EXPECT_EQ(session_of(request), a);
    request.headers.emplace_back("Cookie", "X-RestSvcSessionId=" + token_of(b));
    EXPECT_EQ(session_of(request), b);
    request.headers.back().second = "X-RestSvcSessionId=stale";
    EXPECT_EQ(session_of(request), std::nullopt);
}

TEST(BasicCredentials, are_a_name_and_whatever_follows_the_first_colon) {
    auto basic = [](std::string_view text) { return parse_basic("Basic " + to_base64(as_bytes(text))); };
    EXPECT_EQ(basic("admin:a:b ")->name, "admin");
    EXPECT_EQ(basic("admin:a:b ")->password, "a:b ");
    EXPECT_EQ(parse_basic("bAsIc  YTpi ")->password, "b");
    EXPECT_EQ(basic("j\xC3\xBCrgen:\xC3\xBC\xE2\x82\xAC")->password, "\xC3\xBC\xE2\x82\xAC");
    EXPECT_EQ(basic("j\xFCrgen:\xFC\xDFx")->name, "j\xC3\xBCrgen");  // Latin-1
    EXPECT_EQ(basic("j\xFCrgen:\xFC\xDFx")->password, "\xC3\xBC\xC3\x9Fx");
    EXPECT_FALSE(basic("admin"));
    EXPECT_FALSE(basic(":x"));
    EXPECT_FALSE(basic("a:" + std::string(2000, 'x')));
    for (std::string_view text : {"", "Basic", "Basic ", "Bearer YTpi", "Basic !!!"})
        EXPECT_FALSE(parse_basic(text)) << text;
}

TEST(Format, is_chosen_by_Accept_for_answers_and_by_Content_Type_for_bodies) {
    EXPECT_EQ(wanted_format("text/html, Application/JSON;q=0.1"), Format::json);
    for (std::string_view accept : {"", "*/*", "text/xml", "application/xml"})
        EXPECT_EQ(wanted_format(accept), Format::xml);
    EXPECT_EQ(body_format("application/json; charset=utf-8", "<a/>"), Format::json);
    EXPECT_EQ(body_format("text/xml", "{}"), Format::xml);
    EXPECT_EQ(body_format("application/x-www-form-urlencoded", " {}"), Format::json);
    EXPECT_EQ(body_format("", "\xEF\xBB\xBF<a/>"), Format::xml);
}

TEST(LinkBuilder, makes_absolute_encoded_addresses) {
    LinkBuilder links("https://backup:9398/api");
    EXPECT_EQ(links.entity_href("/jobs/1"), "https://backup:9398/api/jobs/1?format=Entity");
    EXPECT_EQ(std::string(links.action("Start", "/jobs/1", "start").Href),
              "https://backup:9398/api/jobs/1?action=start");
    EXPECT_EQ(LinkBuilder::encode_file_path("/C:/Program Files/a&b?#%é/"),
              "C:/Program%20Files/a%26b%3F%23%25%C3%A9");
    EXPECT_EQ(LinkBuilder::encode_segment("a/b c"), "a%2Fb%20c");
}

TEST(PathTree, prefers_literals_and_goes_back_where_they_lead_nowhere) {
    PathTree tree;
    auto job = tree.add("/jobs/{ID}");
    auto special = tree.add("/jobs/special/only");
    auto include = tree.add("/Jobs/{JobId}/includes/{ID}");
    auto file = tree.add("/mounts/{ID}/{filepath}");
    auto mount = tree.add("/mounts/{ID}");
    EXPECT_EQ(tree.add("/JOBS/{other}/"), job);
    using Segments = std::vector<std::string>;
    EXPECT_EQ(tree.find(Segments{"JOBS", "1"})->number, job);
    EXPECT_EQ(tree.find(Segments{"jobs", "SPECIAL"})->number, job);
    EXPECT_EQ(tree.find(Segments{"jobs", "special", "only"})->number, special);
    EXPECT_THAT(tree.find(Segments{"jobs", "special", "includes", "x"})->parameters,
                ElementsAre("special", "x"));
    EXPECT_EQ(tree.find(Segments{"jobs", "a", "includes", "b"})->number, include);
    EXPECT_EQ(tree.find(Segments{"mounts", "1"})->number, mount);
    EXPECT_EQ(tree.find(Segments{"mounts", "1", "C:", "a", "b"})->number, file);
    EXPECT_THAT(tree.find(Segments{"mounts", "1", "C:", "a", "b"})->parameters, ElementsAre("1", "C:/a/b"));
    EXPECT_FALSE(tree.find(Segments{"jobs"}));
    EXPECT_FALSE(tree.find(Segments{"jobs", "1", "2"}));
    EXPECT_THROW(tree.add("/a/{filepath}/b"), Error);
}

TEST(Version, is_taken_in_every_form_that_clients_write) {
    for (auto [text, version] :
         std::vector<std::pair<std::string_view, std::string_view>>{{"", "latest"},
                                                                    {"Latest", "latest"},
                                                                    {"v1_7", "v1_7"},
                                                                    {"1_4", "v1_4"},
                                                                    {"V1_2", "v1_2"},
                                                                    {"v1", "v1_0"},
                                                                    {"1.7", "v1_7"}})
        EXPECT_EQ(parse_version(text), version);
    EXPECT_FALSE(parse_version("v2_0"));
    EXPECT_FALSE(parse_version("v1_8"));
    EXPECT_FALSE(parse_version("v1_7_1"));
}

TEST(Version, is_that_of_its_name) {
    EXPECT_EQ(api_version_of("v1_0"), ApiVersion::v1_0);
    EXPECT_EQ(api_version_of("v1_4"), ApiVersion::v1_4);
    EXPECT_EQ(api_version_of("v1_7"), newest_version);
    EXPECT_EQ(api_version_of("latest"), newest_version);
}

}  // namespace
}  // namespace holdfast::api
