// GET /query over a whole server without its network: every type, every role, both forms.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <boost/json.hpp>

#include "api/query/query_type.hpp"
#include "api/whole_server.hpp"

namespace holdfast::api {
namespace {

using testing::HasSubstr;
namespace json = boost::json;

constexpr auto administrator = AccountRole::portal_administrator;

class Queries : public testing::Test {
  protected:
    json::value ask(std::string_view parameters, int status = 200, AccountRole role = administrator) const {
        auto response =
            server_.ask(role, "GET", fmt::format("/api/query?{}", parameters), "application/json");
        EXPECT_EQ(response.status, status) << parameters << " for " << to_string(role);
        return json::parse(std::get<std::string>(response.body));
    }

    WholeServer server_;
};

TEST_F(Queries, EveryTypeAnswersThoseWhoMayAsk) {
    for (const auto& type : query_types())
        for (AccountRole role : all_roles)
            for (std::string_view form : {"References", "Entities"}) {
                auto answer =
                    ask(fmt::format("type={}&format={}&sortDesc={}", type.name, form, type.link_order),
                        type.callers.allows({role}) ? 200 : 403, role);
                if (!type.callers.allows({role})) continue;
                EXPECT_EQ(answer.at("PagingInfo").at("PagesCount"), 1) << type.name;
                int parts = 0;
                for (auto part : {"Refs", "Entities", "Resources"})
                    parts += answer.at(part).is_null() ? 0 : 1;
                EXPECT_EQ(parts, 1) << type.name;
            }
}

TEST_F(Queries, RolesAreThoseOfTheType) {
    constexpr auto user = AccountRole::portal_user;
    constexpr auto restorer = AccountRole::file_restore_operator;
    ask("type=Job", 403, user);
    ask("type=Repository", 200, user);
    ask("type=Repository", 403, restorer);
    ask("type=FailoverPlan", 200, restorer);
    ask("type=FailoverPlan", 403, user);
    ask("type=VmRestorePoint", 200, AccountRole::vm_restore_operator);
    ask("type=RestoreSession", 403, AccountRole::sql_restore_operator);
}

TEST_F(Queries, TypesOfTheCatalogAreFilledAndTheOthersEmpty) {
    for (const auto& type : query_types()) {
        auto answer = ask(fmt::format("type={}&format=Entity", type.name));
        auto part = answer.at("Entities").is_null() ? answer.at("Resources") : answer.at("Entities");
        std::size_t count = 0;
        int lists = 0;
        for (const auto& [name, list] : part.as_object()) {
            if (list.is_null()) continue;
            ++lists;
            count = list.as_object().begin()->value().as_array().size();
        }
        EXPECT_EQ(lists, 1) << type.name;
        bool is_kept =
            std::ranges::all_of(*type.fields, [](const auto& field) { return !field.sql.empty(); });
        // The session has no tasks yet; a machine runs from the repository, which is a restore session, too.
        std::size_t expected = !is_kept || type.name == "Task" ? 0 : type.name == "RestoreSession" ? 3 : 1;
        EXPECT_EQ(count, expected) << type.name;
    }
}

TEST_F(Queries, LinksOfPagesRepeatEverythingAndHideWhatComesLater) {
    auto answer = ask("TYPE=Job&format=Entities&filter=Name!%3D%22a%20b%22&sortAsc=name&pageSize=1&page=1");
    auto href = json::value_to<std::string>(answer.at("PagingInfo").at("Links").at(0).at("Href"));
    EXPECT_THAT(href,
                HasSubstr("https://backup:9398/api/query?TYPE=Job&format=Entities&filter=Name%21%3D%22a%20b"
                          "%22&sortAsc=name&asOf=2"));
    EXPECT_TRUE(href.ends_with("Z&pageSize=1&page=1")) << href;
    auto in_the_past = ask("type=Job&sortAsc=name&page=1&asOf=2001-01-01");
    EXPECT_TRUE(in_the_past.at("Refs").at("Refs").as_array().empty());
}

}  // namespace
}  // namespace holdfast::api
