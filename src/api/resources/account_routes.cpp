#include <fmt/format.h>

#include "api/resources/account_form.hpp"
#include "api/resources/handler.hpp"
#include "api/resources/represent_security.hpp"
#include "api/resources/role_ids.hpp"
#include "api/resources/security_routes.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"

namespace holdfast::api {
namespace {

catalog::Account find_account(const Services& services, const Call& call) {
    return require(catalog::Accounts(services.database).find(call.id()), "account", call.id());
}

// What its sessions were allowed is not so any more.
void end_sessions(const Services& services, const std::string& account) {
    services.logon_check.forget(account);
    services.logons.end_account(account);
}

// Of a group: those of its members, who log on again with what they are allowed now. A user of the group's
// name is somebody else; but a logon under way may be a member's, and forget() stops it.
void end_sessions(const Services& services, const catalog::Account& account,
                  const catalog::FormerMembers& members) {
    for (const auto& member : members) end_sessions(services, member);
    if (account.is_group())
        services.logon_check.forget(account.name);
    else
        end_sessions(services, account.name);
}

void require_directory(const Services& services, const catalog::Account& account) {
    if (account.kept_by == catalog::KeptBy::holdfast || services.logon_check.asks_directory()) return;
    if (!account.is_group())
        throw Error(
            ErrorKind::invalid_input,
            "Password is missing: this server asks no directory, so it keeps the accounts of users itself");
    throw Error(ErrorKind::not_supported, "This server asks no directory who is in a group")
        .advise("Start it with --ldap-uri and --ldap-user-base, or with --pam-service.");
}

Answer list_accounts(const Services& services, const Call& call) {
    auto site = services.site(call);
    std::vector<EnterpriseAccount> items;
    for (const auto& account : catalog::Accounts(services.database).list())
        items.push_back(represent(account, site));
    return collection<EnterpriseAccounts>(call, std::move(items));
}

Answer get_account(const Services& services, const Call& call) {
    auto site = services.site(call);
    return one(call, represent(find_account(services, call), site));
}

Answer create_account(const Services& services, const Call& call) {
    auto spec = call.body<EnterpriseAccountCreateSpec>();
    auto account = account_of(spec);
    require_directory(services, account);
    std::vector<catalog::AccountScope> scopes;
    if (spec.HierarchyScopeObjects)
        scopes =
            scopes_of(*spec.HierarchyScopeObjects, account.id, catalog::ManagedServers(services.database));
    if (spec.Password) account.password_hash = hash_password(*spec.Password);
    catalog::Accounts(services.database).add(account);
    catalog::AccountScopes(services.database).add(scopes);
    // Of a directory's user who had that name until now, as a member of a group.
    end_sessions(services, account, {});
    auto site = services.site(call);
    return created_at(represent(account, site));
}

// Its scopes go with it.
Answer delete_account(const Services& services, const Call& call) {
    auto account = find_account(services, call);
    auto site = services.site(call);
    auto members =
        catalog::Accounts(services.database).remove(account.id, [&](const catalog::Account& current) {
            require_match(call.precondition(), represent(current, site));
        });
    end_sessions(services, account, members);
    return no_content();
}

Answer toggle_restore_scopes(const Services& services, const Call& call) {
    auto account = find_account(services, call);
    auto members = catalog::Accounts(services.database).toggle_allow_restore_all(account.id);
    if (account.is_group()) end_sessions(services, account, members);
    return no_content();
}

Answer change_password(const Services& services, const Call& call) {
    auto account = find_account(services, call);
    auto spec = call.body<AccountPasswordSpec>();
    catalog::Accounts(services.database).set_password(account.id, hash_password(spec.Password));
    end_sessions(services, account.name);
    return no_content();
}

Answer list_roles(const Services& services, const Call& call) {
    auto account = find_account(services, call);
    auto site = services.site(call);
    EnterpriseAccountInRoleList list;
    for (const auto& name : account.roles)
        if (auto role = parse_role(name)) list.items.push_back(represent_role_of(account.id, *role, site));
    return ok(std::move(list));
}

// The role that the path names, where the account has it.
AccountRole find_role(const Call& call, const catalog::Account& account) {
    auto role = role_of(call.id(1));
    if (!role || !parse_roles(account.roles).contains(*role))
        throw Error(ErrorKind::not_found,
                    fmt::format("The account {} has no role {}", account.name, call.id(1).to_string()));
    return *role;
}

Answer get_role(const Services& services, const Call& call) {
    auto account = find_account(services, call);
    auto site = services.site(call);
    return ok(represent_role_of(account.id, find_role(call, account), site));
}

Answer add_role(const Services& services, const Call& call) {
    auto account = find_account(services, call);
    auto role = role_named_by(call.body<EnterpriseAccountInRoleCreateSpec>().EnterpriseRoleUid);
    auto members = catalog::Accounts(services.database).add_role(account.id, std::string(to_string(role)));
    end_sessions(services, account, members);
    auto site = services.site(call);
    return created_at(represent_role_of(account.id, role, site));
}

Answer remove_role(const Services& services, const Call& call) {
    auto account = find_account(services, call);
    auto role = find_role(call, account);
    auto members = catalog::Accounts(services.database).remove_role(account.id, std::string(to_string(role)));
    end_sessions(services, account, members);
    return no_content();
}

}  // namespace

std::vector<Route> account_routes(const Services& services) {
    auto row = rows_for(services, Callers::administrators());
    return {
        row("GET", "/security/accounts", "", list_accounts),
        row("POST", "/security/accounts", "", create_account),
        row("GET", "/security/accounts/{ID}", "", get_account),
        row("POST", "/security/accounts/{ID}", "", toggle_restore_scopes),
        row("DELETE", "/security/accounts/{ID}", "", delete_account),
        row("PUT", "/security/accounts/{ID}/password", "", change_password),
        row("GET", "/security/accounts/{ID}/roles", "", list_roles),
        row("POST", "/security/accounts/{ID}/roles", "", add_role),
        row("GET", "/security/accounts/{ID}/roles/{ID}", "", get_role),
        row("DELETE", "/security/accounts/{ID}/roles/{ID}", "", remove_role),
    };
}

}  // namespace holdfast::api
