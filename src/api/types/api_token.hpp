// API tokens, an addition to EM's API: what programs use in the place of a logon.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

struct ApiTokenRoleListType {
    std::vector<Text<1, 50>> Role;  // "Portal User"
};

struct ApiToken : Entity {
    std::string AccountName;
    std::string AccountUid;
    ApiTokenRoleListType Roles;
    Timestamp CreationTimeUTC{};
    Timestamp ExpirationTimeUTC{};
    std::optional<Timestamp> LastUseTimeUTC;
    std::optional<std::string> Token;  // in the answer that made it, and never again
};
struct ApiTokens : List<ApiToken> {};

struct ApiTokenSpec {
    Text<1, 50> Name;
    std::optional<Text<1, 256>> AccountUid;      // whom it acts for; its maker where it is missing
    std::optional<ApiTokenRoleListType> Roles;   // all of the account's where it is missing
    std::optional<Timestamp> ExpirationTimeUTC;  // in a year where it is missing
};

}  // namespace holdfast::api
