// Accounts, roles, scopes, credentials and what an account with scopes sees: the routes over a real catalog
// and libvirt's own test driver.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <thread>

#include "api/events/event_streams.hpp"
#include "api/notifications/session_message.hpp"
#include "api/resources/audit_routes.hpp"
#include "api/resources/catalog_accounts.hpp"
#include "api/resources/file_restore_limits.hpp"
#include "api/resources/infrastructure_routes.hpp"
#include "api/resources/metrics_routes.hpp"
#include "api/resources/mount_routes.hpp"
#include "api/resources/query_routes.hpp"
#include "api/resources/restore_point_routes.hpp"
#include "api/resources/role_ids.hpp"
#include "api/resources/scope_form.hpp"
#include "api/resources/security_routes.hpp"
#include "api/resources/session_routes.hpp"
#include "api/resources/task_routes.hpp"
#include "api/routing/logon_routes.hpp"
#include "api/routing/router.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "catalog/credentials.hpp"
#include "error_of.hpp"
#include "notify/deliverer.hpp"

namespace holdfast::api {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const Uuid web = *Uuid::parse("11111111-1111-4111-8111-111111111111");
const Uuid db = *Uuid::parse("22222222-2222-4222-8222-222222222222");

std::string domain_xml(const std::string& name, const Uuid& uuid) {
    return fmt::format(
        "<domain type='test'><name>{}</name><uuid>{}</uuid><memory>8192</memory>"
        "<os><type>hvm</type></os></domain>",
        name, uuid.to_string());
}

std::string text_of(const http::Response& response) {
    return std::get<std::string>(response.body);
}

class SecurityRoutes : public ::testing::Test {
  protected:
    SecurityRoutes() {
        write_file_durably(folder_.path() / "node.xml",
                           as_bytes("<node>" + domain_xml("web01", web) + domain_xml("db01", db) + "</node>"),
                           0600);
        router_.on_change(write_changes_to(*database_));
        host_ = hosts_.add("kvm1", "", "test://" + (folder_.path() / "node.xml").string());
        root_ = host_.hierarchy_root.to_string();
        catalog::Accounts(*database_)
            .add({Uuid::random(), "admin", hash_password("secret"), {catalog::administrator_role}});
        admin_ = log_on("admin", "secret");
    }

    std::vector<Route> routes() {
        std::vector<Route> all;
        for (auto group : {logon_routes(logons_, check_), task_routes(services_), lookup_routes(services_),
                           session_routes(services_), restore_point_routes(services_),
                           mount_routes(services_), security_routes(services_), account_routes(services_),
                           account_scope_routes(services_), credentials_routes(services_),
                           audit_routes(services_), metrics_routes(services_), query_routes(services_)})
            std::ranges::move(group, std::back_inserter(all));
        return all;
    }

    http::Response send(const std::string& token, std::string method, std::string_view target,
                        std::string body = "", std::string accept = "application/json") {
        auto question = std::min(target.find('?'), target.size());
        http::Request request{
            .method = std::move(method),
            .path = "/api" + std::string(target.substr(0, question)),
            .query = std::string(target.substr(std::min(question + 1, target.size()))),
            .headers = {{"X-RestSvcSessionId", token},
                        {"Accept", std::move(accept)},
                        {"Content-Type", body.starts_with('<') ? "application/xml" : "application/json"}},
            .body = std::move(body),
            .remote_address = "192.0.2.7",
            .host = "backup:9398"};
        return router_.handle(request);
    }
    int status(const std::string& token, std::string method, std::string_view target, std::string body = "") {
        return send(token, std::move(method), target, std::move(body)).status;
    }
    boost::json::value get(const std::string& token, std::string_view target) {
        auto response = send(token, "GET", target);
        EXPECT_EQ(response.status, 200) << target << text_of(response);
        return boost::json::parse(text_of(response));
    }

