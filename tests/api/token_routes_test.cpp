// API tokens: what they may do, and what ends them.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <thread>

#include "api/route_samples.hpp"
#include "api/routing/credentials.hpp"
#include "api/whole_server.hpp"
#include "base/secret.hpp"
#include "catalog/accounts.hpp"
#include "catalog/api_tokens.hpp"

namespace holdfast::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr auto administrator = AccountRole::portal_administrator;
constexpr auto reader = AccountRole::portal_user;

class TokenRoutes : public ::testing::Test {
  protected:
    http::Response send(std::pair<std::string, std::string> who, std::string method, std::string_view target,
                        std::string body = "") {
        auto question = std::min(target.find('?'), target.size());
        return server_.router().handle(
            {.method = std::move(method),
             .path = "/api" + std::string(target.substr(0, question)),
             .query = std::string(target.substr(std::min(question + 1, target.size()))),
             .headers = {std::move(who), {"Accept", "application/json"}},
             .body = std::move(body),
             .remote_address = "192.0.2.7",
             .host = "backup:9398"});
    }
    std::pair<std::string, std::string> session(AccountRole role) {
        return {"X-RestSvcSessionId", server_.session(role)};
    }
    static std::pair<std::string, std::string> bearer(const std::string& token) {
        return {"Authorization", "Bearer " + token};
    }
    int status(std::pair<std::string, std::string> who, std::string method, std::string_view target,
               std::string body = "") {
        return send(std::move(who), std::move(method), target, std::move(body)).status;
    }

    struct Made {
        std::string token;
        std::string path;
    };
    // By the session of that role.
    Made make(AccountRole role, const std::string& spec = R"({"Name":"nightly"})") {
        auto response = send(session(role), "POST", "/tokens", spec);
        EXPECT_EQ(response.status, 201) << text_of(response);
        auto entity = boost::json::parse(text_of(response));
        auto uid = boost::json::value_to<std::string>(entity.at("UID"));
        return {boost::json::value_to<std::string>(entity.at("Token")),
                "/tokens/" + uid.substr(uid.rfind(':') + 1)};
    }
    std::string uid_of(AccountRole role) {
        auto account = catalog::Accounts(server_.database()).find_by_name(std::string(to_string(role)));
        return make_urn("EnterpriseAccount", account->id);
    }

    WholeServer server_;
};

TEST_F(TokenRoutes, TellASecretOnceAndKeepItsHashOnly) {
    auto made = make(reader);
    EXPECT_THAT(made.token, StartsWith("holdfast_"));
    for (const auto* target : {"/tokens?format=Entity", "/tokens"})
        EXPECT_THAT(text_of(send(session(reader), "GET", target)), Not(HasSubstr(made.token)));
    auto shown = boost::json::parse(text_of(send(session(reader), "GET", made.path + "?format=Entity")));
    EXPECT_TRUE(shown.at("Token").is_null());
    EXPECT_TRUE(shown.at("LastUseTimeUTC").is_null());
    EXPECT_EQ(shown.at("AccountName").as_string(), "Portal User");
    auto secret = made.token.substr(made.token.rfind('_') + 1);
    auto stored = catalog::ApiTokens(server_.database()).list_of(*parse_urn_or_id(uid_of(reader)));
    ASSERT_FALSE(stored.empty());
    EXPECT_EQ(stored.back().hash, hash_token(secret));

    EXPECT_EQ(status(bearer(made.token), "GET", "/backupSessions"), 200);
    shown = boost::json::parse(text_of(send(session(reader), "GET", made.path + "?format=Entity")));
    EXPECT_FALSE(shown.at("LastUseTimeUTC").is_null());
}

