#include "api/resources/token_routes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/resources/account_form.hpp"
#include "api/resources/catalog_tokens.hpp"
#include "api/resources/entity_form.hpp"
#include "api/resources/handler.hpp"
#include "api/resources/scope_form.hpp"
#include "api/types/api_token.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "catalog/account_scopes.hpp"
#include "catalog/accounts.hpp"

namespace holdfast::api {
namespace {

constexpr std::chrono::days usual_life{365};
constexpr std::chrono::days longest_life{5 * 366};

ApiTokenScopeType represent(const catalog::AccountScope& scope) {
    return {.HierarchyObjRef = to_text({scope.hierarchy_root, scope.object_type, scope.object_id}),
            .ObjectName = scope.name,
            .State = scope.state == catalog::scope_state::processed ? ScopeState::Processed
                                                                    : ScopeState::Unprocessed};
}

ApiToken represent(const Services& services, const catalog::ApiToken& token, Site& site) {
    auto path = at("/tokens", token.id);
    auto entity = begin_entity<ApiToken>(site, "ApiToken", path, token.id, token.name);
    entity.Links = LinkList{alternate(site, path, "ApiToken", token.name), site.links().link("Delete", path)};
    entity.AccountName = token.account_name;
    entity.AccountUid = make_urn("EnterpriseAccount", token.account);
    for (const auto& role : token.roles) entity.Roles.Role.emplace_back(role);
    entity.CreationTimeUTC = token.created;
    entity.ExpirationTimeUTC = token.expires;
    entity.LastUseTimeUTC = token.last_used;
    ApiTokenScopeListType scopes;
    for (const auto& scope : catalog::AccountScopes(services.database).list_of(token.id))
        scopes.Scope.push_back(represent(scope));
    if (!scopes.Scope.empty()) entity.Scopes = std::move(scopes);
    return entity;
}

bool is_administrator(const Call& call) {
    return call.logon().roles().contains(AccountRole::portal_administrator);
}

catalog::Account own_account(const Services& services, const Call& call) {
    auto own = catalog::Accounts(services.database).find_by_name(call.logon().account());
    if (!own) throw Error(ErrorKind::unauthenticated, "The account of this logon session is gone");
    return std::move(*own);
}

// Others see their own.
catalog::ApiToken find_token(const Services& services, const Call& call) {
    auto token = catalog::ApiTokens(services.database).find(call.id());
    if (token && !is_administrator(call) && token->account_name != call.logon().account()) token.reset();
    return require(std::move(token), "API token", call.id());
}

Answer list_tokens(const Services& services, const Call& call) {
    catalog::ApiTokens tokens(services.database);
    auto site = services.site(call);
    std::vector<ApiToken> items;
    for (const auto& token :
         is_administrator(call) ? tokens.list() : tokens.list_of(own_account(services, call).id))
        items.push_back(represent(services, token, site));
    return collection<ApiTokens>(call, std::move(items));
}

Answer get_token(const Services& services, const Call& call) {
    auto site = services.site(call);
    return one(call, represent(services, find_token(services, call), site));
}

// Else whoever finds a token could keep its rights beyond its end.
void require_password(const Call& call) {
    if (call.logon().is_of_token())
        throw Error(ErrorKind::forbidden, "Access denied: API tokens are made and deleted in a logon session")
            .advise("Log on with POST /api/sessionMngr/?v=latest.");
}

std::string checked_name(const std::string& name) {
    bool is_printable =
        std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) >= 0x20; });
    if (!is_printable || name != trimmed(name))
        throw Error(ErrorKind::invalid_input, fmt::format("The name '{}' cannot be that of a token", name))
            .advise("Leave out control characters, and blanks at its ends.");
    return name;
}

// Whom it acts for: its maker, or for an administrator anybody.
catalog::Account account_of(const Services& services, const Call& call, const ApiTokenSpec& spec) {
    catalog::Accounts accounts(services.database);
    auto own = own_account(services, call);
    if (own.kept_by == catalog::KeptBy::groups && !spec.AccountUid)
        throw Error(
            ErrorKind::forbidden,
            "Access denied: an API token would outlast the membership in a group that this account is of")
            .advise("Ask an administrator for an account of your own name.");
    if (!spec.AccountUid) return own;
    auto id = parse_urn_or_id(*spec.AccountUid);
    if (id && *id == own.id && own.kept_by != catalog::KeptBy::groups) return own;
    if (!is_administrator(call))
        throw Error(ErrorKind::forbidden, "Access denied: the token would act for another account");
    auto account = id ? accounts.find(*id) : std::nullopt;
    if (!account || account->is_group())
        throw Error(ErrorKind::invalid_input, "AccountUid names no account of a user")
            .advise("Take it from GET /api/security/accounts.");
    return *account;
}