    // The token; empty where the logon is refused.
    std::string log_on(const std::string& name, const std::string& password) {
        http::Request request{
            .method = "POST",
            .path = "/api/sessionMngr/",
            .headers = {{"Authorization", "Basic " + to_base64(as_bytes(name + ":" + password))}},
            .remote_address = "192.0.2.7",
            .host = "backup:9398"};
        for (const auto& [header, value] : router_.handle(request).headers)
            if (header == "X-RestSvcSessionId") return value;
        return "";
    }

    std::string role(AccountRole role) { return make_urn("EnterpriseRole", id_of(role)); }
    std::string machine(const Uuid& domain) {
        return fmt::format("urn:CustomPlatform:Vm:{}.{}", root_, domain.to_string());
    }
    // The path of a new account "ann" with the password "ann's" that may see those machines; of none: all.
    std::string make_account(AccountRole held, const std::vector<std::string>& references,
                             const std::string& more = "") {
        std::string items;
        for (const auto& reference : references)
            items += (items.empty() ? "" : ",") + fmt::format(R"({{"HierarchyObjRef":"{}"}})", reference);
        auto response = send(admin_, "POST", "/security/accounts",
                             fmt::format(R"({{"AccountType":"User","AccountName":"ann","Roles":
                                 {{"EnterpriseRoles":[{{"EnterpriseRoleUid":"{}"}}]}},"AllowRestoreAllVms":{},
                                 "HierarchyScopeObjects":{{"HierarchyScopeItems":[{}]}},{}
                                 "Password":"ann's"}})",
                                         role(held), references.empty(), items, more));
        EXPECT_EQ(response.status, 201) << text_of(response);
        auto uid = std::string(boost::json::parse(text_of(response)).at("UID").as_string());
        return "/security/accounts/" + uid.substr(uid.rfind(':') + 1);
    }
    void rebuild(const std::string& what) {
        auto response = send(admin_, "POST", "/security/accounts?action=rebuildScope",
                             "<RebuildScopeJobSpec><" + what + "/></RebuildScopeJobSpec>");
        ASSERT_EQ(response.status, 201) << text_of(response);
        auto task = std::string(boost::json::parse(text_of(response)).at("TaskId").as_string());
        while (get(admin_, "/tasks/" + task).at("State").as_string() != "Finished") std::this_thread::yield();
        EXPECT_TRUE(get(admin_, "/tasks/" + task).at("Result").at("Success").as_bool());
    }

    // A backup of that machine: ids of what came of it.
    struct Made {
        std::string backup, point, vm_point, file, session, task_session, restore;
    };
    Made back_up(const Uuid& domain) {
        catalog::RestorePoints points(*database_);
        auto backup = points.backup_for(Uuid::random(), "nightly", repository_.id);
        catalog::VmRestorePoint point;
        point.id = Uuid::random();
        point.file = Uuid::random();
        point.restore_point = Uuid::random();
        point.hierarchy_root = host_.hierarchy_root;
        point.domain = domain;
        point.created = now();
        points.add({point.restore_point, backup.id, backup.name, now()}, point);
        catalog::BackupSession session{Uuid::random(), Uuid::random(), "nightly", "me", now()};
        catalog::TaskSession task{Uuid::random(), session.id, host_.id, domain, "vm", now()};
        catalog::BackupSessions(*database_).start(session, {task});
        catalog::RestoreSession restore{Uuid::random(), "RestoreVm", "me", point.id, "vm", "admin", now()};
        catalog::RestoreSessions(*database_).start(restore);
        return {backup.id.to_string(),  point.restore_point.to_string(), point.id.to_string(),
                point.file.to_string(), session.id.to_string(),          task.id.to_string(),
                restore.id.to_string()};
    }

    TemporaryDirectory folder_;
    std::unique_ptr<catalog::Database> database_ =
        catalog::Database::open("sqlite://" + (folder_.path() / "catalog.db").string());
    SecretBox secrets_ = SecretBox::open(folder_.path() / "key");
    protection::Environment environment_{*database_, secrets_, "me", folder_.path() / "run"};
    protection::HostConnections hosts_{environment_};
    protection::OpenRepositories repositories_{environment_};
    protection::RetentionKeeper retention_{environment_, repositories_};
    protection::FileMounts mounts_{environment_, repositories_, std::chrono::minutes(1)};
    protection::RestoreRuns restores_{environment_, hosts_, repositories_};
    protection::InstantRecoveryKeeper instant_recoveries_{environment_, hosts_, repositories_};
    protection::BootVerifier boot_verifier_{environment_, hosts_, repositories_};
    protection::BackupRuns backups_{environment_, hosts_, repositories_, retention_};
    protection::Scheduler scheduler_{environment_, backups_, retention_};
    protection::ScopeKeeper scopes_{environment_, hosts_};
    protection::RepositoryUpkeep upkeep_{environment_, repositories_};
    TaskRunner tasks_{*database_, "me"};
    ThisServer server_{Uuid::random(), "backup", "1.0"};
    LogonRegistry logons_;
    LogonKeeper keeper_{logons_, *database_, secrets_};
    CatalogAccounts accounts_{*database_};
    LogonCheck check_{accounts_, {}, {}, SteadyClock::now, [](auto) {}};
    EventStreams events_{*database_, server_};
    notify::Deliverer notifications_{*database_, secrets_, server_.id.to_string(),
                                     [this](const auto& notification, const auto& target) {
                                         return session_message(*database_, server_, notification, target);
                                     }};
    http::RequestCounts requests_;
    protection::MachineCensus census_{environment_, hosts_};
    Metrics metrics_{*database_, logons_, requests_, census_, server_.version};
    Services services_{
        server_,        *database_, hosts_,  repositories_, backups_,       restores_,
        mounts_,        scheduler_, tasks_,  keeper_,       logons_,        check_,
        scopes_,        secrets_,   events_, metrics_,      notifications_, instant_recoveries_,
        boot_verifier_, upkeep_};
    Router router_{routes(), logons_};
    catalog::Repository repository_ = [this] {
        catalog::Repository repository{Uuid::random(), "main", "", "/srv/main", "abc", "sealed", 100, 50};
        catalog::Repositories(*database_).add(repository);
        return repository;
    }();
    catalog::ManagedServer host_;
    std::string root_;
    std::string admin_;
};