TEST_F(TokenRoutes, NothingButTheWholeTokenIsAccepted) {
    auto token = make(reader).token;
    auto other = token;
    other.back() = other.back() == '0' ? '1' : '0';
    for (const auto& wrong : {other, token.substr(0, token.size() - 1), token + "0", std::string("x"),
                              "holdfast_" + std::string(101, '0')})
        EXPECT_EQ(status(bearer(wrong), "GET", "/backupSessions"), 401) << wrong;
    EXPECT_EQ(status({"Authorization", "bearer  " + token}, "GET", "/backupSessions"), 200);
    // Where both are sent the token counts, right or wrong.
    http::Request both{.method = "GET",
                       .path = "/api/jobs",
                       .headers = {session(administrator), bearer(other)},
                       .remote_address = "192.0.2.7",
                       .host = "backup:9398"};
    EXPECT_EQ(server_.router().handle(both).status, 401);
}

TEST_F(TokenRoutes, ATokenIsNoWayToASession) {
    auto made = make(administrator);
    auto sessions = boost::json::parse(text_of(send(bearer(made.token), "GET", "/logonSessions")));
    const auto& list = sessions.at("LogonSessions").as_array();
    ASSERT_EQ(list.size(), 1U);  // its own, not those that its account has
    auto id = boost::json::value_to<std::string>(list[0].at("SessionId"));
    EXPECT_EQ(status({"X-RestSvcSessionId", token_of(*Uuid::parse(id))}, "GET", "/backupSessions"), 401);
    EXPECT_THAT(text_of(send(session(administrator), "GET", "/logonSessions")), Not(HasSubstr(id)));
    EXPECT_EQ(status(bearer(made.token), "DELETE", "/logonSessions/" + id), 204);
    EXPECT_EQ(status(bearer(made.token), "GET", "/backupSessions"), 200);
}

TEST_F(TokenRoutes, TellWhoAsks) {
    auto made = make(administrator, R"({"Name":"reader","Roles":{"Roles":["Portal User"]}})");
    auto told = boost::json::parse(text_of(send(bearer(made.token), "GET", "/ownLogon"))).as_object();
    EXPECT_EQ(told.at("UserName").as_string(), to_string(administrator));
    EXPECT_EQ(told.at("Roles").at("Roles"), boost::json::array({"Portal User"}));
    auto own = boost::json::parse(text_of(send(session(administrator), "GET", "/ownLogon"))).as_object();
    EXPECT_EQ(own.at("SeesAllMachines"), true);
    EXPECT_EQ(own.at("IdleTimeoutSeconds"), 15 * 60);
    auto id = boost::json::value_to<std::string>(own.at("SessionId"));
    EXPECT_EQ(status(session(administrator), "GET", "/logonSessions/" + id), 200);
}

TEST_F(TokenRoutes, HaveAtMostTheRolesOfTheirAccount) {
    auto made = make(administrator, R"({"Name":"prometheus","Roles":{"Roles":["portal user"]}})");
    EXPECT_EQ(status(bearer(made.token), "GET", "/metrics"), 200);
    EXPECT_EQ(status(bearer(made.token), "GET", "/security/accounts"), 403);
    EXPECT_EQ(
        status(session(administrator), "POST", "/tokens", R"({"Name":"x","Roles":{"Roles":["No Role"]}})"),
        400);
    EXPECT_EQ(status(session(reader), "POST", "/tokens",
                     R"({"Name":"x","Roles":{"Roles":["Portal Administrator"]}})"),
              400);
}

TEST_F(TokenRoutes, ActForAnotherAccountOnlyWhereAnAdministratorMakesThem) {
    auto spec = fmt::format(R"({{"Name":"x","AccountUid":"{}"}})", uid_of(reader));
    auto made = make(administrator, spec);
    EXPECT_EQ(status(bearer(made.token), "GET", "/backupSessions"), 200);
    EXPECT_EQ(status(bearer(made.token), "GET", "/security/accounts"), 403);
    EXPECT_EQ(status(session(AccountRole::vm_restore_operator), "POST", "/tokens", spec), 403);
    EXPECT_EQ(status(session(administrator), "POST", "/tokens", R"({"Name":"x","AccountUid":"nobody"})"),
              400);
    // The account sees it as its own; others, but administrators, do not see it at all.
    EXPECT_EQ(status(session(reader), "GET", made.path), 200);
    EXPECT_EQ(status(session(administrator), "GET", made.path), 200);
    EXPECT_EQ(status(session(AccountRole::vm_restore_operator), "GET", made.path), 404);
    EXPECT_EQ(status(session(AccountRole::vm_restore_operator), "DELETE", made.path), 404);
}

