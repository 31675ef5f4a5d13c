// Looking up what hosts have, and what is asked of backup servers: quick backups, VeeamZIPs, collecting,
// other servers.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <thread>

#include "api/whole_server.hpp"
#include "catalog/account_scopes.hpp"
#include "catalog/accounts.hpp"
#include "catalog/backup_sessions.hpp"
#include "catalog/repositories.hpp"
#include "peer/fake_holdfast.hpp"

namespace holdfast::api {
namespace {

using peer::test::FakeHoldfast;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr auto administrator = AccountRole::portal_administrator;
constexpr auto user = AccountRole::portal_user;
const std::string web = "11111111-1111-4111-8111-111111111111";
const std::string db = "22222222-2222-4222-8222-222222222222";

class BackupServerRoutes : public ::testing::Test {
  protected:
    std::string reference(const std::string& type, const std::string& id) {
        return "urn:CustomPlatform:" + type + ":" + root_ + "." + id;
    }

    http::Response ask(AccountRole role, std::string method, const std::string& target,
                       std::string body = "") {
        return server_.ask(role, std::move(method), "/api" + target, "application/json", std::move(body));
    }
    int status(AccountRole role, std::string method, const std::string& target, std::string body = "") {
        return ask(role, std::move(method), target, std::move(body)).status;
    }
    boost::json::value get(AccountRole role, const std::string& target) {
        auto response = ask(role, "GET", target);
        EXPECT_EQ(response.status, 200) << target << text_of(response);
        return boost::json::parse(text_of(response));
    }

    boost::json::array items(AccountRole role, const std::string& query) {
        return get(role, "/lookup?" + query).at("HierarchyItems").as_array();
    }
    // Names, in order.
    std::vector<std::string> found(AccountRole role, const std::string& query) {
        std::vector<std::string> names;
        for (const auto& item : items(role, query)) names.emplace_back(item.at("ObjectName").as_string());
        return names;
    }

    boost::json::value finished(AccountRole role, const http::Response& response) {
        EXPECT_EQ(response.status, 202) << text_of(response);
        auto task = std::string(boost::json::parse(text_of(response)).at("TaskId").as_string());
        while (get(role, "/tasks/" + task).at("State").as_string() != "Finished") std::this_thread::yield();
        return get(role, "/tasks/" + task);
    }
    static std::string message(const boost::json::value& task, bool succeeded) {
        EXPECT_EQ(task.at("Result").at("Success").as_bool(), succeeded) << task;
        return std::string(task.at("Result").at("Message").as_string());
    }
    // The session that a finished task leads to.
    boost::json::value session_of(AccountRole role, const boost::json::value& task) {
        for (const auto& link : task.at("Links").as_array())
            if (link.at("Rel").as_string() == "Related") {
                EXPECT_EQ(link.at("Type").as_string(), "BackupJobSession");
                std::string href(link.at("Href").as_string());
                return get(role, href.substr(href.find("/backupSessions")));
            }
        ADD_FAILURE() << task;
        return {};
    }

    // From now on the Portal User sees web01 and nothing else.
    void limit_user() {
        catalog::Accounts accounts(server_.database());
        auto account = accounts.find_by_name(std::string(to_string(user)))->id;
        accounts.toggle_allow_restore_all(account);
        catalog::AccountScopes scopes(server_.database());
        catalog::AccountScope scope{Uuid::random(), account, *Uuid::parse(root_), "Vm", web, "web01"};
        scopes.add({scope});
        scopes.set_machines(scope, {*Uuid::parse(web)});
    }

    // `more`: members of the body, in the place of the right password.
    http::Response add_server(const FakeHoldfast& other, const std::string& more = "") {
        auto body = fmt::format(
            R"({{"Description":"in the cellar","DnsNameOrIpAddress":"127.0.0.1","Username":"{}","Port":{},{}}})",
            peer::test::user, other.port(),
            more.empty() ? fmt::format(R"("Password":"{}")", peer::test::password) : more);
        return ask(administrator, "POST", "/backupServers?action=create", body);
    }

