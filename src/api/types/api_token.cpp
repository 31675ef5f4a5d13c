#include "api/types/api_token.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_PART(ApiTokenRoleListType, (), (Role))
HOLDFAST_PART(ApiTokenScopeType, (), (HierarchyObjRef, ObjectName, State))
HOLDFAST_PART(ApiTokenScopeListType, (), (Scope))
HOLDFAST_ROOT(ApiToken, "ApiTokenEntityType", (Entity),
              (AccountName, AccountUid, Roles, CreationTimeUTC, ExpirationTimeUTC, LastUseTimeUTC, Scopes,
               Token))
HOLDFAST_LIST(ApiTokens, "ApiTokenEntityListType", "ApiToken")
HOLDFAST_ROOT(ApiTokenSpec, "ApiTokenSpecType", (),
              (Name, AccountUid, Roles, ExpirationTimeUTC, HierarchyScopeObjects))

}  // namespace holdfast::api
