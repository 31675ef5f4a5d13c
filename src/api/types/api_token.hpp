// API tokens, an addition to EM's API: what programs use in the place of a logon.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/resource.hpp"
#include "api/types/security.hpp"

namespace holdfast::api {

struct ApiTokenRoleListType {
    std::vector<Text<1, 50>> Role;  // "Portal User"
};

// Of the machines that the token's account sees, those that the token sees.
struct ApiTokenScopeType {
    std::string HierarchyObjRef;
    std::optional<std::string> ObjectName;
    ScopeState State = ScopeState::Unprocessed;  // sees nothing of it until it is processed
};

struct ApiTokenScopeListType {
    std::vector<ApiTokenScopeType> Scope;
};

struct ApiToken : Entity {
    std::string AccountName;
    std::string AccountUid;
    ApiTokenRoleListType Roles;
    Timestamp CreationTimeUTC{};
    Timestamp ExpirationTimeUTC{};
    std::optional<Timestamp> LastUseTimeUTC;
    std::optional<ApiTokenScopeListType> Scopes;  // missing: all that the account sees
    std::optional<std::string> Token;             // in the answer that made it, and never again
};
struct ApiTokens : List<ApiToken> {};

struct ApiTokenSpec {
    Text<1, 50> Name;
    std::optional<Text<1, 256>> AccountUid;      // whom it acts for; its maker where it is missing
    std::optional<ApiTokenRoleListType> Roles;   // all of the account's where it is missing
    std::optional<Timestamp> ExpirationTimeUTC;  // in a year where it is missing
    std::optional<HierarchyScopeCreateSpec> HierarchyScopeObjects;  // all that the account sees where missing
};

}  // namespace holdfast::api
