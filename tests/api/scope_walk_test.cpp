// Accounts that see some machines only, of every role: all that can be read of a machine in their scopes is
// there as for an account that sees all, and of one outside nothing is told, by no operation and in no
// format.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <ranges>
#include <set>

#include "api/answer_judge.hpp"
#include "api/query/query_type.hpp"
#include "api/route_samples.hpp"

namespace holdfast::api {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

const std::string machine_name = "web01";

class ScopeWalk : public ::testing::Test {
  protected:
    ScopeWalk() { server_.add_tasks(); }

    http::Response ask(const std::string& token, std::string_view target, std::string_view accept) const {
        auto request = WholeServer::request(token, "GET", target);
        request.headers.emplace_back("Accept", accept);
        return server_.router().handle(request);
    }

    // In both formats, which must tell the same; judged by the schemas in the end.
    std::vector<http::Response> ask_both(const std::string& token, const std::string& target) {
        auto xml = ask(token, target, "application/xml");
        auto json = ask(token, target, "application/json");
        EXPECT_EQ(xml.status, json.status) << target;
        if (text_of(json).starts_with('{') && xmls_.insert(text_of(xml)).second)
            expect_same_values(text_of(xml), text_of(json), target);
        judge_.add("GET", target, xml);
        judge_.add("GET", target, json);
        return {std::move(xml), std::move(json)};
    }

    // All that can be read, of what is in the catalog.
    std::vector<std::string> targets() const {
        std::vector<std::string> all{"/api/lookup?name=*&type=Vm", "/api/lookup?name=" + machine_name,
                                     "/api/catalog/search?name=*o*"};
        for (const auto& row : server_.router().rows()) {
            if (row.method != "GET" || !row.built || row.path.starts_with("/schema/")) continue;
            // Each session has these of its own.
            if (row.path.find('{') != std::string::npos && is_called_by_others(row) &&
                !is_in_empty_family(row.path) && seen_by(row.path) == SeenBy::its_account)
                continue;
            const auto target = target_of(server_, row);
            if (!target.is_there) continue;
            all.push_back(target.text);
            if (row.action.empty()) all.push_back(target.text + "?format=Entity");
        }
        for (const auto& type : query_types())
            for (const auto* format : {"Entities", "References"})
                all.push_back(fmt::format("/api/query?type={}&format={}", type.name, format));
        return all;
    }

    static bool is_called_by_others(const RouteRow& row) {
        return std::ranges::any_of(all_roles | std::views::drop(1),
                                   [&](AccountRole role) { return row.callers.allows({role}); });
    }

    // Where it depends on more than the role who sees what is named there.
    static bool names_what_it_may_not_see(const RouteRow& row, AccountRole role) {
        return row.method == "GET" && row.path.find('{') != std::string::npos && row.built &&
               row.callers.allows({role}) && !is_in_empty_family(row.path) &&
               seen_by(row.path) != SeenBy::everybody;
    }

