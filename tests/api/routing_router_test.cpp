// The table of routes: by direct calls, and by curl against a real server.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "api/routing/collection.hpp"
#include "api/routing/credentials.hpp"
#include "api/routing/known_operations.hpp"
#include "api/routing/logon_routes.hpp"
#include "api/routing/router.hpp"
#include "api/types/job.hpp"
#include "base/file.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;

constexpr std::string_view guid = "b6bfce60-7d42-46d7-9e55-0a40c04b0d7d";

struct TwoAccounts : Accounts {
    std::optional<AuthenticatedAccount> check(std::string_view name, std::string_view password) override {
        if (during_check) during_check();
        if (password != "secret") return std::nullopt;
        if (name == "admin") return AuthenticatedAccount{"admin", {AccountRole::portal_administrator}};
        if (name == "user") return AuthenticatedAccount{"user", {AccountRole::portal_user}};
        return std::nullopt;
    }
    std::function<void()> during_check{};
};

std::string text_of(const http::Response& response) {
    return std::get<std::string>(response.body);
}

Answer plain(std::string text) {
    return raw({.body = std::move(text)});
}

Job make_job(int number) {
    Job job;
    job.Name = "job " + std::to_string(number);
    job.Type = "Job";
    job.UID = make_urn("Job", Uuid::from_name({}, *job.Name));
    job.Href = "https://h/api/jobs/" + std::to_string(number) + "?format=Entity";
    LinkBuilder links("https://h/api");
    job.Links =
        LinkList{links.link("Up", "/backupServers/1", "BackupServerReference", "here"),
                 links.link("Alternate", "/jobs/" + std::to_string(number), "JobReference", *job.Name),
                 links.action("Start", "/jobs/" + std::to_string(number), "start")};
    return job;
}

Answer list_jobs(const Call& call) {
    std::vector<Job> jobs;
    for (int i = 1; i <= 5; ++i) jobs.push_back(make_job(i));
    return collection<Jobs>(call, std::move(jobs));
}

Answer fail(const Call& call) {
    if (call.text() == "unknown") throw StatusError(500, ErrorKind::not_found, "There is no backup task");
    if (call.text() == "taken")
        throw Error(ErrorKind::conflict, "The job runs already").advise("Wait for its end.");
    if (call.text() == "defect") throw Error(ErrorKind::internal, "the password is hunter2");
    throw std::runtime_error("the password is hunter2");
}

std::vector<Route> test_routes() {
    auto everybody = Callers::any_account();
    return {
        {.method = "GET", .path = "/jobs", .callers = everybody, .handler = list_jobs},
        {.method = "GET",
         .path = "/jobs/{ID}",
         .callers = everybody,
         .handler = [](const Call& call) { return plain(call.id().to_string() + call.path()); }},
        {.method = "POST",
         .path = "/jobs/{ID}",
         .action = "start",
         .callers = Callers::administrators(),
         .handler = [](const Call& call) { return plain("start " + call.id().to_string()); }},
        {.method = "POST",
         .path = "/jobs/{ID}",
         .action = "stop",
         .callers = Callers::roles({AccountRole::portal_user}),
         .handler = [](const Call& call) { return plain("stopped for " + call.logon().account()); }},
        {.method = "GET",
         .path = "/vmRestorePoints/{ID}/mounts/{ID}/{filepath}",
         .callers = everybody,
         .handler =
             [](const Call& call) { return plain(fmt::format("{}|{}", call.number(1), call.file_path())); }},
        {.method = "POST",
         .path = "/test/bodies",
         .callers = everybody,
         .handler =
             [](const Call& call) { return plain(call.body<LoginSpec>().TenantCredentials->Username); }},
        {.method = "GET", .path = "/test/failures/{name}", .callers = everybody, .handler = fail},
        {.method = "GET",
         .path = "/test/stream",
         .callers = everybody,
         .handler =
             [](const Call&) {
                 return raw({.body = http::StreamedBody{
                                 3, [](http::BodyWriter& writer) { writer.write(as_bytes("abc")); }}});
             }},
    };
}

class Routing : public ::testing::Test {
  protected:
    TwoAccounts accounts_;
    SteadyClock::time_point time_ = SteadyClock::now();
    LogonRegistry logons_{{}, [this] { return time_; }};
    LogonCheck check_{accounts_, {}, {}, SteadyClock::now, [](auto) {}};
    Router router_{make_routes(), logons_};
    std::string token_ = token_of(logons_.open("admin", {AccountRole::portal_administrator}, "latest")->id());
    std::string user_token_ = token_of(logons_.open("user", {AccountRole::portal_user}, "latest")->id());

