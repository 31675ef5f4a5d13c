// Who may do what: accounts, their roles, and the scopes of what they may restore.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/platform.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

struct EnterpriseSecuritySettings : Resource {};

enum class AccountType { User, Group, ExternalUser, ExternalGroup };

struct FileRestoreSettingsInfoType {
    bool FlrInplaceOnly = false;
    std::optional<std::string> FlrExtentionRestrictions;  // "doc,pptx,pdf"; spelled so on the wire
};

struct SqlRestoreSettingsInfoType {
    bool DenyInPlaceRestore = false;
};

struct EnterpriseAccount : Entity {
    api::AccountType AccountType = api::AccountType::User;
    bool AllowRestoreAllVms = false;
    std::optional<FileRestoreSettingsInfoType> FlrSettings;
    std::optional<SqlRestoreSettingsInfoType> SqlSettings;
};
struct EnterpriseAccounts : List<EnterpriseAccount> {};

struct EnterpriseRole : Entity {};
struct EnterpriseRoles : List<EnterpriseRole> {};

struct EnterpriseAccountInRole : Resource {
    std::string RoleName;  // "Portal User"
};
struct EnterpriseAccountInRoleList : List<EnterpriseAccountInRole> {};

enum class ScopeState { Unprocessed, Processed, Removing };

// A part of a host's inventory that an account may restore.
struct EnterpriseAccountHierarchyScope : Resource {
    std::optional<std::string> Name;
    std::optional<std::string> HierarchyRootName;
    std::optional<api::Platform> Platform;
    std::optional<std::string> HierarchyObjectType;  // "Vm"
    ScopeState State = ScopeState::Unprocessed;
};
struct EnterpriseAccountHierarchyScopes : List<EnterpriseAccountHierarchyScope> {};

struct EnterpriseAccountInRoleCreateSpec {
    Text<1, 256> EnterpriseRoleUid;
};

struct EnterpriseAccountInRoleCreateSpecListType {
    std::vector<EnterpriseAccountInRoleCreateSpec> EnterpriseRole;
};

struct HierarchyScopeItemType {
    std::optional<Text<1, 512>> HierarchyObjRef;
    std::optional<Text<0, 255>> ObjectName;
};

struct HierarchyScopeCreateSpec {
    std::vector<HierarchyScopeItemType> HierarchyScopeItem;
};

struct EnterpriseAccountCreateSpec {
    api::AccountType AccountType = api::AccountType::User;
    Text<1, 255> AccountName;
    EnterpriseAccountInRoleCreateSpecListType Roles;
    bool AllowRestoreAllVms = false;
    std::optional<HierarchyScopeCreateSpec> HierarchyScopeObjects;
    std::optional<FileRestoreSettingsInfoType> FlrSettings;
    std::optional<SqlRestoreSettingsInfoType> SqlSettings;
    std::optional<Text<1, 1024>> Password;  // ours: of an account that Holdfast keeps itself
};

// An addition to EM's API.
struct AccountPasswordSpec {
    Text<1, 1024> Password;
};

// Which accounts' scopes are worked out anew: one of the three.
struct RebuildScopeJobSpec {
    std::optional<EmptyType> RebuildAll;
    std::optional<EmptyType> RebuildUnprocessed;
    std::optional<EmptyType> RebuildForCurrentUser;
};

}  // namespace holdfast::api