TEST_F(SecurityRoutes, TellTheirLinksAndTheFixedRoles) {
    auto links = get(admin_, "/security").at("Links").as_array();
    ASSERT_EQ(links.size(), 4U);
    EXPECT_EQ(links[3].at("Href").as_string(),
              "https://backup:9398/api/security/accounts?action=rebuildScope");
    auto roles = get(admin_, "/security/roles?format=Entity").at("EnterpriseRoles").as_array();
    ASSERT_EQ(roles.size(), all_roles.size());
    EXPECT_EQ(roles[1].at("UID").as_string(),
              "urn:veeam:EnterpriseRole:d19a3d33-cb77-4ffe-94e6-001432483a4e");
    EXPECT_EQ(get(admin_, "/security/roles/d19a3d33-cb77-4ffe-94e6-001432483a4e").at("Type").as_string(),
              "EnterpriseRoleReference");
    EXPECT_EQ(status(admin_, "GET", "/security/roles/" + Uuid::random().to_string()), 404);
    EXPECT_THAT(text_of(send(admin_, "GET", "/security/roles", "", "application/xml")),
                HasSubstr("<Ref UID=\"urn:veeam:EnterpriseRole:"));
}

TEST_F(SecurityRoutes, MakeAnAccountThatLogsOnWithItsRole) {
    auto path = make_account(AccountRole::portal_user, {});
    auto account = get(admin_, path + "?format=Entity");
    EXPECT_EQ(account.at("Name").as_string(), "ann");
    EXPECT_TRUE(account.at("AllowRestoreAllVms").as_bool());
    EXPECT_TRUE(account.at("FlrSettings").is_null());
    EXPECT_THAT(boost::json::serialize(account), Not(HasSubstr("scrypt")));
    auto ann = log_on("BACKUP\\ANN", "ann's");
    ASSERT_THAT(ann, Not(IsEmpty()));
    EXPECT_EQ(status(ann, "GET", "/vmRestorePoints"), 200);
    for (auto target : {"/security", "/security/accounts", "/security/roles"})
        EXPECT_EQ(status(ann, "GET", target), 403) << target;

    EXPECT_EQ(status(admin_, "POST", path), 204);
    EXPECT_FALSE(get(admin_, path + "?format=Entity").at("AllowRestoreAllVms").as_bool());
    EXPECT_EQ(get(admin_, "/security/accounts?format=Entity").at("EnterpriseAccounts").as_array().size(), 2U);
}

