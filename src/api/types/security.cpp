#include "api/types/security.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(EnterpriseSecuritySettings, "EnterpriseSecuritySettingsType", (Resource), ())

HOLDFAST_ENUM(AccountType, User, Group, ExternalUser, ExternalGroup)
HOLDFAST_PART(FileRestoreSettingsInfoType, (), (FlrInplaceOnly, FlrExtentionRestrictions))
HOLDFAST_PART(SqlRestoreSettingsInfoType, (), (DenyInPlaceRestore))
HOLDFAST_ROOT(EnterpriseAccount, "EnterpriseAccountEntityType", (Entity),
              (AccountType, AllowRestoreAllVms, FlrSettings, SqlSettings))
HOLDFAST_LIST(EnterpriseAccounts, "EnterpriseAccountEntityListType", "EnterpriseAccount")
HOLDFAST_ROOT(EnterpriseRole, "EnterpriseRoleEntityType", (Entity), ())
HOLDFAST_LIST(EnterpriseRoles, "EnterpriseRoleEntityListType", "EnterpriseRole")
HOLDFAST_ROOT(EnterpriseAccountInRole, "EnterpriseAccountInRoleType", (Resource), (RoleName))
HOLDFAST_LIST(EnterpriseAccountInRoleList, "EnterpriseAccountInRoleListType", "EnterpriseAccountInRole")
HOLDFAST_ENUM(ScopeState, Unprocessed, Processed, Removing)
HOLDFAST_ROOT(EnterpriseAccountHierarchyScope, "EnterpriseAccountHierarchyScopeType", (Resource),
              (Name, HierarchyRootName, Platform, HierarchyObjectType, State))
HOLDFAST_LIST(EnterpriseAccountHierarchyScopes, "EnterpriseAccountHierarchyScopeListType",
              "EnterpriseAccountHierarchyScope")

HOLDFAST_ROOT(EnterpriseAccountInRoleCreateSpec, "EnterpriseAccountInRoleCreateSpecType", (),
              (EnterpriseRoleUid))
HOLDFAST_PART(EnterpriseAccountInRoleCreateSpecListType, (), (EnterpriseRole))
HOLDFAST_PART(HierarchyScopeItemType, (), (HierarchyObjRef, ObjectName))
HOLDFAST_ROOT(HierarchyScopeCreateSpec, "HierarchyScopeCreateSpecType", (), (HierarchyScopeItem))
HOLDFAST_ROOT(EnterpriseAccountCreateSpec, "EnterpriseAccountCreateSpecType", (),
              (AccountType, AccountName, Roles, AllowRestoreAllVms, HierarchyScopeObjects, FlrSettings,
               SqlSettings, Password))
HOLDFAST_ROOT(AccountPasswordSpec, "AccountPasswordSpecType", (), (Password))
HOLDFAST_CHOICE_ROOT(RebuildScopeJobSpec, "RebuildScopeJobSpecType",
                     (RebuildAll, RebuildUnprocessed, RebuildForCurrentUser))

}  // namespace holdfast::api