TEST_F(TokenRoutes, MakeAndDeleteNoTokens) {
    auto made = make(administrator);
    EXPECT_EQ(status(bearer(made.token), "POST", "/tokens", R"({"Name":"another"})"), 403);
    EXPECT_EQ(status(bearer(made.token), "DELETE", made.path), 403);
    EXPECT_EQ(status(bearer(made.token), "GET", made.path), 200);
}

TEST_F(TokenRoutes, Expire) {
    auto account = parse_urn_or_id(uid_of(reader));
    auto secret = random_token();
    catalog::ApiToken old{.id = Uuid::random(),
                          .account = *account,
                          .name = "old",
                          .hash = hash_token(secret),
                          .roles = {"Portal User"},
                          .created = now() - std::chrono::hours(2),
                          .expires = now() - std::chrono::hours(1)};
    catalog::ApiTokens(server_.database()).add(old);
    EXPECT_EQ(status(bearer("holdfast_" + old.id.to_string() + "_" + secret), "GET", "/backupSessions"), 401);
    for (const auto* time : {"2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"})
        EXPECT_EQ(status(session(reader), "POST", "/tokens",
                         fmt::format(R"({{"Name":"x","ExpirationTimeUTC":"{}"}})", time)),
                  400);
}

TEST_F(TokenRoutes, EndWhenTheyAreDeletedAndWhenTheirAccountChanges) {
    auto works = [&](const Made& made) {
        return status(bearer(made.token), "GET", "/backupSessions") == 200;
    };
    auto deleted = make(reader);
    EXPECT_TRUE(works(deleted));
    EXPECT_EQ(status(session(reader), "DELETE", deleted.path), 204);
    EXPECT_FALSE(works(deleted));

    auto uid = uid_of(reader);
    auto account = "/security/accounts/" + uid.substr(uid.rfind(':') + 1);
    auto by_password = make(reader);
    EXPECT_TRUE(works(by_password));
    EXPECT_EQ(status(session(administrator), "PUT", account + "/password", R"({"Password":"new"})"), 204);
    EXPECT_FALSE(works(by_password));
    auto spec = fmt::format(R"({{"Name":"x","AccountUid":"{}"}})", uid);
    auto by_end = make(administrator, spec);
    EXPECT_TRUE(works(by_end));
    EXPECT_EQ(status(session(administrator), "DELETE", account), 204);
    EXPECT_FALSE(works(by_end));
}

TEST_F(TokenRoutes, FollowTheTasksThatTheyBegin) {
    auto token = bearer(make(administrator).token);
    auto response = send(token, "POST", "/security/accounts?action=rebuildScope",
                         "<RebuildScopeJobSpec><RebuildAll/></RebuildScopeJobSpec>");
    ASSERT_EQ(response.status, 201) << text_of(response);
    auto task =
        "/tasks/" + boost::json::value_to<std::string>(boost::json::parse(text_of(response)).at("TaskId"));
    EXPECT_EQ(status(session(reader), "GET", task), 404);
    auto state = [&] {
        return boost::json::value_to<std::string>(
            boost::json::parse(text_of(send(token, "GET", task))).at("State"));
    };
    while (state() != "Finished") std::this_thread::yield();
    EXPECT_THAT(text_of(send(token, "GET", "/tasks")), HasSubstr("StartRebuildScope"));
}