TEST_F(SecurityRoutes, RefuseAnAccountThatDoesNotFitTogether) {
    auto try_account = [&](const std::string& name, const std::string& more, AccountRole held) {
        return status(
            admin_, "POST", "/security/accounts",
            fmt::format("<EnterpriseAccountCreateSpec><AccountType>User</AccountType><AccountName>{}"
                        "</AccountName><Roles><EnterpriseRole><EnterpriseRoleUid>{}</EnterpriseRoleUid>"
                        "</EnterpriseRole></Roles>{}</EnterpriseAccountCreateSpec>",
                        name, role(held), more));
    };
    const std::string whole = "<AllowRestoreAllVms>true</AllowRestoreAllVms><Password>x</Password>";
    auto user = AccountRole::portal_user;
    EXPECT_EQ(try_account("bob", "<AllowRestoreAllVms>true</AllowRestoreAllVms>", user), 400)
        << "no password";
    EXPECT_EQ(
        try_account("bob", "<AllowRestoreAllVms>false</AllowRestoreAllVms><Password>x</Password>", user), 400)
        << "no scope";
    EXPECT_EQ(try_account("a:b", whole, user), 400);
    EXPECT_EQ(try_account("TECH\\bob", whole, user), 201);
    EXPECT_EQ(try_account("tech\\BOB", whole, user), 409);
    EXPECT_THAT(log_on("TECH\\bob", "x"), Not(IsEmpty()));
    EXPECT_EQ(status(admin_, "POST", "/security/accounts",
                     R"({"AccountType":"Group","AccountName":"g","Roles":{"EnterpriseRoles":[]},
                         "AllowRestoreAllVms":true})"),
              400);
    EXPECT_EQ(status(admin_, "POST", "/security/accounts",
                     R"({"AccountType":"User","AccountName":"c","Roles":{"EnterpriseRoles":
                         [{"EnterpriseRoleUid":"d19a3d33-cb77-4ffe-94e6-001432483a4f"}]},
                         "AllowRestoreAllVms":true,"Password":"x"})"),
              400);
    EXPECT_EQ(get(admin_, "/security/accounts").at("Refs").as_array().size(), 2U);
}

TEST_F(SecurityRoutes, WhatChangesAnAccountEndsItsSessions) {
    auto path = make_account(AccountRole::portal_user, {});
    auto is_in = [&](const std::string& token) { return status(token, "GET", "/logonSessions") == 200; };

    auto ann = log_on("ann", "ann's");
    EXPECT_EQ(status(admin_, "POST", path + "/roles",
                     fmt::format(R"({{"EnterpriseRoleUid":"{}"}})", role(AccountRole::vm_restore_operator))),
              201);
    EXPECT_FALSE(is_in(ann));
    ann = log_on("ann", "ann's");
    auto user_role = path + "/roles/" + id_of(AccountRole::portal_user).to_string();
    EXPECT_EQ(get(admin_, user_role).at("RoleName").as_string(), "Portal User");
    EXPECT_EQ(status(admin_, "DELETE", user_role), 204);
    EXPECT_FALSE(is_in(ann));
    EXPECT_EQ(status(admin_, "GET", user_role), 404);
    EXPECT_EQ(
        status(admin_, "DELETE", path + "/roles/" + id_of(AccountRole::vm_restore_operator).to_string()), 409)
        << "its last role";
    auto roles = get(admin_, path + "/roles").at("EnterpriseAccountInRoles").as_array();
    ASSERT_EQ(roles.size(), 1U);

    ann = log_on("ann", "ann's");
    EXPECT_EQ(status(admin_, "PUT", path + "/password", R"({"Password":"new"})"), 204);
    EXPECT_FALSE(is_in(ann));
    EXPECT_THAT(log_on("ann", "ann's"), IsEmpty()) << "also where the old one was right a moment ago";
    ann = log_on("ann", "new");
    EXPECT_EQ(status(admin_, "DELETE", path), 204);
    EXPECT_FALSE(is_in(ann));
    EXPECT_THAT(log_on("ann", "new"), IsEmpty());
    EXPECT_EQ(status(admin_, "GET", path), 404);

    auto uid =
        std::string(get(admin_, "/security/accounts").at("Refs").as_array().at(0).at("UID").as_string());
    EXPECT_EQ(status(admin_, "DELETE", "/security/accounts/" + uid), 409) << "the last administrator";
}

