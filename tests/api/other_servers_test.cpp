// What another server has, shown and served by this one: two whole servers, one of which answers over TLS.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <thread>

#include "api/whole_server.hpp"
#include "catalog/account_scopes.hpp"
#include "catalog/accounts.hpp"
#include "catalog/backup_servers.hpp"
#include "catalog/jobs.hpp"
#include "catalog/repositories.hpp"
#include "peer/fake_holdfast.hpp"

namespace holdfast::api {
namespace {

using peer::test::FakeHoldfast;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr auto administrator = AccountRole::portal_administrator;
constexpr auto user = AccountRole::portal_user;

std::string body_of(const http::Response& response) {
    const auto* text = std::get_if<std::string>(&response.body);
    return text ? *text : "";
}

std::string string_at(const boost::json::value& value, std::string_view name) {
    return std::string(value.at(name).as_string());
}

class OtherServersHave : public ::testing::Test {
  protected:
    OtherServersHave() {
        door_->id = there_id_;
        door_->rest = [this](const http::Request& request) {
            return there_.ask(administrator, request.method,
                              request.path + (request.query.empty() ? "" : "?" + request.query),
                              "application/json", request.body);
        };
    }

    http::Response ask(AccountRole role, std::string method, const std::string& target,
                       std::string body = "") {
        return here_.ask(role, std::move(method), "/api" + target, "application/json", std::move(body));
    }
    int status(AccountRole role, std::string method, const std::string& target, std::string body = "") {
        return ask(role, std::move(method), target, std::move(body)).status;
    }
    boost::json::value get(const std::string& target, AccountRole role = administrator) {
        auto response = ask(role, "GET", target);
        EXPECT_EQ(response.status, 200) << target << body_of(response);
        return boost::json::parse(body_of(response));
    }
    std::vector<std::string> names(const std::string& target, AccountRole role = administrator) {
        std::vector<std::string> found;
        const auto list = get(target, role);
        for (const auto& ref : list.at("Refs").as_array()) found.push_back(string_at(ref, "Name"));
        return found;
    }
    std::vector<std::string> uids(const std::string& target) {
        std::vector<std::string> found;
        const auto list = get(target);
        for (const auto& ref : list.at("Refs").as_array())
            found.push_back(string_at(ref, "UID").substr(string_at(ref, "UID").rfind(':') + 1));
        return found;
    }
    boost::json::value finished(const http::Response& response) {
        EXPECT_EQ(response.status, 202) << body_of(response);
        auto task = string_at(boost::json::parse(body_of(response)), "TaskId");
        while (string_at(get("/tasks/" + task), "State") != "Finished") std::this_thread::yield();
        return get("/tasks/" + task);
    }
    static std::string message(const boost::json::value& task, bool succeeded) {
        EXPECT_EQ(task.at("Result").at("Success").as_bool(), succeeded) << task;
        return string_at(task.at("Result"), "Message");
    }
    void add() {
        message(finished(ask(administrator, "POST", "/backupServers?action=create",
                             fmt::format(R"({{"DnsNameOrIpAddress":"127.0.0.1","Username":"{}","Port":{},
                                             "Password":"{}"}})",
                                         peer::test::user, door_->port(), peer::test::password))),
                true);
    }
    boost::json::value collect() {
        return finished(ask(administrator, "POST", there_path_ + "?action=collect"));
    }
    std::string there(const std::string& path_template) {
        return there_.sample(administrator, path_template);
    }

    WholeServer here_;
    WholeServer there_;
    const Uuid there_id_ = *Uuid::parse(there_.sample(administrator, "/backupServers/{ID}"));
    const std::string here_path_ = "/backupServers/" + here_.sample(administrator, "/backupServers/{ID}");
    const std::string there_path_ = "/backupServers/" + there_id_.to_string();
    std::unique_ptr<FakeHoldfast> door_ = std::make_unique<FakeHoldfast>();
};