    WholeServer server_;
    std::string root_ = server_.sample(administrator, "/hierarchyRoots/{ID}");
    std::string server_path_ = "/backupServers/" + server_.sample(administrator, "/backupServers/{ID}");
};

TEST_F(BackupServerRoutes, EverythingThatAHostHasIsLookedUpInBothForms) {
    auto on_host = "host=urn:veeam:HierarchyRoot:" + root_;
    EXPECT_THAT(found(administrator, on_host + "&name=*&type=VM"), ElementsAre("db01", "web01"));
    EXPECT_THAT(found(administrator, on_host + "&name=web*"), ElementsAre("web01"));
    EXPECT_THAT(found(administrator, on_host + "&name=*&type=Host"), ElementsAre("kvm1"));
    EXPECT_THAT(found(administrator, "name=*&type=datastore"), ElementsAre("fast", "slow"));
    EXPECT_THAT(found(administrator, on_host + "&name=*&type=Network"), ElementsAre("lan"));
    EXPECT_THAT(found(administrator, on_host + "&name=SHOP&type=Tag"), ElementsAre("Shop"));
    EXPECT_THAT(found(administrator, on_host + "&name=*&type=Folder"), IsEmpty()) << "libvirt has none";
    EXPECT_EQ(status(administrator, "GET", "/lookup?" + on_host + "&name=*&type=Nonsense"), 400);

    for (std::string type : {"Vm", "Host", "Datastore", "Network", "Tag"})
        for (const auto& item : items(administrator, "name=*&type=" + type))
            EXPECT_EQ(items(administrator, "hierarchyRef=" + std::string(item.at("ObjectRef").as_string())),
                      boost::json::array{item});
    EXPECT_EQ(status(administrator, "GET", "/lookup?hierarchyRef=" + reference("Tag", "other")), 404);
    EXPECT_EQ(status(administrator, "GET", "/lookup?hierarchyRef=" + reference("Datastore", db)), 404);
}

TEST_F(BackupServerRoutes, MachinesAreLookedUpInWhatHoldsThem) {
    auto held = [&](const std::string& type, const std::string& id) {
        return found(administrator, "host=" + reference(type, id) + "&name=*&type=Vm");
    };
    EXPECT_THAT(held("Datastore", "33333333-3333-4333-8333-333333333333"), ElementsAre("web01"));
    EXPECT_THAT(held("Datastore", "55555555-5555-4555-8555-555555555555"), IsEmpty());
    EXPECT_THAT(held("Network", "44444444-4444-4444-8444-444444444444"), ElementsAre("web01"));
    EXPECT_THAT(held("Tag", "shop"), ElementsAre("web01"));
    EXPECT_THAT(held("Host", root_), ElementsAre("db01", "web01"));
    EXPECT_EQ(status(administrator, "GET", "/lookup?host=" + reference("Tag", "other") + "&name=*"), 404);
    EXPECT_EQ(status(administrator, "GET", "/lookup?host=" + reference("Tag", "shop") + "&type=Host"), 400);
}

TEST_F(BackupServerRoutes, AnAccountLooksUpItsMachinesAndWhatHoldsThem) {
    limit_user();
    EXPECT_THAT(found(user, "name=*&type=Vm"), ElementsAre("web01"));
    EXPECT_THAT(found(user, "name=*&type=Datastore"), ElementsAre("fast"));
    EXPECT_THAT(found(user, "name=*&type=Network"), ElementsAre("lan"));
    EXPECT_THAT(found(user, "name=*&type=Tag"), ElementsAre("Shop"));
    EXPECT_THAT(found(user, "name=*&type=Host"), ElementsAre("kvm1"));
    EXPECT_EQ(status(user, "GET", "/lookup?hierarchyRef=" + reference("Vm", db)), 404);
    auto slow = reference("Datastore", "55555555-5555-4555-8555-555555555555");
    EXPECT_EQ(status(user, "GET", "/lookup?hierarchyRef=" + slow), 404);
    EXPECT_EQ(status(user, "GET", "/lookup?host=" + slow), 404);
    EXPECT_THAT(found(user, "host=" + reference("Host", root_)), ElementsAre("web01"));
    EXPECT_EQ(get(user, "/lookupSvc").at("Links").as_array().size(), 6U);
    catalog::Accounts accounts(server_.database());
    auto account = accounts.find_by_name(std::string(to_string(user)))->id;
    catalog::AccountScopes scopes(server_.database());
    scopes.remove(scopes.list_of(account).at(0).id);
    EXPECT_EQ(get(user, "/lookupSvc").at("Links").as_array().size(), 1U);
    EXPECT_EQ(status(user, "GET", "/lookup?host=" + root_), 404);
}

TEST_F(BackupServerRoutes, AQuickBackupIsForTheMachinesThatAnAccountSees) {
    limit_user();
    auto quick = server_path_ + "?action=quickbackup";
    auto body = [&](const std::string& machine) {
        return "<QuickBackupStartupSpec><VmRef>" + reference("Vm", machine) +
               "</VmRef></QuickBackupStartupSpec>";
    };
    EXPECT_EQ(status(user, "POST", quick, body(db)), 404);
    EXPECT_EQ(status(user, "POST", quick, R"({"VmRef":"nonsense"})"), 400);
    auto task = finished(user, ask(user, "POST", quick, body(web)));
    EXPECT_EQ(task.at("Operation").as_string(), "QuickBackup");
    EXPECT_THAT(message(task, true), HasSubstr("nightly"));
    auto session = session_of(user, task);
    EXPECT_EQ(session.at("JobName").as_string(), "nightly & <more>");
    EXPECT_FALSE(session.at("IsRetry").as_bool());

    EXPECT_THAT(message(finished(administrator, ask(administrator, "POST", quick, body(db))), false),
                HasSubstr("No job protects the machine db01"));
    EXPECT_THAT(
        message(finished(administrator, ask(administrator, "POST", quick, body(Uuid::random().to_string()))),
                false),
        HasSubstr("no virtual machine"));
}

TEST_F(BackupServerRoutes, AZipNamesMachinesThatAreSeenAndARepository) {
    limit_user();
    auto zip = server_path_ + "?action=veeamzip";
    auto repository = server_.sample(administrator, "/repositories/{ID}");
    auto body = [&](const std::string& machines, const std::string& into, const std::string& more = "") {
        return fmt::format(R"({{"VmRef":{},"RepositoryUid":"urn:veeam:Repository:{}",{}
                           "CompressionLevel":3,"BackupRetention":"In1Week"}})",
                           machines, into, more);
    };
    auto quoted = [&](const std::string& machine) { return '"' + reference("Vm", machine) + '"'; };
    EXPECT_EQ(status(user, "POST", zip, body(quoted(db), repository)), 404);
    EXPECT_EQ(status(user, "POST", zip, body("[" + quoted(web) + "," + quoted(web) + "]", repository)), 400);
    EXPECT_EQ(status(user, "POST", zip, body("[]", repository)), 400);
    EXPECT_EQ(status(user, "POST", zip, body(quoted(web), Uuid::random().to_string())), 400);
    EXPECT_EQ(status(user, "POST", zip, body(quoted(web), repository, R"("PasswordKeyId":"x",)")), 501);
    auto task = finished(user, ask(user, "POST", zip, body(quoted(web), repository)));
    EXPECT_EQ(task.at("Operation").as_string(), "VeeamZip");
    EXPECT_THAT(message(task, true), HasSubstr("web01_"));
    EXPECT_THAT(std::string(session_of(user, task).at("JobName").as_string()),
                ::testing::StartsWith("web01_"));
}

