// Accounts that see some machines only, of every role: all that can be read of a machine in their scopes is
// there as for an account that sees all, and of one outside nothing is told, by no operation and in no
// format.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <ranges>

#include "api/query/query_type.hpp"
#include "api/whole_server.hpp"

namespace holdfast::api {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

const std::string machine_name = "web01";

class ScopeWalk : public ::testing::Test {
  protected:
    // The token of a session. Without machines the account has no scope at all.
    std::string log_on(AccountRole role, const std::string& name, const std::vector<Uuid>& machines) {
        const auto account = server_.add_account(role, name, machines);
        return token_of(server_.logons().open(account, {role}, "latest")->id());
    }

    http::Response ask(const std::string& token, std::string_view target, std::string_view accept) const {
        auto request = WholeServer::request(token, "GET", target);
        request.headers.emplace_back("Accept", accept);
        return server_.router().handle(request);
    }

    // All that can be read, of what is in the catalog.
    std::vector<std::string> targets() const {
        std::vector<std::string> all{"/api/lookup?name=*&type=Vm", "/api/lookup?name=" + machine_name};
        for (const auto& row : server_.router().rows()) {
            if (row.method != "GET" || !row.built || row.path.starts_with("/schema/")) continue;
            // Each session has these of its own.
            if (row.path.starts_with("/logonSessions/{ID}") || row.path.starts_with("/tokens/{ID}")) continue;
            if (auto target = server_.filled(AccountRole::portal_administrator, row.path)) {
                all.push_back(*target);
                all.push_back(*target + "?format=Entity");
            }
        }
        for (const auto& type : query_types())
            for (const auto* format : {"Entities", "References"})
                all.push_back(fmt::format("/api/query?type={}&format={}", type.name, format));
        return all;
    }

    WholeServer server_;
    const Uuid machine_ = *Uuid::parse("11111111-1111-4111-8111-111111111111");
    // What would give away that the machine is there.
    const std::vector<std::string> marks_{
        machine_name, machine_.to_string(),
        server_.sample(AccountRole::portal_administrator, "/vmRestorePoints/{ID}")};
};

std::string text_of(const http::Response& response) {
    if (const auto* shared = std::get_if<http::SharedText>(&response.body)) return **shared;
    const auto* text = std::get_if<std::string>(&response.body);
    return text ? *text : "";
}

// Figures and work of the whole server, which are for accounts that see all.
bool is_of_all_machines(std::string_view target) {
    return target.starts_with("/api/metrics") || target.starts_with("/api/systemSessions/");
}

TEST_F(ScopeWalk, WhatIsInTheScopesIsThere) {
    for (auto role : all_roles | std::views::drop(1)) {
        const auto scoped = log_on(role, "own", {machine_});
        for (const auto& target : targets()) {
            if (is_of_all_machines(target)) continue;
            EXPECT_EQ(ask(scoped, target, "application/xml").status,
                      server_.ask(role, "GET", target, "application/xml").status)
                << to_string(role) << " " << target;
        }
    }
}

TEST_F(ScopeWalk, OfWhatIsOutsideNothingIsTold) {
    std::size_t told = 0;
    for (auto role : all_roles | std::views::drop(1)) {
        const auto other = log_on(role, "other", {Uuid::random()});
        const auto none = log_on(role, "none", {});
        for (const auto& target : targets()) {
            for (std::string_view accept : {"application/xml", "application/json"}) {
                for (const auto& token : {other, none}) {
                    const auto answer = ask(token, target, accept);
                    EXPECT_THAT(answer.status, AnyOf(200, 400, 403, 404)) << to_string(role) << " " << target;
                    for (const auto& mark : marks_) {
                        if (target.find(mark) != std::string::npos)
                            continue;  // then an error may tell it again
                        EXPECT_THAT(text_of(answer), Not(HasSubstr(mark)))
                            << to_string(role) << " " << target;
                    }
                }
                const auto whole = text_of(server_.ask(role, "GET", target, accept));
                told += whole.find(machine_name) != std::string::npos ? 1 : 0;
            }
        }
    }
    EXPECT_GT(told, 50U) << "an account that sees all is told";
}

}  // namespace
}  // namespace holdfast::api