TEST_F(SecurityRoutes, ScopesAreUnprocessedUntilTheyAreRebuilt) {
    auto path = make_account(AccountRole::portal_user, {machine(web)});
    auto scopes = get(admin_, path + "/scopes").at("EnterpriseAccountHierarchyScopes").as_array();
    ASSERT_EQ(scopes.size(), 1U);
    EXPECT_EQ(scopes[0].at("State").as_string(), "Unprocessed");
    EXPECT_EQ(scopes[0].at("HierarchyObjectType").as_string(), "Vm");
    EXPECT_EQ(scopes[0].at("HierarchyRootName").as_string(), "kvm1");
    auto ann = log_on("ann", "ann's");
    auto names_seen = [&] { return text_of(send(ann, "GET", "/lookup?name=*&type=Vm")); };
    EXPECT_THAT(names_seen(), Not(HasSubstr("web01")));
    rebuild("RebuildUnprocessed");
    EXPECT_THAT(names_seen(), HasSubstr("web01"));
    EXPECT_THAT(names_seen(), Not(HasSubstr("db01")));
    EXPECT_EQ(status(ann, "GET", "/lookup?hierarchyRef=" + machine(db)), 404);

    auto add = [&](const std::string& reference) {
        return status(
            admin_, "POST", path + "/scopes",
            fmt::format(R"({{"HierarchyScopeItems":[{{"HierarchyObjRef":"{}","ObjectName":"all"}}]}})",
                        reference));
    };
    EXPECT_EQ(add("urn:veeam:HierarchyRoot:" + root_), 201);
    EXPECT_EQ(add("urn:veeam:HierarchyRoot:" + root_), 409);
    EXPECT_EQ(add("urn:veeam:HierarchyRoot:" + Uuid::random().to_string()), 400);
    EXPECT_EQ(add("urn:CustomPlatform:Folder:" + root_ + ".x"), 400);
    rebuild("RebuildAll");
    EXPECT_THAT(names_seen(), HasSubstr("db01"));

    scopes = get(admin_, path + "/scopes").at("EnterpriseAccountHierarchyScopes").as_array();
    ASSERT_EQ(scopes.size(), 2U);
    EXPECT_EQ(scopes[1].at("State").as_string(), "Processed");
    auto href = std::string(scopes[1].at("Href").as_string());
    auto scope = href.substr(href.find("/security"));
    EXPECT_EQ(get(admin_, scope).at("Name").as_string(), "all");
    EXPECT_EQ(status(admin_, "DELETE", scope), 204);
    EXPECT_EQ(status(admin_, "DELETE", scope), 404);
    EXPECT_THAT(names_seen(), Not(HasSubstr("db01")));
    rebuild("RebuildForCurrentUser");
    EXPECT_EQ(status(admin_, "POST", "/security/accounts?action=rebuildScope", "<RebuildScopeJobSpec/>"),
              400);
}