std::vector<std::string> roles_of(const catalog::Account& account, const ApiTokenSpec& spec) {
    if (!spec.Roles || spec.Roles->Role.empty()) return account.roles;
    RoleSet held = parse_roles(account.roles);
    std::vector<std::string> names;
    for (const std::string& name : spec.Roles->Role) {
        auto role = parse_role(name);
        if (!role || granted({*role}, held).empty())
            throw Error(ErrorKind::invalid_input,
                        fmt::format("The account {} has no role {}", account.name, name))
                .advise("A token has at most the roles of its account.");
        std::string word(to_string(*role));
        if (std::ranges::find(names, word) == names.end()) names.push_back(std::move(word));
    }
    return names;
}

bool has_scopes(const ApiTokenSpec& spec) {
    return spec.HierarchyScopeObjects && !spec.HierarchyScopeObjects->HierarchyScopeItem.empty();
}

// What administrators do is held to no scope.
void require_no_administrator(const std::vector<std::string>& roles) {
    if (!parse_roles(roles).contains(AccountRole::portal_administrator)) return;
    throw Error(ErrorKind::invalid_input, "A token with scopes cannot be a Portal Administrator")
        .advise("Name other roles, for instance Portal User or VM Restore Operator.");
}

// Asks the hosts which machines the scopes hold; where one does not answer, the daily rebuild does it.
void begin_rebuild(const Services& services, const Call& call, const Uuid& token) {
    services.start_task(call, "StartRebuildScope", [&services, token](std::stop_token stop) {
        return TaskOutcome{.message =
                               fmt::format("Scopes rebuilt: {}.", services.scopes.rebuild_of(token, stop))};
    });
}

Timestamp checked_expiration(Timestamp created, const ApiTokenSpec& spec) {
    auto expires = spec.ExpirationTimeUTC.value_or(created + usual_life);
    if (expires <= created || expires > created + longest_life)
        throw Error(ErrorKind::invalid_input, "ExpirationTimeUTC is " + format_utc(expires))
            .advise("Give a time to come, within the next five years.");
    return expires;
}

Answer create_token(const Services& services, const Call& call) {
    auto spec = call.body<ApiTokenSpec>();
    require_password(call);
    auto account = account_of(services, call, spec);
    auto secret = random_token();
    catalog::ApiToken token{.id = Uuid::random(),
                            .account = account.id,
                            .name = checked_name(spec.Name),
                            .hash = hash_token(secret),
                            .roles = roles_of(account, spec),
                            .created = now(),
                            .expires = {}};
    token.expires = checked_expiration(token.created, spec);
    std::vector<catalog::AccountScope> scopes;
    if (has_scopes(spec)) {
        require_no_administrator(token.roles);
        scopes = scopes_of(*spec.HierarchyScopeObjects, token.id, catalog::ManagedServers(services.database));
    }
    catalog::ApiTokens(services.database).add(token, scopes);
    if (!scopes.empty()) begin_rebuild(services, call, token.id);
    token.account_name = account.name;
    auto site = services.site(call);
    auto entity = represent(services, token, site);
    entity.Token = write_token(token.id, secret);
    return created_at(std::move(entity));
}

Answer delete_token(const Services& services, const Call& call) {
    auto token = find_token(services, call);
    require_password(call);
    catalog::ApiTokens(services.database).remove(token.id);
    services.logons.end(token.id);
    return no_content();
}

}  // namespace

std::vector<Route> token_routes(const Services& services) {
    auto row = rows_for(services, Callers::any_account());
    auto create = row("POST", "/tokens", "", create_token);
    create.tells_secret = true;
    return {row("GET", "/tokens", "", list_tokens), std::move(create),
            row("GET", "/tokens/{ID}", "", get_token), row("DELETE", "/tokens/{ID}", "", delete_token)};
}

}  // namespace holdfast::api