TEST_F(BackupServerRoutes, CollectingTellsWhatDidNotAnswer) {
    catalog::Repositories(server_.database())
        .add({Uuid::random(), "unplugged", "", "/srv/unplugged", "abc", "sealed", 100, 50});
    auto task = finished(user, ask(user, "POST", server_path_ + "?action=collect"));
    EXPECT_EQ(task.at("Operation").as_string(), "CollectingBackupServer");
    auto told = message(task, false);
    EXPECT_THAT(told, HasSubstr("1 hosts with 2 machines, and 1 repositories"));
    EXPECT_THAT(told, HasSubstr("The repository unplugged: "));

    limit_user();
    told = message(finished(user, ask(user, "POST", server_path_ + "?action=collect")), false);
    EXPECT_THAT(told, Not(HasSubstr("unplugged")));
    EXPECT_THAT(told, Not(HasSubstr("2 machines")));
}

TEST_F(BackupServerRoutes, AnotherServerIsAddedShownAskedAndRemoved) {
    FakeHoldfast other;
    auto task = finished(administrator, add_server(other));
    EXPECT_EQ(task.at("Operation").as_string(), "CreateBackupServer");
    auto told = message(task, true);
    auto path = "/backupServers/" + other.id.to_string();
    auto shown = get(user, path + "?format=Entity");
    EXPECT_EQ(shown.at("Name").as_string(), "other");
    EXPECT_EQ(shown.at("UID").as_string(), "urn:veeam:BackupServer:" + other.id.to_string());
    EXPECT_EQ(shown.at("Description").as_string(), "in the cellar");
    EXPECT_EQ(shown.at("Port").as_int64(), other.port());
    EXPECT_EQ(shown.at("Version").as_string(), "0.1.0");
    auto fingerprint = std::string(shown.at("VbrCertificateThumbprint").as_string());
    EXPECT_THAT(told, HasSubstr(fingerprint));
    EXPECT_THAT(boost::json::serialize(shown), Not(HasSubstr(peer::test::password)));
    EXPECT_EQ(get(user, "/backupServers").at("Refs").as_array().size(), 2U);
    auto queried = get(user, "/query?type=BackupServer&filter=IpOrDnsName==127.0.0.1");
    EXPECT_EQ(queried.at("Refs").at("Refs").as_array().at(0).at("Name").as_string(), "other");
    EXPECT_EQ(get(user, "/reports/summary/overview").at("BackupServers").as_int64(), 2);

    other.name = "renamed";
    other.version = "0.2.0";
    told = message(finished(user, ask(user, "POST", path + "?action=collect")), true);
    EXPECT_THAT(told, HasSubstr(fmt::format("https://127.0.0.1:{}/api/", other.port())));
    EXPECT_EQ(get(user, path + "?format=Entity").at("Name").as_string(), "renamed");
    EXPECT_EQ(get(user, path + "?format=Entity").at("Version").as_string(), "0.2.0");

    EXPECT_EQ(status(user, "DELETE", path), 403);
    EXPECT_EQ(status(administrator, "DELETE", path), 204);
    EXPECT_EQ(status(user, "GET", path), 404);
    EXPECT_EQ(status(user, "POST", path + "?action=collect"), 404);
}