TEST_F(OtherServersHave, WhatIsListedBesideWhatThisOneHas) {
    for (std::string collection :
         {"jobs", "repositories", "managedServers", "backups", "restorePoints", "backupSessions"})
        EXPECT_EQ(get("/" + collection).at("Refs").as_array().size(), 1U) << collection;
    add();
    for (std::string collection :
         {"jobs", "repositories", "managedServers", "backups", "restorePoints", "backupSessions"}) {
        auto id = there("/" + collection + "/{ID}");
        EXPECT_THAT(uids("/" + collection),
                    UnorderedElementsAre(here_.sample(administrator, "/" + collection + "/{ID}"), id));
        // As that server shows it, with addresses of this one.
        auto path = "/" + collection + "/" + id + "?format=Entity";
        auto told =
            boost::json::parse(body_of(there_.ask(administrator, "GET", "/api" + path, "application/json")));
        auto shown = get(path);
        for (const auto& member : told.as_object()) {
            if (member.key() == "Links" || member.key() == "JobInfo") continue;
            EXPECT_EQ(shown.at(member.key()), member.value()) << collection << " " << member.key();
        }
        std::string up;
        for (const auto& link : shown.at("Links").as_array()) {
            auto href = string_at(link, "Href");
            if (href.find("action=") != std::string::npos) continue;
            EXPECT_EQ(status(administrator, "GET", href.substr(href.find("/api/") + 4)), 200) << href;
            if (href.find("/backupServers/") != std::string::npos) up = href;
        }
        EXPECT_THAT(up, HasSubstr(there_path_)) << collection;
    }
    // By one server.
    EXPECT_THAT(uids(there_path_ + "/jobs"), ElementsAre(there("/jobs/{ID}")));
    EXPECT_THAT(uids(here_path_ + "/jobs"), ElementsAre(here_.sample(administrator, "/jobs/{ID}")));
    EXPECT_THAT(uids(there_path_ + "/repositories"), ElementsAre(there("/repositories/{ID}")));
    EXPECT_THAT(uids(there_path_ + "/managedServers"), ElementsAre(there("/managedServers/{ID}")));
    // Below.
    EXPECT_THAT(uids("/jobs/" + there("/jobs/{ID}") + "/backupSessions"),
                ElementsAre(there("/backupSessions/{ID}")));
    EXPECT_THAT(uids("/backups/" + there("/backups/{ID}") + "/restorePoints"),
                ElementsAre(there("/restorePoints/{ID}")));
    EXPECT_THAT(uids("/repositories/" + there("/repositories/{ID}") + "/backups"),
                ElementsAre(there("/backups/{ID}")));
}

TEST_F(OtherServersHave, QueriesFilterAndPageOverAll) {
    add();
    auto found = [&](const std::string& query) {
        auto result = get("/query?" + query);
        std::vector<std::string> ids;
        for (const auto& ref : result.at("Refs").at("Refs").as_array()) ids.push_back(string_at(ref, "UID"));
        return ids;
    };
    EXPECT_THAT(found("type=Job&filter=BackupServerUid==" + there_id_.to_string()),
                ElementsAre("urn:veeam:Job:" + there("/jobs/{ID}")));
    EXPECT_THAT(found("type=Job&filter=BackupServerName==other"), ::testing::SizeIs(1));
    EXPECT_THAT(found("type=BackupJobSession&filter=Result==Success&sortDesc=CreationTime"),
                ::testing::SizeIs(2));
    auto first = found("type=Repository&sortAsc=Name&pageSize=1&page=1");
    auto second = found("type=Repository&sortAsc=Name&pageSize=1&page=2");
    EXPECT_NE(first, second);
    auto entities = get("/query?type=Job&format=Entities");
    EXPECT_EQ(entities.at("Entities").at("Jobs").at("Jobs").as_array().size(), 2U);
}

