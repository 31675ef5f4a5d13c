// Every operation in both formats, for every role: the right status, XML that the served schema allows, JSON
// as the served OpenAPI document states it for the operation, the same values in both. A route without a case
// here fails the test. A client that follows links only is in crawler_test.cpp.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <set>

#include "api/openapi_judge.hpp"
#include "api/resources/empty_families.hpp"
#include "api/routing/known_operations.hpp"
#include "api/schema/rest_api_xsd.hpp"
#include "api/types/all_roots.hpp"
#include "api/whole_server.hpp"
#include "base/process.hpp"

namespace holdfast::api {
namespace {

constexpr auto administrator = AccountRole::portal_administrator;
constexpr std::string_view nobody = "b6bfce60-7d42-46d7-9e55-0a40c04b0d7d";

// Operations whose answer to an administrator is another than that of their kind: 200 for reading what is
// there, 404 for what is not, 400 for a creation without a body.
const std::map<std::string, int, std::less<>> other_statuses = {
    {"POST /sessionMngr", 401},  // without credentials
    {"GET /query", 400},         // without a type
};

// Parameters that name nothing in the catalog of this test: what they name is not found. (Those of families
// of which there is nothing at all need no case.)
const std::set<std::string, std::less<>> named_in_vain = {
    "/tasks/{ID}",
    "/vmRestorePoints/{ID}/mounts/{ID}",
    "/vmRestorePoints/{ID}/mounts/{ID}/{filepath}",
};

std::string text_of(const http::Response& response) {
    if (const auto* shared = std::get_if<http::SharedText>(&response.body)) return **shared;
    const auto* text = std::get_if<std::string>(&response.body);
    return text ? *text : "";
}

// The schemas are no documents of the API.
bool is_published(const RouteRow& row) {
    return row.path.starts_with("/schema/");
}

bool is_in_empty_family(std::string_view path) {
    return std::ranges::any_of(empty_families(), [&](const EmptyFamily& family) {
        return path.starts_with(std::string(family.path) + "/{");
    });
}

std::string name_of(const RouteRow& row) {
    return row.method + " " + row.path + (row.action.empty() ? "" : "?action=" + row.action);
}

// JSON answers, each to be judged by what the document states for its operation.
class JsonAnswers {
  public:
    void add(const std::string& method, const std::string& target, const http::Response& response) {
        const auto text = text_of(response);
        const auto asked = method + " " + target;
        if (!text.starts_with('{') || !seen_.insert(asked + text).second) return;
        cases_.push_back(boost::json::object{{"where", asked},
                                             {"method", method},
                                             {"target", target},
                                             {"status", response.status},
                                             {"value", boost::json::parse(text)}});
    }
    void expect_as_stated_by(const WholeServer& server) const {
        expect_valid(text_of(server.ask(administrator, "GET", "/api/schema/openapi.json")), cases_);
    }

  private:
    boost::json::array cases_;
    std::set<std::string> seen_;
};

class Conformance : public ::testing::Test {
  protected:
    struct Case {
        std::string target;
        bool is_there = true;  // all that the path names
    };

    // Changing operations are asked of what is not there.
    Case case_of(const RouteRow& row, AccountRole role) const {
        Case made;
        std::string path;
        std::string_view rest = row.path;
        while (!rest.empty()) {
            const std::size_t slash = std::min(rest.find('/', 1), rest.size());
            const std::string_view segment = rest.substr(0, slash);
            rest.remove_prefix(slash);
            path += segment;
            made.target += segment.starts_with("/{") ? "/" + parameter(row, path, role, made.is_there)
                                                     : std::string(segment);
        }
        made.target = "/api" + made.target + (row.action.empty() ? "" : "?action=" + row.action);
        return made;
    }

    std::string parameter(const RouteRow& row, const std::string& path, AccountRole role,
                          bool& is_there) const {
        const auto known = server_.sample(role, path);
        if (known.empty() && row.built && !is_in_empty_family(path) && !named_in_vain.contains(path))
            ADD_FAILURE() << name_of(row) << " has no case: say what " << path << " stands for";
        if (!known.empty() && row.method == "GET") return known;
        is_there = false;
        return path.find("/mounts/{ID}") != std::string::npos || path.starts_with("/tasks/")
                   ? "1"
                   : std::string(nobody);
    }