TEST_F(BackupServerRoutes, WhatAnotherServerHasIsAskedOfItself) {
    FakeHoldfast other;
    message(finished(administrator, add_server(other)), true);
    auto path = "/backupServers/" + other.id.to_string();
    auto where = fmt::format("https://127.0.0.1:{}/api/", other.port());
    for (std::string below : {"/credentials", "/passwords", "/externalRepositories"}) {
        auto answer = ask(administrator, "GET", path + below);
        EXPECT_EQ(answer.status, 501) << below;
        EXPECT_THAT(text_of(answer), HasSubstr(where));
    }
    for (std::string action : {"?action=quickbackup", "?action=veeamzip"}) {
        auto answer = ask(administrator, "POST", path + action, R"({"VmRef":"x"})");
        EXPECT_EQ(answer.status, 501) << action;
        EXPECT_THAT(text_of(answer), HasSubstr(where));
    }
}

TEST_F(BackupServerRoutes, AServerIsAddedOnceAndNotToItself) {
    FakeHoldfast other;
    message(finished(administrator, add_server(other)), true);
    EXPECT_THAT(message(finished(administrator, add_server(other)), false), HasSubstr("there already"));
    other.id = *Uuid::parse(server_.sample(administrator, "/backupServers/{ID}"));
    EXPECT_THAT(message(finished(administrator, add_server(other)), false), HasSubstr("this server itself"));
    other.id = Uuid::random();
    EXPECT_THAT(message(finished(administrator, add_server(other, R"("Password":"wrong")")), false),
                HasSubstr("does not let admin log on"));
    auto pinned = fmt::format(R"("Password":"{}","VbrCertificateThumbprint":"{}")", peer::test::password,
                              std::string(64, 'a'));
    EXPECT_THAT(message(finished(administrator, add_server(other, pinned)), false),
                HasSubstr("another certificate"));
    EXPECT_EQ(get(user, "/backupServers").at("Refs").as_array().size(), 2U);

    EXPECT_EQ(add_server(other, R"("WcfPort":9405)").status, 400) << "no password";
    EXPECT_EQ(add_server(other, R"("Password":"p","VbrCertificateThumbprint":"0000")").status, 400);
    auto create = "/backupServers?action=create";
    EXPECT_EQ(status(administrator, "POST", create, "{}"), 400);
    EXPECT_EQ(status(administrator, "POST", create,
                     R"({"DnsNameOrIpAddress":"a/b","Username":"u","Password":"p"})"),
              400);
    EXPECT_EQ(status(administrator, "POST", create,
                     R"({"DnsNameOrIpAddress":"a","Username":"u:v","Password":"p"})"),
              400);
    EXPECT_EQ(status(administrator, "POST", create,
                     R"({"DnsNameOrIpAddress":"a","Username":"u","Password":"p","Port":0})"),
              400);
    std::string spec = R"({"DnsNameOrIpAddress":"a"})";
    EXPECT_EQ(status(administrator, "PUT", server_path_, spec), 501) << "itself";
    EXPECT_EQ(status(administrator, "DELETE", server_path_), 501) << "itself";
}