    std::vector<Route> make_routes() {
        auto routes = test_routes();
        for (auto& route : logon_routes(logons_, check_)) routes.push_back(std::move(route));
        return routes;
    }

    http::Request request(std::string method, std::string_view target) const {
        std::size_t question = std::min(target.find('?'), target.size());
        return {.method = std::move(method),
                .path = std::string(target.substr(0, question)),
                .query = std::string(target.substr(std::min(question + 1, target.size()))),
                .remote_address = "192.0.2.7",
                .host = "backup:9398"};
    }
    http::Response call(std::string method, std::string_view target, std::string token,
                        std::string accept = "") const {
        auto made = request(std::move(method), target);
        if (!token.empty()) made.headers.emplace_back("X-RestSvcSessionId", std::move(token));
        if (!accept.empty()) made.headers.emplace_back("Accept", std::move(accept));
        return router_.handle(made);
    }
    std::string get(std::string_view target) const { return text_of(call("GET", target, token_)); }
    http::Response log_on(std::string_view user_and_password,
                          std::string_view target = "/api/sessionMngr/?v=latest") {
        auto made = request("POST", target);
        made.headers.emplace_back("Authorization", "Basic " + to_base64(as_bytes(user_and_password)));
        return router_.handle(made);
    }
};

TEST_F(Routing, finds_a_route_however_the_path_is_written) {
    std::string id(guid);
    for (std::string path : {"/api/jobs/" + id, "/API/Jobs/" + id + "/", "/api//jobs/urn:veeam:Job:" + id,
                             "/api/jobs/urn%3aveeam%3aJob%3a" + id})
        EXPECT_THAT(get(path), StartsWith(id)) << path;
    EXPECT_EQ(get("/api/vmRestorePoints/" + id + "/mounts/7/C:/Program%20Files/a+b"),
              "7|C:/Program Files/a+b");
    EXPECT_EQ(call("HEAD", "/api/jobs/" + id, token_).status, 200);
}

TEST_F(Routing, tells_what_is_wrong_with_a_path) {
    EXPECT_EQ(call("GET", "/api/nonsense", token_).status, 404);
    EXPECT_EQ(call("GET", "/elsewhere", token_).status, 404);
    EXPECT_EQ(call("GET", "/api/jobs/not-an-id", token_).status, 400);
    std::string mounts = "/api/vmRestorePoints/" + std::string(guid) + "/mounts/";
    EXPECT_EQ(call("GET", mounts + "1/../../etc", token_).status, 400);
    EXPECT_EQ(call("GET", mounts + "1/a%2f..%2fb", token_).status, 400);
    EXPECT_EQ(call("GET", mounts + "one/a", token_).status, 404);
}

TEST_F(Routing, tells_the_methods_and_the_actions_that_there_are) {
    auto method = call("PATCH", "/api/jobs/" + std::string(guid), token_);
    EXPECT_EQ(method.status, 405);
    EXPECT_THAT(method.headers, Contains(Pair("Allow", "GET, HEAD, POST, PUT, DELETE")));
    auto action = call("POST", "/api/jobs/" + std::string(guid) + "?action=fly", token_);
    EXPECT_EQ(action.status, 400);
    EXPECT_THAT(text_of(action), AllOf(HasSubstr("fly"), HasSubstr("start, stop, clone, retry")));
    EXPECT_EQ(call("POST", "/api/jobs/" + std::string(guid), token_).status, 400);
}

TEST_F(Routing, finds_an_action_in_any_letter_case_among_other_parameters) {
    auto answer =
        call("POST", fmt::format("/api/jobs/{}?v=latest&amp;ACTION=Start&format=Entity", guid), token_);
    EXPECT_EQ(text_of(answer), fmt::format("start {}", guid));
}

TEST_F(Routing, knows_every_operation_of_EM_that_is_not_built) {
    EXPECT_EQ(known_operations().size(), 346U);
    for (const auto& known : known_operations()) {
        std::string path = "/api";
        for (std::string_view rest = known.path; !rest.empty();) {
            std::size_t brace = std::min(rest.find('{'), rest.size());
            path += rest.substr(0, brace);
            rest.remove_prefix(brace);
            if (rest.empty()) break;
            path += guid;
            rest.remove_prefix(rest.find('}') + 1);
        }
        if (!known.action.empty()) path += "?action=" + std::string(known.action);
        auto answer = call(std::string(known.method), path, user_token_);
        EXPECT_THAT(answer.status, ::testing::AnyOf(200, 400, 401, 403, 404, 500, 501))
            << known.method << " " << path;
    }
    auto answer = call("POST", fmt::format("/api/jobs/{}?action=retry", guid), token_);
    EXPECT_EQ(answer.status, 501);
    EXPECT_THAT(text_of(answer), HasSubstr("POST /api/jobs/{ID}?action=retry"));
}

