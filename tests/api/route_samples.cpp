#include "api/route_samples.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "api/description/document.hpp"
#include "api/resources/catalog_tokens.hpp"
#include "api/resources/empty_families.hpp"
#include "api/routing/table_text.hpp"
#include "api/types/filling.hpp"
#include "base/secret.hpp"
#include "catalog/account_scopes.hpp"
#include "catalog/accounts.hpp"
#include "catalog/api_tokens.hpp"

namespace holdfast::api {
namespace {

constexpr auto administrator = AccountRole::portal_administrator;
constexpr std::string_view nobody = "b6bfce60-7d42-46d7-9e55-0a40c04b0d7d";
constexpr std::string_view another_nobody = "0f0ad2a5-6a0e-4d53-8f35-4a1c5ce2a6f1";

// Parameters that name nothing in the catalog of the tests. (Those of families of which there is nothing at
// all, and of operations that are not built, need no line.)
constexpr auto in_vain = std::to_array<std::string_view>({
    "/jobs/{ID}/linkedBackupRepositories/{ID}",
    "/jobs/{ID}/linkedJobs/{ID}",
    "/repositories/{ID}/keys/{key}",
    "/vmRestorePoints/{ID}/mounts/{ID}",
    "/vmRestorePoints/{ID}/mounts/{ID}/{filepath}",
});

struct Seen {
    std::string_view path;
    SeenBy by;
};

// Of what other roles than the administrator may ask for.
constexpr auto seen = std::to_array<Seen>({
    {"/backupFiles/{ID}", SeenBy::those_in_scope},
    {"/backups/{ID}", SeenBy::those_in_scope},
    {"/backupServers/{ID}", SeenBy::everybody},
    {"/backupSessions/{ID}", SeenBy::those_in_scope},
    {"/backupTaskSessions/{ID}", SeenBy::those_in_scope},
    {"/bootVerifications/{ID}", SeenBy::those_in_scope},
    {"/catalog/vms/{vmname}", SeenBy::those_in_scope},
    {"/hierarchyRoots/{ID}", SeenBy::everybody},
    {"/instantRecoveries/{ID}", SeenBy::those_in_scope},
    {"/logonSessions/{ID}", SeenBy::its_account},
    {"/managedServers/{ID}", SeenBy::everybody},
    {"/repositories/{ID}", SeenBy::everybody},
    {"/restorePoints/{ID}", SeenBy::those_in_scope},
    {"/restoreSessions/{ID}", SeenBy::those_in_scope},
    {"/systemSessions/{ID}", SeenBy::those_who_see_all},
    {"/tasks/{ID}", SeenBy::its_account},
    {"/tokens/{ID}", SeenBy::its_account},
    {"/vmRestorePoints/{ID}", SeenBy::those_in_scope},
});

// "@/jobs/{ID}@" stands for the sample of that path, "@machine@" for a reference to web01. A status is that
// of the table of forms unless one is given.
struct Body {
    std::string_view operation;
    std::string_view json;
    int status = 0;
    bool names_machine = false;
};

// clang-format off
constexpr auto bodies = std::to_array<Body>({
    {"POST /backupServers?action=create",
     R"({"DnsNameOrIpAddress":"127.0.0.1","Port":1,"Username":"admin","Password":"secret"})"},
    {"POST /backupServers/{ID}?action=quickbackup", R"({"VmRef":"@machine@"})", 0, true},
    {"POST /backupServers/{ID}?action=veeamzip",
     R"({"VmRefs":["@machine@"],"RepositoryUid":"@/repositories/{ID}@","CompressionLevel":5,"BackupRetention":"Never"})", 0, true},
    {"PUT /backupServers/{ID}", R"({"DnsNameOrIpAddress":"127.0.0.1"})", 501},  // of this server itself
    {"POST /backupServers/{ID}/credentials?action=create", R"({"Username":"svc"})"},
    {"PUT /backupServers/{ID}/credentials/{ID}", R"({"Description":"other"})"},
    {"POST /backupServers/{ID}/passwords?action=create", R"({"Password":"secret"})"},
    {"PUT /backupServers/{ID}/passwords/{ID}", R"({"Hint":"other"})"},
    {"POST /catalog/vms/{vmname}/vmRestorePoints/{ID}/guestfs/{filepath}?action=restore",
     R"({"ForDirectDownload":{}})"},
    {"POST /jobs",
     R"({"Name":"weekly","RepositoryUid":"@/repositories/{ID}@","Includes":{"CreateObjectInJobSpecs":[{"HierarchyObjRef":"@machine@"}]}})"},
    {"POST /jobs/{ID}?action=clone",
     R"({"BackupJobCloneInfo":{"JobName":"copy","FolderName":"copy","RepositoryUid":"@/repositories/{ID}@"}})"},
    {"PUT /jobs/{ID}", R"({"Description":"other"})"},
    {"PUT /jobs/{ID}?action=edit", R"({"Description":"another"})"},
    {"POST /jobs/{ID}/includes", R"({"HierarchyObjRef":"@machine@"})"},
    {"PUT /jobs/{ID}/guestScripts", R"({"PreScript":{"Command":"sync"}})"},
    {"POST /jobs/{ID}/linkedBackupRepositories",
     R"({"LinkedBackupRepositoryUid":"urn:veeam:Repository:@/repositories/{ID}@"})", 400},  // of a backup job
    {"POST /jobs/{ID}/linkedJobs", R"({"LinkedJobUid":"urn:veeam:Job:@/jobs/{ID}@"})", 400},
    {"POST /managedServers", R"({"Uri":"test:///default"})"},
    {"POST /notificationTargets",
     R"({"Name":"other hook","Webhook":{"Url":"https://example.org/other","Secret":"sixteen characters"}})"},
    {"PUT /notificationTargets/{ID}", R"({"Name":"hook","Webhook":{"Url":"https://example.org/hook"}})"},
    {"POST /repositories/{ID}?action=check", R"({"ReadData":true})"},
    {"POST /repositories/{ID}/keys", R"({"Password":"another"})"},
    {"PUT /repositories/{ID}/password", R"({"Password":"another"})"},
    {"POST /repositories", R"({"Name":"second","Path":"/proc/none","Password":"secret"})"},
    {"POST /security/accounts",
     R"({"AccountType":"User","AccountName":"bob","Roles":{"EnterpriseRoles":[{"EnterpriseRoleUid":"@/security/roles/{ID}@"}]},"AllowRestoreAllVms":true,"Password":"secret"})"},
    {"POST /security/accounts?action=rebuildScope", R"({"RebuildAll":{}})"},
    {"PUT /security/accounts/{ID}/password", R"({"Password":"secret"})"},
    {"POST /security/accounts/{ID}/roles",
     R"({"EnterpriseRoleUid":"urn:veeam:EnterpriseRole:c11c0c38-ba8b-49c7-bf70-fc2058fff1e2"})"},
    {"POST /security/accounts/{ID}/scopes",
     R"({"HierarchyScopeItems":[{"HierarchyObjRef":"urn:veeam:HierarchyRoot:@/hierarchyRoots/{ID}@"}]})"},
    // Most clients send a body that means nothing, which is not read; a tenant's is refused.
    {"POST /sessionMngr", R"({"TenantCredentials":{"Username":"tenant","Password":"secret"}})", 501},
    {"POST /tokens", R"({"Name":"ci"})"},
    // The restore point's repository is in the catalog only, so that it cannot be opened.
    {"POST /vmRestorePoints/{ID}?action=restore",
     R"({"VmRestoreSpec":{"PowerOnAfterRestore":false,"QuickRollback":false}})", 500},
    {"POST /vmRestorePoints/{ID}?action=verifyBoot", R"({"TcpPorts":[22]})"},
    {"POST /vmRestorePoints/{ID}?action=instantRecovery", R"({"PowerOn":false})"},
    {"POST /vmRestorePoints/{ID}/mounts", R"({"OsKind":"Linux"})"},
});
// clang-format on

// An id, a number, a name or a path that is of nothing.
std::string name_of_nothing(std::string_view path, std::string_view id) {
    if (path.ends_with("/{filepath}")) return "nothing";
    if (path.ends_with("/mounts/{ID}") || path == "/tasks/{ID}") return "2147483647";
    return std::string(id);
}

std::string with_action(std::string target, const RouteRow& row) {
    return row.action.empty() ? target : target + "?action=" + row.action;
}

std::string filled_body(const WholeServer& server, std::string_view text) {
    std::string filled;
    for (;;) {
        const auto begin = text.find('@');
        filled += text.substr(0, begin);
        if (begin == std::string_view::npos) return filled;
        const auto end = text.find('@', begin + 1);
        const std::string name(text.substr(begin + 1, end - begin - 1));
        filled += name == "machine" ? fmt::format("urn:CustomPlatform:Vm:{}.{}",
                                                  server.sample(administrator, "/hierarchyRoots/{ID}"),
                                                  sample_machine().to_string())
                                    : server.sample(administrator, name);
        text.remove_prefix(end + 1);
    }
}

SampleBody made_of(const Shape& shape, const void* object) {
    return {.json = write_json(shape, object), .xml = write_xml(shape, object)};
}

}  // namespace

std::string name_of(const RouteRow& row) {
    return row.method + " " + row.path + (row.action.empty() ? "" : "?action=" + row.action);
}

bool is_in_empty_family(std::string_view path) {
    return std::ranges::any_of(empty_families(), [&](const EmptyFamily& family) {
        return path == family.path || path.starts_with(std::string(family.path) + "/{");
    });
}

bool is_named_in_vain(std::string_view path_template) {
    return std::ranges::find(in_vain, path_template) != in_vain.end();
}

SeenBy seen_by(std::string_view path_template) {
    for (const auto& [path, by] : seen)
        if (path_template == path || path_template.starts_with(std::string(path) + "/")) return by;
    ADD_FAILURE() << "say in route_samples.cpp by whom " << path_template << " is seen";
    return SeenBy::everybody;
}

SampleTarget target_of(const WholeServer& server, const RouteRow& row, AccountRole role) {
    SampleTarget target;
    target.text = fill(row.path, [&](const std::string& path) {
        const auto known = server.sample(role, path);
        if (!known.empty()) return known;
        target.is_there = false;
        if (row.built && !is_in_empty_family(path) && !is_named_in_vain(path))
            ADD_FAILURE() << name_of(row) << " has no case: say in whole_server.cpp what " << path
                          << " stands for, or in route_samples.cpp that nothing does";
        return name_of_nothing(path, nobody);
    });
    target.text = with_action(target.text, row);
    return target;
}

std::string target_of_nothing(const WholeServer& server, const RouteRow& row) {
    const auto target = fill(row.path, [&](const std::string& path) {
        return name_of_nothing(path, server.sample(administrator, path).empty() ? nobody : another_nobody);
    });
    return with_action(target, row);
}

std::string readdressed(std::string text, std::string_view from, std::string_view to) {
    from = from.substr(0, from.find('?'));
    to = to.substr(0, to.find('?'));
    while (!from.empty() && !to.empty()) {
        const auto before = next_word(from, '/');
        const auto after = next_word(to, '/');
        if (before == after) continue;
        for (auto at = text.find(before); at != std::string::npos; at = text.find(before, at + after.size()))
            text.replace(at, before.size(), after);
    }
    return text;
}

std::optional<SampleBody> body_of(const WholeServer& server, const RouteRow& row) {
    const auto& form = form_of(row.method, row.path, row.action);
    if (form.body == nullptr) return std::nullopt;
    const auto known = std::ranges::find(bodies, name_of(row), &Body::operation);
    if (known != bodies.end()) {
        const auto object = form.body->make();
        read_json(*form.body, object.get(), filled_body(server, known->json));
        auto body = made_of(*form.body, object.get());
        body.status = known->status != 0 ? known->status : form.status;
        body.names_machine = known->names_machine;
        return body;
    }
    FewestValues fewest(0);
    auto body = made_of(*form.body, make_filled(*form.body, fewest).get());
    const bool is_there = target_of(server, row).is_there;
    if (row.built && is_there && !is_in_empty_family(row.path))
        ADD_FAILURE() << name_of(row) << " has no case: give it a body in route_samples.cpp";
    body.status = row.built && !is_there ? 404 : 501;
    return body;
}

std::vector<std::string> samples_of_no_row(const WholeServer& server) {
    std::vector<std::string> stale;
    const auto rows = server.router().rows();
    const auto check = [&](std::string_view sample, auto is_of) {
        if (std::ranges::none_of(rows, [&](const RouteRow& row) { return row.built && is_of(row); }))
            stale.emplace_back(sample);
    };
    for (const auto& body : bodies)
        check(body.operation, [&](const RouteRow& row) { return name_of(row) == body.operation; });
    for (const auto& [path, by] : seen)
        check(path, [&](const RouteRow& row) { return row.path.starts_with(path); });
    for (const auto path : in_vain) check(path, [&](const RouteRow& row) { return row.path == path; });
    return stale;
}

std::string log_on_scoped(WholeServer& server, AccountRole role, const std::string& name,
                          const std::vector<Uuid>& machines) {
    const auto account = server.add_account(role, name, machines);
    return token_of(server.logons().open(account, {role}, "latest")->id());
}

std::string make_scoped_token(WholeServer& server, AccountRole role, const std::string& name,
                              const std::vector<Uuid>& machines) {
    const auto account = catalog::Accounts(server.database()).find_by_name(std::string(to_string(role)))->id;
    const auto host =
        *parse_urn_or_id(server.sample(AccountRole::portal_administrator, "/hierarchyRoots/{ID}"));
    const auto secret = random_token();
    const catalog::ApiToken token{.id = Uuid::random(),
                                  .account = account,
                                  .name = name,
                                  .hash = hash_token(secret),
                                  .roles = {std::string(to_string(role))},
                                  .created = now(),
                                  .expires = now() + std::chrono::hours(1)};
    std::vector<catalog::AccountScope> wanted;
    for (const auto& machine : machines)
        wanted.push_back({Uuid::random(), token.id, host, std::string(catalog::scope_type::machine),
                          machine.to_string(), machine.to_string()});
    catalog::ApiTokens(server.database()).add(token, wanted);
    catalog::AccountScopes scopes(server.database());
    for (const auto& scope : wanted) scopes.set_machines(scope, {*Uuid::parse(scope.object_id)});
    return write_token(token.id, secret);
}

Uuid sample_machine() {
    return *Uuid::parse("11111111-1111-4111-8111-111111111111");
}

std::vector<std::string> catalog_of(const WholeServer& server) {
    return server.database().read([](catalog::Connection& connection) {
        const auto texts = [&](const std::string& sql) {
            return connection.query(sql).rows([](const catalog::Row& row) { return row.text("line"); });
        };
        std::vector<std::string> lines;
        for (const auto& table :
             texts("SELECT name AS line FROM sqlite_master WHERE type = 'table' "
                   "AND name NOT LIKE 'sqlite%' AND name NOT IN ('audit_events', 'logon_sessions')")) {
            std::string all;
            for (const auto& column :
                 texts(fmt::format("SELECT name AS line FROM pragma_table_info('{}')", table)))
                all += fmt::format(" || '|' || quote(\"{}\")", column);
            for (const auto& line :
                 texts(fmt::format("SELECT ''{} AS line FROM \"{}\" ORDER BY 1", all, table)))
                lines.push_back(table + line);
        }
        return lines;
    });
}

std::vector<std::string> differences(const std::vector<std::string>& before,
                                     const std::vector<std::string>& after) {
    const std::set<std::string> old(before.begin(), before.end());
    const std::set<std::string> current(after.begin(), after.end());
    std::vector<std::string> lines;
    std::ranges::set_symmetric_difference(old, current, std::back_inserter(lines));
    return lines;
}

}  // namespace holdfast::api
