// Every operation in both formats, for every role: the right status, XML that the served schema allows, JSON
// as the served OpenAPI document states it for the operation, the same values in both. A route without a case
// here fails the test. A client that follows links only is in crawler_test.cpp.
#include <gmock/gmock.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "api/answer_judge.hpp"
#include "api/route_samples.hpp"
#include "api/routing/known_operations.hpp"

namespace holdfast::api {
namespace {

constexpr auto administrator = AccountRole::portal_administrator;

// Operations whose answer to an administrator is another than that of their kind: 200 for reading what is
// there, 404 for what is not, 400 for a creation without a body.
const std::map<std::string, int, std::less<>> other_statuses = {
    {"POST /sessionMngr", 401},    // without credentials
    {"GET /query", 400},           // without a type
    {"GET /catalog/search", 400},  // without a name
};

class Conformance : public ::testing::Test {
  protected:
    Conformance() { server_.add_tasks(); }

    // Changing operations are asked of what is not there.
    SampleTarget case_of(const RouteRow& row, AccountRole role) const {
        auto target = target_of(server_, row, role);
        if (row.method != "GET" && row.path.find('{') != std::string::npos)
            target = {target_of_nothing(server_, row), false};
        return target;
    }

    static int administrators_status(const RouteRow& row, const SampleTarget& made) {
        if (!row.built) return 501;
        const auto other = other_statuses.find(name_of(row));
        if (other != other_statuses.end()) return other->second;
        if (!made.is_there) return 404;
        return row.method == "GET" ? 200 : 400;
    }

    WholeServer server_;
};

TEST_F(Conformance, EveryOperationAnswersEveryRoleInBothFormats) {
    AnswerJudge judge;
    for (const RouteRow& row : server_.router().rows()) {
        for (AccountRole role : all_roles) {
            const SampleTarget made = case_of(row, role);
            const bool may = !row.callers.needs_session() || row.callers.allows({role});
            const int expected = may ? administrators_status(row, made) : 403;
            for (std::string_view accept : {"application/xml", "application/json"}) {
                const auto response = server_.ask(role, row.method, made.text, accept);
                EXPECT_EQ(response.status, expected)
                    << name_of(row) << " for " << to_string(role) << ": " << text_of(response).substr(0, 600);
                judge.add(row.method, made.text, response);
            }
        }
    }
    judge.expect_all_valid(server_);
}

TEST_F(Conformance, EveryAnswerIsInTheSchemaAndTheSameInJson) {
    std::set<std::string> seen;
    AnswerJudge judge;
    for (const RouteRow& row : server_.router().rows()) {
        if (row.path.starts_with("/schema/")) continue;  // no documents of the API
        auto targets = std::vector{case_of(row, administrator).text};
        if (row.method == "GET" && row.action.empty()) {
            targets.push_back(targets[0] + "?format=Entity");
            targets.push_back(targets[0] + "?pageSize=1&page=1");
        }
        for (const auto& target : targets) {
            const auto answer = server_.ask(administrator, row.method, target);
            const auto in_json = server_.ask(administrator, row.method, target, "application/json");
            judge.add(row.method, target, answer);
            judge.add(row.method, target, in_json);
            const auto xml = text_of(answer);
            const auto json = text_of(in_json);
            if (json.starts_with('{') && seen.insert(xml).second) expect_same_values(xml, json, target);
        }
    }
    EXPECT_GT(seen.size(), 100U);
    judge.expect_all_valid(server_);
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

TEST_F(Conformance, EverySampleIsOfARow) {
    EXPECT_THAT(samples_of_no_row(server_), ::testing::IsEmpty());
}

}  // namespace
}  // namespace holdfast::api
