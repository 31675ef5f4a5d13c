#include "api/resources/account_form.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/resources/catalog_accounts.hpp"
#include "api/resources/role_ids.hpp"
#include "api/resources/scope_form.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

std::string checked_name(const std::string& name) {
    bool is_printable =
        std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) >= 0x20; });
    if (!is_printable || name.empty() || name != trimmed(name) || name.contains(':'))
        throw Error(ErrorKind::invalid_input, fmt::format("AccountName '{}' cannot be a user name", name))
            .advise("Leave out colons, control characters, and blanks at its ends.");
    return name;
}

std::vector<std::string> role_names(const EnterpriseAccountInRoleCreateSpecListType& spec) {
    std::vector<std::string> names;
    for (const auto& role : spec.EnterpriseRole) {
        std::string name(to_string(role_named_by(role.EnterpriseRoleUid)));
        if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
    if (names.empty())
        throw Error(ErrorKind::invalid_input, "Roles names no role")
            .advise("Give at least one EnterpriseRoleUid from GET /api/security/roles.");
    return names;
}

}  // namespace

AccountRole role_named_by(const std::string& uid) {
    auto id = parse_urn_or_id(uid);
    auto role = id ? role_of(*id) : std::nullopt;
    if (!role)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("EnterpriseRoleUid {} names no role", uid.substr(0, 200)))
            .advise("Take it from GET /api/security/roles.");
    return *role;
}

catalog::Account account_of(const EnterpriseAccountCreateSpec& spec) {
    bool is_group = spec.AccountType == AccountType::Group;
    if (spec.AccountType != AccountType::User && !is_group)
        throw Error(ErrorKind::not_supported, "Accounts of a SAML provider are not built yet")
            .advise("Send AccountType User, or Group for one that an LDAP directory has.");
    if (is_group && spec.Password)
        throw Error(ErrorKind::invalid_input,
                    "Password is given, but a group has none: its members have theirs");
    bool has_scopes = spec.HierarchyScopeObjects && !spec.HierarchyScopeObjects->HierarchyScopeItem.empty();
    if (!spec.AllowRestoreAllVms && !has_scopes)
        throw Error(ErrorKind::invalid_input,
                    "HierarchyScopeObjects is missing: AllowRestoreAllVms is false, so the account would see "
                    "no machine");
    catalog::Account account;
    account.id = Uuid::random();
    account.name = checked_name(spec.AccountName);
    if (!spec.Password) {
        account.kept_by = catalog::KeptBy::directory;
        account.name = checked_name(std::string(without_domain(account.name)));
    }
    if (is_group) account.type = "Group";
    account.roles = role_names(spec.Roles);
    account.allow_restore_all = spec.AllowRestoreAllVms;
    if (spec.FlrSettings) {
        account.limits.files_in_place_only = spec.FlrSettings->FlrInplaceOnly;
        account.limits.file_extensions = spec.FlrSettings->FlrExtentionRestrictions.value_or("");
    }
    if (spec.SqlSettings) account.limits.databases_not_in_place = spec.SqlSettings->DenyInPlaceRestore;
    return account;
}

std::vector<catalog::AccountScope> scopes_of(const HierarchyScopeCreateSpec& spec, const Uuid& account,
                                             catalog::ManagedServers servers) {
    std::vector<catalog::AccountScope> scopes;
    for (const auto& item : spec.HierarchyScopeItem) {
        if (!item.HierarchyObjRef)
            throw Error(ErrorKind::invalid_input, "A HierarchyScopeItem has no HierarchyObjRef");
        auto reference = parse_scope_reference(*item.HierarchyObjRef);
        auto server = servers.find_by_hierarchy_root(reference.hierarchy_root);
        if (!server)
            throw Error(ErrorKind::invalid_input,
                        fmt::format("The reference {} names a host that is not there",
                                    std::string(*item.HierarchyObjRef)))
                .advise("Take the id of its hierarchy root from GET /api/hierarchyRoots.");
        catalog::AccountScope scope{Uuid::random(), account,          reference.hierarchy_root,
                                    reference.type, reference.object, reference.object};
        if (reference.type == catalog::scope_type::host) scope.name = server->name;
        auto is_same = [&](const auto& other) {
            return other.hierarchy_root == scope.hierarchy_root && other.object_type == scope.object_type &&
                   other.object_id == scope.object_id;
        };
        if (std::ranges::any_of(scopes, is_same))
            throw Error(ErrorKind::invalid_input,
                        fmt::format("The scope {} is named twice", std::string(*item.HierarchyObjRef)));
        if (item.ObjectName && !std::string(*item.ObjectName).empty()) scope.name = *item.ObjectName;
        scopes.push_back(std::move(scope));
    }
    return scopes;
}

}  // namespace holdfast::api