TEST_F(SecurityRoutes, WhatIsOutsideOfTheScopesIsNotThere) {
    auto path = make_account(AccountRole::file_restore_operator, {machine(web)});
    EXPECT_EQ(status(admin_, "POST", path + "/roles",
                     fmt::format(R"({{"EnterpriseRoleUid":"{}"}})", role(AccountRole::portal_user))),
              201);
    rebuild("RebuildAll");
    auto ann = log_on("ann", "ann's");
    auto of_web = back_up(web);
    auto of_db = back_up(db);
    auto expect_all = [&](const Made& made, int expected) {
        for (const auto& target :
             {"/backups/" + made.backup, "/backups/" + made.backup + "/restorePoints",
              "/backups/" + made.backup + "/backupFiles", "/restorePoints/" + made.point,
              "/restorePoints/" + made.point + "/vmRestorePoints", "/vmRestorePoints/" + made.vm_point,
              "/vmRestorePoints/" + made.vm_point + "/mounts", "/backupFiles/" + made.file,
              "/backupFiles/" + made.file + "/vmRestorePoints", "/backupSessions/" + made.session,
              "/backupSessions/" + made.session + "/taskSessions", "/backupTaskSessions/" + made.task_session,
              "/restoreSessions/" + made.restore})
            EXPECT_EQ(status(ann, "GET", target), expected) << target;
    };
    expect_all(of_web, 200);
    expect_all(of_db, 404);
    EXPECT_EQ(status(ann, "POST", "/vmRestorePoints/" + of_db.vm_point + "/mounts"), 404);
    EXPECT_EQ(status(admin_, "GET", "/vmRestorePoints/" + of_db.vm_point), 200);

    EXPECT_EQ(status(admin_, "POST", path), 204);
    expect_all(of_db, 200);
}

TEST_F(SecurityRoutes, ASessionTellsOnlyWhyMachinesInTheScopesFailed) {
    make_account(AccountRole::portal_user, {machine(web)});
    rebuild("RebuildAll");
    auto ann = log_on("ann", "ann's");
    catalog::BackupSessions sessions(*database_);
    auto failed_session = [&](const std::string& reason_of_web) {
        catalog::BackupSession session{Uuid::random(), Uuid::random(), "nightly", "me", now()};
        std::vector<catalog::TaskSession> tasks{
            {Uuid::random(), session.id, host_.id, db, "db01", session.created},
            {Uuid::random(), session.id, host_.id, web, "web01", session.created}};
        sessions.start(session, tasks);
        tasks[0].result = catalog::result::failed;
        tasks[0].reason = "/secret/db.qcow2 is away";
        tasks[1].result = reason_of_web.empty() ? catalog::result::success : catalog::result::failed;
        tasks[1].reason = reason_of_web;
        for (const auto& task : tasks) sessions.update_task(task);
        session.ended = now();
        session.result = catalog::result::failed;
        session.reason = "db01: /secret/db.qcow2 is away";
        sessions.update(session);
        return session.id.to_string();
    };
    auto both = failed_session("No space is left");
    auto other = failed_session("");
    for (const auto& target :
         {"/backupSessions/" + both + "?format=Entity", "/backupSessions/" + other + "?format=Entity",
          std::string("/backupSessions?format=Entity"),
          std::string("/backupSessions?format=Entity&pageSize=10&page=1"),
          std::string("/query?type=BackupJobSession&format=Entities")}) {
        auto seen = text_of(send(ann, "GET", target));
        EXPECT_THAT(seen, HasSubstr(target.contains(other) ? other : both)) << target;
        EXPECT_THAT(seen, Not(HasSubstr("db01"))) << target;
        EXPECT_THAT(text_of(send(admin_, "GET", target)), HasSubstr("db01")) << target;
    }
    EXPECT_EQ(get(ann, "/backupSessions/" + both + "?format=Entity").at("FailureMessage").as_string(),
              "web01: No space is left");
}