TEST_F(Routing, an_operation_that_is_not_built_is_forbidden_to_those_who_may_not_call_it) {
    EXPECT_EQ(call("POST", "/api/cloud/gateways", user_token_).status, 501);
    EXPECT_EQ(call("GET", "/api/externalRepositories", user_token_).status, 501);
    EXPECT_EQ(call("GET", "/api/cdpPolicies", user_token_).status, 403);
    EXPECT_EQ(call("GET", "/api/cdpPolicies", token_).status, 501);
    EXPECT_EQ(call("DELETE", fmt::format("/api/security/accounts/{}", guid), user_token_).status, 403);
}

TEST_F(Routing, asks_for_a_session_before_it_tells_anything) {
    for (std::string_view target :
         {"/api/jobs", "/api/nonsense", "/api/tasks", "/api/test/failures/defect"}) {
        auto answer = call("GET", target, "");
        EXPECT_EQ(answer.status, 401);
        EXPECT_THAT(answer.headers, Contains(Pair("WWW-Authenticate", "Basic Realm=RestSvc")));
        EXPECT_THAT(text_of(answer), HasSubstr("<Error "));
    }
    EXPECT_EQ(call("GET", "/api/", "").status, 200);
    EXPECT_EQ(call("GET", "/api", "stale").status, 200);
    time_ += std::chrono::minutes(16);
    EXPECT_EQ(call("GET", "/api/jobs", token_).status, 401);
}

TEST_F(Routing, lets_in_only_who_has_the_role) {
    std::string job = "/api/jobs/" + std::string(guid);
    auto denied = call("POST", job + "?action=start", user_token_);
    EXPECT_EQ(denied.status, 403);
    EXPECT_THAT(text_of(denied), HasSubstr("Access denied"));
    EXPECT_EQ(text_of(call("POST", job + "?action=stop", user_token_)), "stopped for user");
    EXPECT_EQ(text_of(call("POST", job + "?action=stop", token_)), "stopped for admin");
}

TEST_F(Routing, describes_errors_in_the_format_that_is_wanted) {
    auto xml = call("GET", "/api/test/failures/taken", token_);
    EXPECT_EQ(xml.status, 409);
    EXPECT_THAT(xml.headers, Contains(Pair("Content-Type", "application/xml")));
    EXPECT_THAT(text_of(xml),
                AllOf(HasSubstr("xmlns=\"http://www.veeam.com/ent/v1.0\""), HasSubstr("StatusCode=\"409\""),
                      HasSubstr("The job runs already. Wait for its end.")));
    auto json = call("GET", "/api/test/failures/unknown", token_, "text/html,application/json");
    EXPECT_EQ(json.status, 500);
    EXPECT_THAT(json.headers, Contains(Pair("Content-Type", "application/json")));
    EXPECT_THAT(text_of(json), AllOf(HasSubstr("\"FirstChanceExceptionMessage\":null"),
                                     HasSubstr("\"StatusCode\":500"), HasSubstr("There is no backup task")));
}

TEST_F(Routing, tells_of_its_own_defects_nothing_but_where_to_look) {
    for (std::string_view name : {"defect", "other"}) {
        auto answer = call("GET", "/api/test/failures/" + std::string(name), token_);
        EXPECT_EQ(answer.status, 500);
        EXPECT_THAT(text_of(answer), AllOf(HasSubstr("incident"), Not(HasSubstr("hunter2"))));
    }
}