    WholeServer server_;
    AnswerJudge judge_;
    std::set<std::string> xmls_;
    const Uuid machine_ = sample_machine();
    // What would give away that the machine is there.
    const std::vector<std::string> marks_{
        machine_name, machine_.to_string(),
        server_.sample(AccountRole::portal_administrator, "/vmRestorePoints/{ID}")};
};

// Figures and work of the whole server, which are for accounts that see all.
bool is_of_all_machines(std::string_view target) {
    return target.starts_with("/api/metrics") || target.starts_with("/api/systemSessions/");
}

TEST_F(ScopeWalk, WhatIsInTheScopesIsThere) {
    for (auto role : all_roles | std::views::drop(1)) {
        const auto scoped = log_on_scoped(server_, role, "own", {machine_});
        const auto scoped_token = make_scoped_token(server_, role, "own", {machine_});
        for (const auto& target : targets()) {
            if (is_of_all_machines(target)) continue;
            for (const auto& token : {scoped, scoped_token})
                EXPECT_EQ(ask_both(token, target)[0].status,
                          server_.ask(role, "GET", target, "application/xml").status)
                    << to_string(role) << " " << target;
        }
    }
    judge_.expect_all_valid(server_);
}

TEST_F(ScopeWalk, WhatIsOfAMachineInTheScopesIsToldAsToAnAccountThatSeesAll) {
    std::size_t told = 0;
    for (auto role : all_roles | std::views::drop(1)) {
        const auto scoped = log_on_scoped(server_, role, "own", {machine_});
        for (const RouteRow& row : server_.router().rows()) {
            if (!names_what_it_may_not_see(row, role) || seen_by(row.path) != SeenBy::those_in_scope ||
                !target_of(server_, row).is_there)
                continue;
            for (std::string_view form : {"", "?format=Entity"}) {
                const auto target = target_of(server_, row).text + std::string(form);
                for (std::string_view accept : {"application/xml", "application/json"}) {
                    EXPECT_EQ(text_of(ask(scoped, target, accept)),
                              text_of(server_.ask(role, "GET", target, accept)))
                        << to_string(role);
                    ++told;
                }
            }
        }
    }
    EXPECT_GT(told, 100U);
}

TEST_F(ScopeWalk, AdministratorsSeeAllWhateverTheirScopes) {
    const auto scoped = log_on_scoped(server_, AccountRole::portal_administrator, "none", {});
    for (const auto& target : targets())
        EXPECT_EQ(ask(scoped, target, "application/xml").status,
                  server_.ask(AccountRole::portal_administrator, "GET", target, "application/xml").status)
            << target;
}

TEST_F(ScopeWalk, OfWhatIsOutsideNothingIsTold) {
    std::size_t told = 0;
    for (auto role : all_roles | std::views::drop(1)) {
        const auto other = log_on_scoped(server_, role, "other", {Uuid::random()});
        const auto none = log_on_scoped(server_, role, "none", {});
        const auto other_token = make_scoped_token(server_, role, "other", {Uuid::random()});
        for (const auto& target : targets()) {
            for (const auto& token : {other, none, other_token}) {
                for (const auto& answer : ask_both(token, target)) {
                    EXPECT_THAT(answer.status, AnyOf(200, 400, 403, 404)) << to_string(role) << " " << target;
                    for (const auto& mark : marks_) {
                        if (target.find(mark) != std::string::npos)
                            continue;  // then an error may tell it again
                        EXPECT_THAT(text_of(answer), Not(HasSubstr(mark)))
                            << to_string(role) << " " << target;
                    }
                }
            }
            for (std::string_view accept : {"application/xml", "application/json"}) {
                const auto whole = text_of(server_.ask(role, "GET", target, accept));
                told += whole.find(machine_name) != std::string::npos ? 1 : 0;
            }
        }
    }
    EXPECT_GT(told, 50U) << "an account that sees all is told";
    judge_.expect_all_valid(server_);
}

TEST_F(ScopeWalk, WhatIsOutsideIsNotThereAsWhatNeverWas) {
    std::size_t outside = 0;
    for (auto role : all_roles | std::views::drop(1)) {
        const auto other = log_on_scoped(server_, role, "other", {Uuid::random()});
        const auto none = log_on_scoped(server_, role, "none", {});
        const auto other_token = make_scoped_token(server_, role, "other", {Uuid::random()});
        for (const RouteRow& row : server_.router().rows()) {
            if (!names_what_it_may_not_see(row, role)) continue;
            const auto target = target_of(server_, row).text;
            const auto nothing = target_of_nothing(server_, row);
            for (const auto& token : {other, none, other_token}) {
                for (std::string_view accept : {"application/xml", "application/json"}) {
                    const auto there = ask(token, target, accept);
                    const auto not_there = ask(token, nothing, accept);
                    SCOPED_TRACE(fmt::format("{} for {} in {}", name_of(row), to_string(role), accept));
                    EXPECT_EQ(there.status, 404) << text_of(there);
                    EXPECT_EQ(not_there.status, 404) << text_of(not_there);
                    EXPECT_EQ(there.headers, not_there.headers);
                    EXPECT_EQ(readdressed(text_of(there), target, nothing), text_of(not_there));
                    ++outside;
                }
            }
        }
    }
    EXPECT_GT(outside, 200U);
}

TEST_F(ScopeWalk, LookingUpWhatIsOutsideFindsWhatLookingUpNothingFinds) {
    const auto host = server_.sample(AccountRole::portal_administrator, "/hierarchyRoots/{ID}");
    const auto other = log_on_scoped(server_, AccountRole::portal_user, "other", {Uuid::random()});
    const auto none = log_on_scoped(server_, AccountRole::portal_user, "none", {});
    const std::vector<std::pair<std::string, std::string>> pairs = {
        {machine_.to_string(), Uuid::random().to_string()}, {machine_name, "nothing"}};
    for (const auto& [there, nothing] : pairs)
        for (const auto& question :
             {fmt::format("hierarchyRef=urn:CustomPlatform:Vm:{}.{}", host, "@"),
              fmt::format("host=urn:CustomPlatform:Vm:{}.{}", host, "@"),
              fmt::format("host=urn:veeam:HierarchyRoot:{}&name={}&type=Vm", host, "@"),
              fmt::format("name={}", "@")})
            for (const auto& token : {other, none}) {
                const auto of = [&](const std::string& name) {
                    return ask(token, "/api/lookup?" + readdressed(question, "@", name), "application/json");
                };
                const auto answer = of(there);
                EXPECT_EQ(answer.status, of(nothing).status) << question;
                EXPECT_EQ(readdressed(text_of(answer), there, nothing), text_of(of(nothing))) << question;
            }
}

TEST_F(ScopeWalk, PagesAndFiltersTellNothingOfWhatIsOutside) {
    server_.add_sessions(3);
    const auto none = log_on_scoped(server_, AccountRole::portal_user, "none", {});
    const auto& all = server_.session(AccountRole::portal_user);
    for (const std::string target : {"/api/backupSessions?", "/api/query?type=BackupJobSession&"}) {
        const auto pages = [&](const std::string& token, const std::string& filter) {
            const auto xml = text_of(ask(token, target + "pageSize=1&page=1" + filter, "application/xml"));
            const auto begin = xml.find("PagesCount=\"");
            EXPECT_NE(begin, std::string::npos) << xml;
            return xml.substr(begin, xml.find(' ', begin) - begin);
        };
        const auto nothing = pages(all, "&filter=JobName==\"no such job\"");
        EXPECT_NE(pages(all, ""), nothing);
        EXPECT_NE(pages(all, "&filter=JobName==\"many\""), nothing);
        EXPECT_EQ(pages(none, ""), nothing);
        EXPECT_EQ(pages(none, "&filter=JobName==\"many\""), nothing);
    }
}

}  // namespace
}  // namespace holdfast::api