TEST_F(SecurityRoutes, CredentialsNeverTellTheirPassword) {
    auto server = "/backupServers/" + server_.id.to_string();
    auto created = send(admin_, "POST", server + "/credentials?action=create",
                        R"({"Username":"TECH\\svc","Description":"guests","Password":"hunter2"})");
    ASSERT_EQ(created.status, 201) << text_of(created);
    EXPECT_THAT(text_of(created), Not(HasSubstr("hunter2")));
    auto id = *Uuid::parse(boost::json::parse(text_of(created)).at("Id").as_string().c_str());
    auto path = server + "/credentials/" + id.to_string();
    auto password = [&] {
        return secrets_.unseal(catalog::Credentials::secret_name(id),
                               catalog::CredentialsStore(*database_).find(id)->sealed_password);
    };
    EXPECT_EQ(password(), "hunter2");

    EXPECT_EQ(status(admin_, "PUT", path, R"({"Description":"all guests","Password":""})"), 204);
    EXPECT_EQ(get(admin_, path).at("Description").as_string(), "all guests");
    EXPECT_EQ(get(admin_, path).at("Username").as_string(), "TECH\\svc");
    EXPECT_EQ(password(), "hunter2");
    EXPECT_EQ(status(admin_, "PUT", path,
                     "<CredentialsInfo><Username>svc</Username><Password>other</Password></CredentialsInfo>"),
              204);
    EXPECT_EQ(password(), "other");
    EXPECT_EQ(status(admin_, "PUT", path, R"({"Username":""})"), 400);
    EXPECT_EQ(status(admin_, "POST", server + "/credentials?action=create", R"({"Password":"x"})"), 400);
    EXPECT_EQ(get(admin_, server + "/credentials").at("CredentialsInfos").as_array().size(), 1U);

    make_account(AccountRole::portal_user, {});
    auto ann = log_on("ann", "ann's");
    EXPECT_EQ(status(ann, "GET", path), 200);
    EXPECT_EQ(status(ann, "PUT", path, R"({"Description":"mine"})"), 403);
    EXPECT_EQ(status(ann, "DELETE", path), 403);
    EXPECT_EQ(status(admin_, "DELETE", path), 204);
    EXPECT_EQ(status(admin_, "GET", path), 404);
    EXPECT_EQ(status(admin_, "GET", "/backupServers/" + Uuid::random().to_string() + "/credentials"), 404);
}

TEST_F(SecurityRoutes, OnlyTheHintOfAnEncryptionPasswordChanges) {
    auto server = "/backupServers/" + server_.id.to_string();
    auto created = send(admin_, "POST", server + "/passwords?action=create",
                        R"({"Hint":"my favourite book","Password":"hunter2"})");
    ASSERT_EQ(created.status, 202) << text_of(created);
    EXPECT_THAT(text_of(created), Not(HasSubstr("hunter2")));
    auto path = server + "/passwords/" + boost::json::parse(text_of(created)).at("ID").as_string().c_str();
    EXPECT_EQ(status(admin_, "PUT", path, R"({"Hint":"another book"})"), 204);
    EXPECT_EQ(get(admin_, path).at("Hint").as_string(), "another book");
    EXPECT_EQ(status(admin_, "PUT", path, R"({"Hint":"x","Password":"new"})"), 400);
    EXPECT_EQ(status(admin_, "POST", server + "/passwords?action=create", R"({"Hint":"x"})"), 400);
    EXPECT_EQ(get(admin_, server + "/passwords").at("PasswordKeyInfos").as_array().size(), 1U);
    EXPECT_EQ(status(admin_, "DELETE", path), 204);
    EXPECT_EQ(status(admin_, "DELETE", path), 404);
}

TEST_F(SecurityRoutes, EveryChangeIsWrittenDown) {
    auto path = make_account(AccountRole::portal_user, {});
    auto ann = log_on("ann", "ann's");
    EXPECT_EQ(log_on("ann", "guess"), "");
    EXPECT_EQ(status(ann, "DELETE", path), 403);
    EXPECT_EQ(status("", "DELETE", path), 401) << "of nobody: not written down";
    router_.handle({.method = "POST",
                    .path = "/api/jobs",
                    .headers = {{"Authorization", "Basic " + to_base64(as_bytes("eve:x"))}},
                    .host = "backup:9398"});
    auto own = std::string(
        get(ann, "/logonSessions").at("LogonSessions").as_array().at(0).at("SessionId").as_string());
    EXPECT_EQ(status(ann, "DELETE", "/logonSessions/" + own), 204);

    auto events = get(admin_, "/audit").at("AuditEvents").as_array();
    std::vector<std::string> lines;
    for (const auto& event : events)
        lines.push_back(fmt::format("{} {} {}", event.at("Account").as_string().c_str(),
                                    event.at("Operation").as_string().c_str(),
                                    event.at("StatusCode").as_int64()));
    EXPECT_THAT(lines, ::testing::ElementsAre(
                           "ann DELETE /api/logonSessions/… 204", "ann DELETE /api" + path + " 403",
                           "ann POST /api/sessionMngr/ 401", "ann POST /api/sessionMngr/ 201",
                           "admin POST /api/security/accounts 201", "admin POST /api/sessionMngr/ 201"));
    EXPECT_EQ(events[0].at("Address").as_string(), "192.0.2.7");
    EXPECT_THAT(text_of(send(admin_, "GET", "/audit?pageSize=2&page=3", "", "application/xml")),
                HasSubstr("PagesCount=\"3\""));
    EXPECT_EQ(get(admin_, "/audit?pageSize=2&page=3").at("AuditEvents").as_array().size(), 2U);
    EXPECT_EQ(status(log_on("ann", "ann's"), "GET", "/audit"), 403);
}