TEST_F(OtherServersHave, NothingForAccountsWithAScope) {
    add();
    catalog::Accounts accounts(here_.database());
    accounts.toggle_allow_restore_all(accounts.find_by_name(std::string(to_string(user)))->id);
    EXPECT_THAT(names("/repositories", user), ElementsAre("main"));
    EXPECT_THAT(names(there_path_ + "/repositories", user), IsEmpty());
    EXPECT_THAT(names("/backupSessions", user), IsEmpty());
    for (std::string collection : {"repositories", "backups", "restorePoints", "backupSessions"})
        EXPECT_EQ(status(user, "GET", "/" + collection + "/" + there("/" + collection + "/{ID}")), 404);
}

TEST_F(OtherServersHave, WhatOnlyThatServerDoesIsAskedOfIt) {
    add();
    auto job = "/jobs/" + there("/jobs/{ID}");
    auto where = fmt::format("https://127.0.0.1:{}/api/", door_->port());
    auto refused = [&](std::string method, const std::string& target) {
        auto answer = ask(administrator, std::move(method), target);
        EXPECT_EQ(answer.status, 501) << target;
        EXPECT_THAT(body_of(answer), HasSubstr(where));
    };
    refused("DELETE", job);
    refused("GET", job + "/includes");
    refused("POST", job + "?action=clone");
    refused("DELETE", "/repositories/" + there("/repositories/{ID}"));
    refused("DELETE", "/managedServers/" + there("/managedServers/{ID}"));
    refused("GET", "/backups/" + there("/backups/{ID}") + "/backupFiles");
    refused("GET", "/restorePoints/" + there("/restorePoints/{ID}") + "/vmRestorePoints");
    EXPECT_EQ(status(administrator, "GET", "/jobs/" + Uuid::random().to_string()), 404);
    // None of it is among what this server itself works on.
    EXPECT_EQ(catalog::Jobs(here_.database()).list().size(), 1U);
    EXPECT_EQ(catalog::Repositories(here_.database()).list().size(), 1U);
    auto into = fmt::format(R"({{"Name":"new","RepositoryUid":"{}","Includes":{{"CreateObjectInJobSpec":[
                                {{"HierarchyObjRef":"x"}}]}}}})",
                            there("/repositories/{ID}"));
    EXPECT_EQ(status(administrator, "POST", "/jobs", into), 400) << "a repository of another server";
}

TEST_F(OtherServersHave, ActionsArePassedOn) {
    add();
    auto job = "/jobs/" + there("/jobs/{ID}");
    EXPECT_FALSE(get(job + "?format=Entity").at("ScheduleEnabled").as_bool());
    auto task = finished(ask(administrator, "POST", job + "?action=toggleScheduleEnabled"));
    EXPECT_EQ(string_at(task, "Operation"), "UpdateJob");
    message(task, true);
    EXPECT_TRUE(catalog::Jobs(there_.database()).list().at(0).schedule_enabled);
    EXPECT_TRUE(get(job + "?format=Entity").at("ScheduleEnabled").as_bool());

    task = finished(ask(administrator, "POST", job + "?action=start"));
    EXPECT_EQ(string_at(task, "Operation"), "StartJob");
    EXPECT_THAT(message(task, true), HasSubstr("triggered to start"));
    std::string session;
    for (const auto& link : task.at("Links").as_array())
        if (string_at(link, "Href").find("/backupSessions/") != std::string::npos)
            session = string_at(link, "Href");
    ASSERT_FALSE(session.empty()) << task;
    EXPECT_EQ(string_at(get(session.substr(session.find("/api/") + 4)), "JobName"), "nightly & <more>");
    EXPECT_EQ(uids(job + "/backupSessions").size(), 2U);
    EXPECT_EQ(status(user, "POST", job + "?action=start"), 403);
}