TEST_F(Routing, reads_bodies_by_their_type) {
    auto post = [&](std::string type, std::string body) {
        auto made = request("POST", "/api/test/bodies");
        made.headers = {{"X-RestSvcSessionId", token_}, {"Content-Type", std::move(type)}};
        made.body = std::move(body);
        return router_.handle(made);
    };
    std::string json = R"({"tenantCredentials":{"Username":"t","Password":""}})";
    std::string xml =
        "<LoginSpec "
        "xmlns=\"http://www.veeam.com/ent/v1.0\"><TenantCredentials><Username>t</Username><Password/>"
        "</TenantCredentials></LoginSpec>";
    EXPECT_EQ(text_of(post("application/json", json)), "t");
    EXPECT_EQ(text_of(post("", json)), "t");
    EXPECT_EQ(text_of(post("text/xml", xml)), "t");
    EXPECT_EQ(text_of(post("application/octet-stream", xml)), "t");
    for (std::string body : {"", "   ", "{", "<a>"})
        EXPECT_EQ(post("application/json", body).status, 400) << body;
}

TEST_F(Routing, lists_references_or_entities_whole_or_in_pages) {
    auto references = get("/api/jobs");
    EXPECT_THAT(references,
                AllOf(HasSubstr("<EntityReferences"), HasSubstr("Type=\"JobReference\""), HasSubstr("job 5"),
                      Not(HasSubstr("PagingInfo")), Not(HasSubstr("action=start"))));
    EXPECT_THAT(references, HasSubstr("Href=\"https://h/api/jobs/1?format=Entity\""));  // Alternate
    EXPECT_THAT(get("/api/jobs?FORMAT=entities"), AllOf(HasSubstr("<Jobs"), HasSubstr("action=start")));
    auto page = get("/api/jobs?format=Entity&pageSize=2&page=2&x=a%20b");
    EXPECT_THAT(page, AllOf(HasSubstr("job 3"), HasSubstr("job 4"), Not(HasSubstr("job 5")),
                            Not(HasSubstr("job 2"))));
    EXPECT_THAT(page, HasSubstr("PagesCount=\"3\""));
    for (std::string_view rel : {"First", "Previous", "Next", "Last"}) EXPECT_THAT(page, HasSubstr(rel));
    EXPECT_THAT(
        page, HasSubstr("https://backup:9398/api/jobs?format=Entity&amp;x=a%20b&amp;pageSize=2&amp;page=3"));
    EXPECT_THAT(get("/api/jobs?page=9"), Not(HasSubstr("<Ref ")));
    for (std::string_view wrong : {"pageSize=0", "page=-1", "pageSize=x", "pageSize=99999999999"})
        EXPECT_EQ(call("GET", "/api/jobs?" + std::string(wrong), token_).status, 400) << wrong;
}

TEST_F(Routing, shows_the_versions_before_logon) {
    auto entry = text_of(call("GET", "/api/", "", "application/json"));
    EXPECT_THAT(
        entry,
        StartsWith(
            "{\"SupportedVersions\":{\"SupportedVersions\":[{\"Links\":[{\"Rel\":\"Create\",\"Href\":"
            "\"https://backup:9398/api/sessionMngr/?v=v1_3\",\"Name\":null,\"Type\":\"LogonSession\"}]"));
    for (std::string_view version : {"v1_4", "v1_5", "v1_6", "v1_7"}) EXPECT_THAT(entry, HasSubstr(version));
}

TEST_F(Routing, logs_on_with_header_and_cookie_and_out_again) {
    auto answer = log_on("admin:secret", "/api//SessionMngr?v=1_7");
    ASSERT_EQ(answer.status, 201);
    std::string token = answer.headers.at(answer.headers.size() - 2).second;
    EXPECT_THAT(answer.headers, Contains(Pair("X-RestSvcSessionId", token)));
    EXPECT_THAT(answer.headers,
                Contains(Pair("Set-Cookie", "X-RestSvcSessionId=" + token +
                                                "; Path=/api; Secure; HttpOnly; SameSite=Strict")));
    std::string id = session_of_token(token).value().to_string();
    EXPECT_THAT(text_of(answer), HasSubstr("<SessionId>" + id + "</SessionId>"));
    auto json = text_of(call("GET", "/api/logonSessions/" + id, token, "application/json"));
    EXPECT_THAT(
        json, StartsWith("{\"UserName\":\"admin\",\"SessionId\":\"" + id + "\",\"Links\":[{\"Rel\":\"Up\""));
    std::size_t links = 0;
    for (std::size_t at = 0; (at = json.find("\"Rel\"", at)) != std::string::npos; ++at) ++links;
    EXPECT_EQ(links, 68U);
    EXPECT_THAT(json, HasSubstr("{\"Rel\":\"Delete\",\"Href\":\"https://backup:9398/api/logonSessions/" + id +
                                "\",\"Name\":null,\"Type\":null}]"));
    EXPECT_EQ(call("DELETE", "/api/logonSessions/" + id, token).status, 204);
    EXPECT_EQ(call("GET", "/api/jobs", token).status, 401);
}