    static int administrators_status(const RouteRow& row, const Case& made) {
        if (!row.built) return 501;
        const auto other = other_statuses.find(name_of(row));
        if (other != other_statuses.end()) return other->second;
        if (!made.is_there) return 404;
        return row.method == "GET" ? 200 : 400;
    }

    WholeServer server_;
};

// XML and JSON say the same where the one, read and written as the other, is the other.
void expect_same_values(const std::string& xml, const std::string& json, const std::string& target) {
    const std::size_t begin = xml.find('<', xml.find("?>")) + 1;
    const std::string root = xml.substr(begin, xml.find_first_of(" >/", begin) - begin);
    const auto& roots = all_roots();
    const auto shape = std::ranges::find(roots, root, [](const Shape* one) { return one->root; });
    ASSERT_NE(shape, roots.end()) << target << ": the root " << root << " is not in the schema";
    const auto object = (*shape)->make();
    ASSERT_NO_THROW(read_xml(**shape, object.get(), xml)) << target << ": " << xml;
    EXPECT_EQ(write_json(**shape, object.get()), json) << target;
}

TEST_F(Conformance, EveryOperationAnswersEveryRoleInBothFormats) {
    JsonAnswers answers;
    for (const RouteRow& row : server_.router().rows()) {
        for (AccountRole role : all_roles) {
            const Case made = case_of(row, role);
            const bool may = !row.callers.needs_session() || row.callers.allows({role});
            const int expected = may ? administrators_status(row, made) : 403;
            for (std::string_view accept : {"application/xml", "application/json"}) {
                const auto response = server_.ask(role, row.method, made.target, accept);
                EXPECT_EQ(response.status, expected)
                    << name_of(row) << " for " << to_string(role) << ": " << text_of(response).substr(0, 600);
                if (accept == "application/json" && !is_published(row))
                    answers.add(row.method, made.target, response);
            }
        }
    }
    answers.expect_as_stated_by(server_);
}

TEST_F(Conformance, EveryAnswerIsInTheSchemaAndTheSameInJson) {
    const TemporaryDirectory folder;
    std::ofstream(folder.path() / "RestAPI.xsd") << rest_api_xsd();
    std::vector<std::string> command{"xmllint", "--noout", "--nonet", "--schema",
                                     folder.path() / "RestAPI.xsd"};
    std::set<std::string> seen;
    JsonAnswers answers;
    for (const RouteRow& row : server_.router().rows()) {
        if (is_published(row)) continue;
        auto targets = std::vector{case_of(row, administrator).target};
        if (row.method == "GET" && row.action.empty()) {
            targets.push_back(targets[0] + "?format=Entity");
            targets.push_back(targets[0] + "?pageSize=1&page=1");
        }
        for (const auto& target : targets) {
            const auto xml = text_of(server_.ask(administrator, row.method, target));
            const auto answer = server_.ask(administrator, row.method, target, "application/json");
            const auto json = text_of(answer);
            answers.add(row.method, target, answer);
            if (!json.starts_with('{') || !seen.insert(xml).second) continue;
            expect_same_values(xml, json, target);
            command.push_back(folder.path() / fmt::format("{}.xml", command.size()));
            std::ofstream(command.back(), std::ios::binary) << xml;
        }
    }
    EXPECT_GT(seen.size(), 100U);
    EXPECT_NO_THROW(run_command(command, std::chrono::seconds(60)));
    answers.expect_as_stated_by(server_);
}

TEST_F(Conformance, RoutesAreForTheRolesThatTheOperationIsFor) {
    for (const RouteRow& row : server_.router().rows()) {
        const auto* known = find_known_operation(row.method, row.path, row.action);
        if (known == nullptr || !row.callers.needs_session()) continue;
        for (AccountRole role : all_roles)
            EXPECT_EQ(row.callers.allows({role}), known->callers.allows({role}))
                << name_of(row) << " for " << to_string(role);
    }
}

}  // namespace
}  // namespace holdfast::api