TEST_F(BackupServerRoutes, AnEditNeedsThePasswordWhereItMayGoElsewhere) {
    auto other = std::make_unique<FakeHoldfast>();
    const auto id = other->id;
    const auto port = other->port();
    auto path = "/backupServers/" + id.to_string();
    message(finished(administrator, add_server(*other)), true);
    auto edit = [&](const std::string& more) {
        return status(administrator, "PUT", path, R"({"DnsNameOrIpAddress":"127.0.0.1",)" + more + "}");
    };
    EXPECT_EQ(edit(R"("Description":"on the roof")"), 204);
    EXPECT_EQ(get(user, path + "?format=Entity").at("Description").as_string(), "on the roof");
    EXPECT_EQ(edit(R"("Port":1)"), 400);
    EXPECT_EQ(edit(R"("Username":"eve")"), 400);
    EXPECT_EQ(status(administrator, "PUT", path, R"({"DnsNameOrIpAddress":"example.org"})"), 400);
    EXPECT_EQ(edit(R"("Password":"")"), 204);
    auto collect = [&] {
        return finished(administrator, ask(administrator, "POST", path + "?action=collect"));
    };
    message(collect(), true);

    // The same server with a new certificate, or somebody in its place.
    other.reset();
    other = std::make_unique<FakeHoldfast>(port);
    other->id = id;
    auto told = message(collect(), false);
    EXPECT_THAT(told, HasSubstr("another certificate"));
    EXPECT_THAT(other->asked(), IsEmpty());
    const std::string before = "fingerprint is ";
    auto fingerprint = told.substr(told.find(before) + before.size(), 64);
    EXPECT_EQ(edit(fmt::format(R"("VbrCertificateThumbprint":"{}")", fingerprint)), 400);
    EXPECT_EQ(edit(fmt::format(R"("VbrCertificateThumbprint":"{}","Password":"{}")", fingerprint,
                               peer::test::password)),
              204);
    message(collect(), true);
    other->id = Uuid::random();
    EXPECT_THAT(message(collect(), false), HasSubstr("another server than other"));
}

}  // namespace
}  // namespace holdfast::api