TEST_F(Routing, answers_in_the_version_of_the_session) {
    auto token_for = [&](std::string version) {
        return token_of(logons_.open("admin", {AccountRole::portal_administrator}, std::move(version))->id());
    };
    for (std::string version : {"v1_5", "v1_6", "v1_7", "latest"}) {
        auto token = token_for(version);
        EXPECT_THAT(text_of(call("GET", "/api/logonSessions", token, "application/json")),
                    HasSubstr("\"Name\":null"));
        EXPECT_THAT(text_of(call("GET", "/api/nonsense", token, "application/json")), HasSubstr("null"));
    }
    for (std::string version : {"v1_3", "v1_4"}) {
        auto token = token_for(version);
        auto sessions = text_of(call("GET", "/api/logonSessions", token, "application/json"));
        EXPECT_THAT(sessions, AllOf(HasSubstr("\"Rel\":\"Up\""), Not(HasSubstr("null"))));
        EXPECT_THAT(text_of(call("GET", "/api/nonsense", token, "application/json")), Not(HasSubstr("null")));
    }
    for (const std::string& token : {std::string(), token_})
        EXPECT_THAT(text_of(call("POST", "/api/sessionMngr/?v=v1_4", token, "application/json")),
                    AllOf(HasSubstr("StatusCode\":401"), Not(HasSubstr("null"))));
}

TEST_F(Routing, shows_and_ends_only_sessions_of_the_same_account) {
    std::string user_id = session_of_token(user_token_)->to_string();
    EXPECT_EQ(call("GET", "/api/logonSessions/" + user_id, token_).status, 404);
    EXPECT_EQ(call("DELETE", "/api/logonSessions/" + user_id, token_).status, 404);
    EXPECT_THAT(get("/api/logonSessions"), AllOf(HasSubstr("<LogonSessions"), Not(HasSubstr(user_id))));
    EXPECT_EQ(call("GET", "/api/logonSessions/" + user_id, user_token_).status, 200);
}

TEST_F(Routing, a_logon_during_which_the_account_lost_its_rights_makes_no_session) {
    accounts_.during_check = [this] {
        check_.forget("admin");
        logons_.end_account("admin");
    };
    EXPECT_EQ(log_on("admin:secret").status, 503);
    EXPECT_EQ(logons_.count(), 1U) << "the user's";
    accounts_.during_check = nullptr;
    EXPECT_EQ(log_on("admin:secret").status, 201);
}

TEST_F(Routing, refuses_wrong_logons) {
    for (std::string_view wrong : {"admin:wrong", "nobody:secret", "admin"}) {
        auto answer = log_on(wrong);
        EXPECT_EQ(answer.status, 401);
        EXPECT_THAT(answer.headers, Contains(Pair("WWW-Authenticate", "Basic Realm=RestSvc")));
    }
    EXPECT_EQ(text_of(log_on("admin:wrong")), text_of(log_on("nobody:secret")));
    EXPECT_EQ(call("POST", "/api/sessionMngr/", "").status, 401);
    EXPECT_EQ(log_on("admin:secret", "/api/sessionMngr/?v=v9_9").status, 400);
    auto tenant = request("POST", "/api/sessionMngr/");
    tenant.body = "<LoginSpec><TenantCredentials/></LoginSpec>";
    EXPECT_EQ(router_.handle(tenant).status, 501);
}

