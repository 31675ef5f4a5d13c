// The OpenAPI document states every operation that there is, and what it states of bodies, references, pages
// and filters is what the handlers do.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <boost/json.hpp>

#include "api/golden.hpp"
#include "api/openapi/openapi_path.hpp"
#include "api/openapi/operation_forms.hpp"
#include "api/openapi_judge.hpp"
#include "api/whole_server.hpp"

namespace holdfast::api {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

namespace json = boost::json;

constexpr auto administrator = AccountRole::portal_administrator;

std::string name_of(const RouteRow& row) {
    return row.method + " " + row.path + (row.action.empty() ? "" : "?action=" + row.action);
}

class OpenApi : public ::testing::Test {
  protected:
    std::string text() const {
        return *std::get<http::SharedText>(
            server_.ask(administrator, "GET", "/api/schema/openapi.json").body);
    }

    // Nothing where the catalog of this test has nothing that the path names.
    std::optional<std::string> target_of(const RouteRow& row) const {
        auto target = server_.filled(administrator, row.path);
        if (target) *target += row.action.empty() ? "?" : "?action=" + row.action + "&";
        return target;
    }

    // Calls `check` with every operation that is built and of which there is something.
    template <typename Check>
    void for_each_answering(Check check) const {
        std::size_t checked = 0;
        for (const RouteRow& row : server_.router().rows()) {
            const auto target = target_of(row);
            if (!row.built || !target) continue;
            const auto& form = form_of(row.method, row.path, row.action);
            const auto* required = row.path == "/query"            ? "type=Job&"
                                   : row.path == "/catalog/search" ? "name=*o*&"
                                                                   : "";
            check(row, form, *target + required);
            ++checked;
        }
        EXPECT_GT(checked, 100U);
    }

    json::value answer(const std::string& target) const {
        const auto response = server_.ask(administrator, "GET", target, "application/json");
        return json::parse(std::get<std::string>(response.body));
    }

    WholeServer server_;
};

TEST_F(OpenApi, IsAsTheGoldenFileSays) {
    compare_with_golden("openapi.json", text());
}

TEST_F(OpenApi, IsForEverybody) {
    const auto response =
        server_.router().handle({.method = "GET", .path = "/api/schema/openapi.json", .host = "backup:9398"});
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.at(0).second, "application/json");
}

TEST_F(OpenApi, StatesEveryRouteAndWhoMayCallIt) {
    const auto document = json::parse(text());
    for (const RouteRow& row : server_.router().rows()) {
        SCOPED_TRACE(name_of(row));
        const auto& item = document.at("paths").at(openapi_path(row.path).text).as_object();
        const auto& operation = item.at(row.method == "GET"    ? "get"
                                        : row.method == "POST" ? "post"
                                        : row.method == "PUT"  ? "put"
                                                               : "delete")
                                    .as_object();
        const auto* actions = operation.if_contains("x-actions");
        const auto& described = actions ? actions->at(row.action).as_object() : operation;
        EXPECT_EQ(described.contains(actions ? "not-built" : "x-not-built"), !row.built);
        if (!row.callers.needs_session()) {
            EXPECT_TRUE(operation.contains("security"));
            continue;
        }
        json::array roles;
        for (AccountRole role : all_roles)
            if (row.callers.allows({role})) roles.emplace_back(to_string(role));
        EXPECT_EQ(described.at(actions ? "roles" : "x-roles"), json::value(roles));
    }
}

TEST_F(OpenApi, SaysOfEveryOperationWhatItTakesAndAnswers) {
    const auto rows = server_.router().rows();
    for (const RouteRow& row : rows)
        EXPECT_NO_THROW(form_of(row.method, row.path, row.action)) << name_of(row);
    for (const OperationForm& form : operation_forms())
        EXPECT_EQ(std::ranges::count_if(rows,
                                        [&](const RouteRow& row) {
                                            return row.method == form.method && row.path == form.path &&
                                                   row.action == form.action;
                                        }),
                  1)
            << form.method << " " << form.path << " " << form.action;
}

TEST_F(OpenApi, NamesTheBodiesThatHandlersRead) {
    for_each_answering([&](const RouteRow& row, const OperationForm& form, const std::string& target) {
        if (form.body == nullptr) return;
        const auto response = server_.ask(administrator, row.method, target, "application/xml",
                                          "<Nonsense><Nonsense/></Nonsense>");
        const auto message = std::get<std::string>(response.body);
        if (row.path == "/sessionMngr") return;  // reads a tenant's only, to refuse it
        EXPECT_EQ(response.status, 400) << name_of(row) << ": " << message;
        if (form.body->any_root) return;
        EXPECT_THAT(message, HasSubstr(fmt::format("it must be {}.", form.body->root))) << name_of(row);
    });
}

TEST_F(OpenApi, BodiesThatAreNothingOfTheKindAreRefusedByAll) {
    std::string deep;
    for (int i = 0; i < 10'000; ++i) deep += "<a>";
    for_each_answering([&](const RouteRow& row, const OperationForm& form, const std::string& target) {
        if (form.body == nullptr || row.path == "/sessionMngr") return;
        const std::string root(form.body->root);
        const std::string bodies[] = {
            "<" + root + ">",
            "<" + root + "><NoSuchElement/></" + root + ">",
            "<" + root + ">" + deep,
            "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><" + root + ">&e;</" + root + ">",
            "{",
            "[]",
            "\"text\"",
            std::string(10'000, '['),
        };
        for (const auto& body : bodies) {
            const auto response = server_.ask(administrator, row.method, target, "application/json", body);
            EXPECT_THAT(response.status, AnyOf(400, 413)) << name_of(row) << ": " << body.substr(0, 100);
            EXPECT_THAT(std::get<std::string>(response.body), HasSubstr("\"Message\":\""))
                << name_of(row) << ": " << body.substr(0, 100);
        }
    });
}

TEST_F(OpenApi, KnowsWhatIsFilteredAndCutIntoPages) {
    for_each_answering([&](const RouteRow& row, const OperationForm& form, const std::string& target) {
        if (row.method != "GET") return;
        EXPECT_EQ(server_.ask(administrator, "GET", target + "sortAsc=NoSuchField").status,
                  form.is_filtered ? 400 : 200)
            << name_of(row);
        EXPECT_EQ(server_.ask(administrator, "GET", target + "pageSize=0").status, form.has_pages ? 400 : 200)
            << name_of(row);
    });
}

TEST_F(OpenApi, KnowsWhichAnswersAreReferencesUnlessEntitiesAreAskedFor) {
    json::array cases;
    for_each_answering([&](const RouteRow& row, const OperationForm& form, const std::string& target) {
        if (row.method != "GET" || form.answer == nullptr) return;
        const std::string_view references =
            form.answer->style == Style::list ? "EntityReferences" : "EntityRef";
        const auto judge = [&](std::string_view schema, const std::string& asked) {
            cases.push_back(
                json::object{{"where", name_of(row)}, {"schema", schema}, {"value", answer(asked)}});
        };
        judge(form.has_references ? references : form.answer->root, target);
        judge(form.answer->root, target + "format=Entity");
    });
    expect_valid(text(), cases);
}

}  // namespace
}  // namespace holdfast::api