TEST_F(TokenRoutes, SeeWhatTheirScopesHoldAndNothingElse) {
    auto host = server_.sample(administrator, "/hierarchyRoots/{ID}");
    auto spec = [&](const std::string& roles, const std::string& machine) {
        return fmt::format(
            R"({{"Name":"{}","Roles":{{"Roles":[{}]}},"HierarchyScopeObjects":{{"HierarchyScopeItems":[)"
            R"({{"HierarchyObjRef":"urn:CustomPlatform:Vm:{}.{}"}}]}}}})",
            machine, roles, host, machine);
    };
    auto own = sample_machine().to_string();
    auto made = make(administrator, spec(R"("VM Restore Operator")", own));
    auto shown = [&] {
        return boost::json::parse(text_of(send(session(administrator), "GET", made.path + "?format=Entity")))
            .at("Scopes")
            .at("Scopes")
            .as_array()
            .at(0)
            .as_object();
    };
    while (shown()["State"].as_string() != "Processed") std::this_thread::yield();
    EXPECT_EQ(shown()["HierarchyObjRef"].as_string(), "urn:CustomPlatform:Vm:" + host + "." + own);
    auto points = [&](const Made& token) {
        auto list = boost::json::parse(text_of(send(bearer(token.token), "GET", "/vmRestorePoints")));
        return list.at("Refs").as_array().size();
    };
    EXPECT_GT(points(made), 0U);
    auto other = make(administrator, spec(R"("VM Restore Operator")", Uuid::random().to_string()));
    EXPECT_EQ(points(other), 0U);
    EXPECT_EQ(status(session(administrator), "GET", "/security/accounts/" + made.path.substr(8)), 404)
        << "what holds its scopes is no account of anybody";

    auto refused = send(session(administrator), "POST", "/tokens", spec(R"("Portal Administrator")", own));
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(text_of(refused), HasSubstr("cannot be a Portal Administrator"));
}

TEST_F(TokenRoutes, AreToldOnceAlsoWhereTheRequestHasAnIdempotencyKey) {
    http::Request request{.method = "POST",
                          .path = "/api/tokens",
                          .headers = {session(reader), {"Idempotency-Key", "key-1"}},
                          .body = R"({"Name":"nightly"})",
                          .remote_address = "192.0.2.7",
                          .host = "backup:9398"};
    EXPECT_EQ(server_.router().handle(request).status, 201);
    auto again = server_.router().handle(request);
    EXPECT_EQ(again.status, 409);
    EXPECT_THAT(text_of(again), Not(HasSubstr("holdfast_")));
}

TEST_F(TokenRoutes, AreNamedInTheAuditLog) {
    server_.write_audit();
    auto made = make(administrator, R"({"Name":"scripts"})");
    EXPECT_EQ(status(bearer(made.token), "DELETE", "/jobs/b6bfce60-7d42-46d7-9e55-0a40c04b0d7d"), 404);
    auto log = boost::json::parse(text_of(send(session(administrator), "GET", "/audit")));
    const auto& events = log.at("AuditEvents").as_array();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].at("Account").as_string(), "Portal Administrator (token scripts)");
    EXPECT_EQ(events[1].at("Account").as_string(), "Portal Administrator");
    EXPECT_EQ(events[1].at("Operation").as_string(), "POST /api/tokens");
}

TEST_F(TokenRoutes, HaveNamesThatAreShortAndTheirOwn) {
    make(reader);
    EXPECT_EQ(status(session(reader), "POST", "/tokens", R"({"Name":"nightly"})"), 409);
    for (const auto& name : {std::string(), std::string(51, 'x'), std::string(" x"), std::string("x\\u0001")})
        EXPECT_EQ(status(session(reader), "POST", "/tokens", fmt::format(R"({{"Name":"{}"}})", name)), 400)
            << name;
}

}  // namespace
}  // namespace holdfast::api