TEST(ScopeReference, NamesWhatHoldsMachines) {
    const std::string root = Uuid::random().to_string();
    auto pool =
        parse_scope_reference("urn:customplatform:DATASTORE:" + root + "." + to_lower(web.to_string()));
    EXPECT_EQ(pool.type, catalog::scope_type::storage_pool);
    EXPECT_EQ(pool.object, web.to_string());
    EXPECT_EQ(parse_scope_reference("urn:CustomPlatform:Tag:" + root + ".a.b:c").object, "a.b:c");
    EXPECT_EQ(parse_scope_reference("urn:CustomPlatform:Host:" + root + ".x").object, root);
    for (const std::string& wrong :
         {std::string(), std::string("urn:CustomPlatform:Vm"), "urn:CustomPlatform:Vm:" + root,
          "urn:CustomPlatform:Vm:" + root + ".vm-12", "urn:CustomPlatform:Tag:" + root + ".",
          "urn:CustomPlatform:Folder:" + root + ".x", std::string("urn:veeam:HierarchyRoot:x")})
        EXPECT_EQ(error_of([&] { parse_scope_reference(wrong); }), ErrorKind::invalid_input) << wrong;
}

TEST(FileRestoreLimits, LetOutOnlyWhatTheyAllow) {
    auto is_let_out = [](const catalog::RestoreLimits& limits, const std::string& name,
                         guest::EntryKind kind) {
        guest::Entry entry;
        entry.name = name;
        entry.kind = kind;
        return error_of([&] { check_download(limits, entry); }) != ErrorKind::forbidden;
    };
    auto file = guest::EntryKind::file;
    EXPECT_TRUE(is_let_out({}, "shadow", file));
    EXPECT_TRUE(is_let_out({}, "etc", guest::EntryKind::directory));
    EXPECT_FALSE(is_let_out({.files_in_place_only = true}, "a.doc", file));
    catalog::RestoreLimits documents{.file_extensions = "doc, .PDF"};
    EXPECT_TRUE(is_let_out(documents, "a.DOC", file));
    EXPECT_TRUE(is_let_out(documents, "a.b.pdf", file));
    EXPECT_FALSE(is_let_out(documents, "a.doc.exe", file));
    EXPECT_FALSE(is_let_out(documents, "doc", file));
    EXPECT_FALSE(is_let_out(documents, "a.doc", guest::EntryKind::directory));
}

TEST_F(SecurityRoutes, MetricsAreForWhoSeesAllMachines) {
    EXPECT_EQ(status(admin_, "GET", "/metrics"), 200);
    EXPECT_EQ(status("", "GET", "/metrics"), 401);
    auto account = make_account(AccountRole::portal_user, {machine(web)});
    auto ann = log_on("ann", "ann's");
    EXPECT_EQ(status(ann, "GET", "/metrics"), 403);
    EXPECT_EQ(status(admin_, "POST", account), 204);  // it may restore all machines from now on
    EXPECT_EQ(status(ann, "GET", "/metrics"), 200);
}

}  // namespace
}  // namespace holdfast::api