TEST_F(Routing, changes_nothing_for_a_page_of_another_site) {
    auto status = [&](std::vector<std::pair<std::string, std::string>> headers,
                      const std::string& method = "POST") {
        constexpr std::string_view job = "/api/jobs/00000000-0000-0000-0000-000000000001";
        auto made = request(method, std::string(job) + (method == "POST" ? "?action=start" : ""));
        made.headers = std::move(headers);
        return router_.handle(made).status;
    };
    const std::pair<std::string, std::string> cookie{"Cookie", "X-RestSvcSessionId=" + token_};
    const std::pair<std::string, std::string> in_header{"X-RestSvcSessionId", token_};
    EXPECT_EQ(status({cookie}), 200);  // no browser
    EXPECT_EQ(status({cookie, {"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://backup:9398"}}), 200);
    EXPECT_EQ(status({cookie, {"Origin", "https://BACKUP:9398"}}), 200);
    EXPECT_EQ(status({cookie, {"Sec-Fetch-Site", "cross-site"}}), 403);
    EXPECT_EQ(status({cookie, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://backup:9398"}}), 403);
    EXPECT_EQ(status({cookie, {"Origin", "https://elsewhere"}}), 403);
    EXPECT_EQ(status({cookie, {"Origin", "null"}}), 403);
    EXPECT_EQ(status({cookie, {"Sec-Fetch-Site", "cross-site"}}, "GET"), 200);
    // Only a browser that was told to by a script of this site, or a program, sends the header.
    EXPECT_EQ(status({in_header, {"Origin", "https://elsewhere"}}), 200);
}

TEST_F(Routing, scripts_of_a_page_are_not_asked_for_a_password_by_the_browser) {
    auto challenge = [&](std::string mode) {
        auto made = request("GET", "/api/jobs");
        if (!mode.empty()) made.headers.emplace_back("Sec-Fetch-Mode", std::move(mode));
        auto answer = router_.handle(made);
        EXPECT_EQ(answer.status, 401);
        return std::ranges::any_of(answer.headers,
                                   [](const auto& one) { return one.first == "WWW-Authenticate"; });
    };
    EXPECT_TRUE(challenge(""));
    EXPECT_TRUE(challenge("navigate"));
    EXPECT_FALSE(challenge("same-origin"));
    EXPECT_FALSE(challenge("cors"));
}

TEST_F(Routing, keeps_the_session_in_use_while_a_download_is_sent) {
    auto answer = call("GET", "/api/test/stream", token_);
    time_ += std::chrono::hours(1);
    EXPECT_EQ(logons_.sweep(), 1U);  // the user's, not the administrator's
    answer = {};
    time_ += std::chrono::minutes(15);
    EXPECT_EQ(logons_.sweep(), 1U);
}

TEST_F(Routing, refuses_a_table_with_two_routes_for_one_operation) {
    auto routes = test_routes();
    routes.push_back(
        {.method = "GET", .path = "/JOBS/{Other}", .callers = Callers::any_account(), .handler = list_jobs});
    EXPECT_THROW(Router(std::move(routes), logons_), Error);
}

TEST_F(Routing, works_for_a_real_client) {
    TemporaryDirectory folder;
    http::ServerOptions options{
        .port = 0, .certificate_file = folder.path() / "c.pem", .private_key_file = folder.path() / "k.pem"};
    http::ensure_certificate(options.certificate_file, options.private_key_file);
    auto server = http::Server::start(
        options, [this](const http::Request& asked) { return router_.handle(asked); },
        [this](int status, std::string_view message, const http::Request* asked) {
            return router_.describe(status, message, asked);
        });
    auto curl = [&](std::vector<std::string> arguments, std::string_view path) {
        std::vector<std::string> command = {"curl",       "-sSi",
                                            "--max-time", "30",
                                            "--cacert",   options.certificate_file,
                                            "-b",         folder.path() / "jar",
                                            "-c",         folder.path() / "jar"};
        command.insert(command.end(), arguments.begin(), arguments.end());
        command.push_back(fmt::format("https://localhost:{}{}", server->port(), path));
        return run_command(command, std::chrono::seconds(40));
    };
    EXPECT_THAT(curl({}, "/api/jobs"), StartsWith("HTTP/1.1 401 Unauthorized"));
    EXPECT_THAT(curl({"-u", "admin:secret", "-X", "POST", "-H", "Transfer-Encoding: chunked", "-H",
                      "Content-Length: 0", "-d", "{\"id\":null}"},
                     "/api/sessionMngr/?v=latest"),
                StartsWith("HTTP/1.1 201 Created"));
    // The cookie jar has kept the cookie.
    auto jobs = curl({"-H", "Accept: application/json"}, "/api/jobs");
    EXPECT_THAT(jobs, AllOf(StartsWith("HTTP/1.1 200 OK"), HasSubstr("\"Refs\":[")));
    EXPECT_THAT(curl({"-I"}, "/api/jobs"), StartsWith("HTTP/1.1 200 OK"));
    EXPECT_THAT(curl({}, "/api/test/stream"), EndsWith("abc"));
    // What HTTP itself refuses is described in the same way.
    EXPECT_THAT(
        curl({"-H", "Accept: application/json", "-H", "Content-Length: 99999999", "-X", "POST"}, "/api/jobs"),
        AllOf(StartsWith("HTTP/1.1 413"), HasSubstr("\"StatusCode\":413")));
}

}  // namespace
}  // namespace holdfast::api
