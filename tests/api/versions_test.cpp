// Logons that name a version of the API, and what their sessions are shown.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <pugixml.hpp>

#include "api/routing/credentials.hpp"
#include "api/whole_server.hpp"

namespace holdfast::api {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view administrator = "Portal Administrator";
constexpr std::string_view json_format = "application/json";
constexpr std::string_view xml_format = "application/xml";

class Versions : public ::testing::Test {
  protected:
    std::string log_on(const std::string& query) const {
        const auto logon = server_.log_on(administrator, query);
        EXPECT_EQ(logon.status, 201) << query;
        for (const auto& [name, value] : logon.headers)
            if (name == session_header) return value;
        return "";
    }

    std::string get(const std::string& token, const std::string& target, std::string_view accept) const {
        auto request = WholeServer::request(token, "GET", target);
        request.headers.emplace_back("Accept", accept);
        const auto response = server_.router().handle(request);
        EXPECT_EQ(response.status, 200) << target;
        return text_of(response);
    }

    // "/api/jobs/<id>?format=Entity" of what the catalog has.
    std::string entity(const std::string& path) const {
        return server_.filled(AccountRole::portal_administrator, path).value() + "?format=Entity";
    }

    WholeServer server_;
};

TEST_F(Versions, ALogonIsAnsweredForEachAndForNoneAndRefusedForWhatNeverWas) {
    for (const std::string query :
         {"", "?v=", "?v=latest", "?v=v1_4", "?v=v1_5", "?v=v1_6", "?v=v1_7", "?v=1_5"})
        for (auto accept : {xml_format, json_format})
            EXPECT_EQ(server_.log_on(administrator, query, accept).status, 201) << query;
    for (const std::string query : {"?v=v1_8", "?v=v2", "?v=newest"}) {
        const auto refused = server_.log_on(administrator, query, json_format);
        EXPECT_EQ(refused.status, 400) << query;
        EXPECT_THAT(text_of(refused), HasSubstr("Ask for v1_7, or for latest."));
    }
}

TEST_F(Versions, ALogonIsAnsweredInItsOwn) {
    const auto links = [&](const std::string& query) {
        const auto answer = text_of(server_.log_on(administrator, query, json_format));
        std::vector<std::string> paths;
        const auto document = boost::json::parse(answer);
        for (const auto& link : document.at("Links").as_array()) {
            const auto href = boost::json::value_to<std::string>(link.at("Href"));
            paths.push_back(href.substr(href.find("/api/") + 4));
        }
        return paths;
    };
    const std::vector<std::pair<std::string, std::vector<std::string>>> brought = {
        {"?v=v1_5", {"/nas"}},
        {"?v=v1_6",
         {"/cdpPolicies", "/cdpReplicaSessions", "/cdpReplicaTaskSessions", "/cdpPolicies?format=Entity",
          "/cdpReplicaSessions?format=Entity", "/cdpReplicaTaskSessions?format=Entity"}},
        {"?v=v1_7",
         {"/vAppReplicaPoints", "/cdpReplica/vms", "/cdpReplica/vApps", "/systemSessions",
          "/vAppReplicaPoints?format=Entity", "/cdpReplica/vms?format=Entity",
          "/cdpReplica/vApps?format=Entity", "/systemSessions?format=Entity"}}};
    auto expected = links("?v=v1_4");
    expected.pop_back();  // of the session itself
    for (const auto& [query, added] : brought) {
        auto shown = links(query);
        shown.pop_back();
        expected.insert(expected.end(), added.begin(), added.end());
        EXPECT_THAT(shown, testing::UnorderedElementsAreArray(expected)) << query;
    }
    EXPECT_EQ(expected.size(), 67U);
    for (const std::string query : {"", "?v=latest"}) EXPECT_EQ(links(query).size(), 68U);
}

TEST_F(Versions, JsonHasNullsFromTheFifthOn) {
    for (const std::string version : {"v1_4", "v1_5", "v1_6", "v1_7", "latest"}) {
        const auto token = log_on("?v=" + version);
        for (const auto* path : {"/jobs/{ID}", "/backupSessions/{ID}", "/vmRestorePoints/{ID}"})
            EXPECT_EQ(get(token, entity(path), json_format).find("null") != std::string::npos,
                      version != "v1_4")
                << version << " " << path;
    }
}

// The objects of a job tell their order up to v1_6, those of the job as those of its includes.
TEST_F(Versions, EachShowsTheOrderOfObjectsAsItHasIt) {
    const auto includes = server_.filled(AccountRole::portal_administrator, "/jobs/{ID}/includes").value();
    for (const std::string version : {"v1_4", "v1_5", "v1_6", "v1_7", "latest"}) {
        const auto token = log_on("?v=" + version);
        const bool has_order = version < "v1_7" && version != "latest";
        for (const auto& target : {entity("/jobs/{ID}"), includes}) {
            EXPECT_EQ(get(token, target, json_format).find("\"Order\":0") != std::string::npos, has_order);
            EXPECT_EQ(get(token, target, json_format).find("\"Order\"") != std::string::npos, has_order);
            EXPECT_EQ(get(token, target, xml_format).find("<Order>0</Order>") != std::string::npos,
                      has_order);
        }
    }
}

TEST_F(Versions, EachShowsBackupServersAsItHasThem) {
    for (const std::string version : {"v1_4", "v1_5", "v1_6"})
        EXPECT_THAT(get(log_on("?v=" + version), entity("/backupServers/{ID}"), json_format),
                    AllOf(HasSubstr("\"Port\":9398"), Not(HasSubstr("WcfPort")),
                          Not(HasSubstr("VbrCertificateThumbprint"))));
    for (const std::string version : {"v1_7", "latest"})
        EXPECT_THAT(get(log_on("?v=" + version), entity("/backupServers/{ID}"), json_format),
                    AllOf(HasSubstr("WcfPort"), HasSubstr("VbrCertificateThumbprint")));
}

TEST_F(Versions, QueriesAnswerWithTheFamiliesThatEachHas) {
    const auto members = [&](const std::string& version) {
        const auto answer = get(log_on("?v=" + version), "/api/query?type=Job&format=Entities", json_format);
        return boost::json::parse(answer).at("Entities").as_object().size();
    };
    EXPECT_EQ(members("v1_4"), 1U) << "those that are there";
    EXPECT_EQ(members("v1_5"), 40U);
    EXPECT_EQ(members("v1_6"), 45U);
    EXPECT_EQ(members("v1_7"), 50U);
}

// What was read in one version may be edited in another.
TEST_F(Versions, AnETagOfAnyOfThemLetsAnEditPass) {
    const auto target = entity("/jobs/{ID}");
    for (const std::string version : {"v1_4", "v1_6", "v1_7"})
        for (auto accept : {xml_format, json_format}) {
            auto request = WholeServer::request(log_on("?v=" + version), "GET", target);
            request.headers.emplace_back("Accept", accept);
            const auto read = server_.router().handle(request);
            std::string tag;
            for (const auto& [name, value] : read.headers)
                if (name == "ETag") tag = value;
            ASSERT_FALSE(tag.empty());
            const auto edit = [&](const std::string& if_match) {
                return server_
                    .send(AccountRole::portal_administrator, "PUT",
                          target.substr(0, target.find('?')) + "?action=edit", {{"If-Match", if_match}},
                          R"({"Description":"as it was"})")
                    .status;
            };
            EXPECT_EQ(edit("\"00000000000000000000000000000000\""), 412);
            EXPECT_EQ(edit(tag), 202) << version << " " << accept;
        }
}

}  // namespace
}  // namespace holdfast::api
