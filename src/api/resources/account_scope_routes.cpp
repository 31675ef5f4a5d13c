#include <fmt/format.h>

#include "api/resources/account_form.hpp"
#include "api/resources/handler.hpp"
#include "api/resources/represent_security.hpp"
#include "api/resources/security_routes.hpp"

namespace holdfast::api {
namespace {

Uuid require_account(const Services& services, const Call& call) {
    return require(catalog::Accounts(services.database).find(call.id()), "account", call.id()).id;
}

catalog::AccountScope find_scope(const Services& services, const Call& call) {
    auto account = require_account(services, call);
    auto scope = catalog::AccountScopes(services.database).find(call.id(1));
    if (scope && scope->account != account) scope.reset();
    return require(std::move(scope), "scope", call.id(1));
}

// By its name, or by its id when it is not managed any more.
std::string host_name(const Services& services, const Uuid& hierarchy_root) {
    auto server = catalog::ManagedServers(services.database).find_by_hierarchy_root(hierarchy_root);
    return server ? server->name : hierarchy_root.to_string();
}

EnterpriseAccountHierarchyScopes represent_all(const Services& services, const Call& call,
                                               const std::vector<catalog::AccountScope>& scopes) {
    auto site = services.site(call);
    EnterpriseAccountHierarchyScopes list;
    for (const auto& scope : scopes)
        list.items.push_back(represent(scope, host_name(services, scope.hierarchy_root), site));
    return list;
}

Answer list_scopes(const Services& services, const Call& call) {
    auto account = require_account(services, call);
    return ok(represent_all(services, call, catalog::AccountScopes(services.database).list_of(account)));
}

Answer get_scope(const Services& services, const Call& call) {
    auto scope = find_scope(services, call);
    auto site = services.site(call);
    return ok(represent(scope, host_name(services, scope.hierarchy_root), site));
}

Answer add_scopes(const Services& services, const Call& call) {
    auto account = require_account(services, call);
    auto scopes =
        scopes_of(call.body<HierarchyScopeCreateSpec>(), account, catalog::ManagedServers(services.database));
    if (scopes.empty())
        throw Error(ErrorKind::invalid_input, "There is no HierarchyScopeItem: no scope is named");
    catalog::AccountScopes(services.database).add(scopes);
    return created(represent_all(services, call, scopes));
}

Answer remove_scope(const Services& services, const Call& call) {
    catalog::AccountScopes(services.database).remove(find_scope(services, call).id);
    return no_content();
}

using Rebuild = std::function<std::size_t(protection::ScopeKeeper&, std::stop_token)>;

Rebuild wanted_rebuild(const RebuildScopeJobSpec& spec, const Uuid& caller) {
    if (spec.RebuildAll) return [](auto& keeper, std::stop_token stop) { return keeper.rebuild_all(stop); };
    if (spec.RebuildUnprocessed)
        return [](auto& keeper, std::stop_token stop) { return keeper.rebuild_unprocessed(stop); };
    return [caller](auto& keeper, std::stop_token stop) { return keeper.rebuild_of(caller, stop); };
}

// 201, though it is a task: so EM answers, and its clients look for it.
Answer rebuild_scopes(const Services& services, const Call& call) {
    auto rebuild = wanted_rebuild(call.body<RebuildScopeJobSpec>(), services.viewer(call).account);
    auto answer = services.start_task(call, "StartRebuildScope", [&services, rebuild](std::stop_token stop) {
        return TaskOutcome{.message = fmt::format("Scopes rebuilt: {}.", rebuild(services.scopes, stop))};
    });
    answer.status = 201;
    return answer;
}

}  // namespace

std::vector<Route> account_scope_routes(const Services& services) {
    auto row = rows_for(services, Callers::administrators());
    constexpr std::string_view scopes = "/security/accounts/{ID}/scopes";
    constexpr std::string_view scope = "/security/accounts/{ID}/scopes/{ID}";
    return {
        row("POST", "/security/accounts", "rebuildScope", rebuild_scopes),
        row("GET", scopes, "", list_scopes),
        row("POST", scopes, "", add_scopes),
        row("GET", scope, "", get_scope),
        row("DELETE", scope, "", remove_scope),
    };
}

}  // namespace holdfast::api