TEST_F(OtherServersHave, WhatIsGoneThereGoesHereToo) {
    add();
    auto job = there("/jobs/{ID}");
    catalog::Jobs(there_.database()).remove(*Uuid::parse(job), [](const catalog::Job&) {});
    message(collect(), true);
    EXPECT_THAT(uids("/jobs"), Not(Contains(job)));
    EXPECT_EQ(status(administrator, "GET", "/jobs/" + job), 404);
    EXPECT_EQ(status(administrator, "DELETE", there_path_), 204);
    EXPECT_THAT(uids("/backups"), Not(Contains(there("/backups/{ID}"))));
    EXPECT_EQ(status(administrator, "GET", "/backups/" + there("/backups/{ID}")), 404);
}

TEST_F(OtherServersHave, WhatWasCollectedStaysWhileItDoesNotAnswer) {
    add();
    door_.reset();
    EXPECT_THAT(message(collect(), false), HasSubstr("is as of 20"));
    auto job = "/jobs/" + there("/jobs/{ID}");
    EXPECT_EQ(get("/jobs").at("Refs").as_array().size(), 2U);
    auto told = message(finished(ask(administrator, "POST", job + "?action=start")), false);
    EXPECT_THAT(told, HasSubstr("does not answer"));
    EXPECT_THAT(told, HasSubstr("is as of 20"));
    auto server = *catalog::BackupServers(here_.database()).find(there_id_);
    EXPECT_TRUE(server.collected);
    EXPECT_THAT(server.failure, HasSubstr("does not answer"));
}

TEST_F(OtherServersHave, AHostileServerShowsNothingOfOthersAndLeadsNowhereElse) {
    add();
    auto job = here_.sample(administrator, "/jobs/{ID}");
    auto evil = Uuid::random().to_string();
    auto links = fmt::format(
        R"([{{"Rel":"Up","Href":"https://evil/api/backupServers/{}","Type":"BackupServerReference","Name":"x"}},
            {{"Rel":"Related","Href":"javascript:alert"}},
            {{"Rel":"Related","Href":"https://evil/other"}},
            {{"Rel":"Delete","Href":"https://evil/api/jobs/{}"}},
            {{"Rel":"Down","Href":"https://evil/api/jobs/{}/backupSessions"}}])",
        there_id_.to_string(), evil, evil);
    auto entity = [&](const std::string& id, const std::string& its_links) {
        return fmt::format(R"({{"Name":"evil","UID":"urn:veeam:Job:{}","Links":{}}})", id, its_links);
    };
    auto of_third = links;
    of_third.replace(of_third.find(there_id_.to_string()), 36, Uuid::random().to_string());
    door_->rest = [&](const http::Request& request) -> http::Response {
        if (request.path == "/api/jobs")
            return {.body = fmt::format(R"({{"Jobs":[{},{},{}]}})", entity(evil, links), entity(job, links),
                                        entity(Uuid::random().to_string(), of_third))};
        return there_.ask(administrator, request.method, request.path + "?" + request.query,
                          "application/json", request.body);
    };
    message(collect(), true);
    EXPECT_THAT(uids("/jobs"), UnorderedElementsAre(job, evil));
    EXPECT_THAT(string_at(get("/jobs/" + job), "Name"), HasSubstr("nightly"));
    auto shown = get("/jobs/" + evil + "?format=Entity");
    EXPECT_EQ(shown.at("Links").as_array().size(), 2U) << shown;
    EXPECT_THAT(boost::json::serialize(shown), Not(HasSubstr("//evil")));

    door_->rest = [&](const http::Request&) -> http::Response {
        return {.body = R"({"Repositories":[{"Name":"no uid"}]})"};
    };
    // What cannot be read does not keep the rest away; an answer that is no list does.
    EXPECT_THAT(message(collect(), false), HasSubstr("ManagedServers"));
    EXPECT_THAT(uids("/jobs"), UnorderedElementsAre(job, evil));
}

}  // namespace
}  // namespace holdfast::api
