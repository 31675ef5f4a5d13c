#include "api/resources/represent_security.hpp"

#include "api/resources/entity_form.hpp"
#include "api/resources/role_ids.hpp"

namespace holdfast::api {
namespace {

AccountType to_account_type(const std::string& word) {
    if (word == "Group") return AccountType::Group;
    if (word == "ExternalUser") return AccountType::ExternalUser;
    if (word == "ExternalGroup") return AccountType::ExternalGroup;
    return AccountType::User;
}

std::string server_path(Site& site) {
    return at("/backupServers", site.server().id);
}

LinkList links_of_secret(Site& site, const std::string& path, const std::string& type) {
    return {site.links().link("Up", server_path(site) + "?format=Entity", "BackupServer", site.server().name),
            site.links().link("Edit", path, type), site.links().link("Delete", path, type)};
}

}  // namespace

EnterpriseAccount represent(const catalog::Account& account, Site& site) {
    auto path = at("/security/accounts", account.id);
    auto entity = begin_entity<EnterpriseAccount>(site, "EnterpriseAccount", path, account.id, account.name);
    const auto& links = site.links();
    entity.Links = LinkList{alternate(site, path, "EnterpriseAccount", account.name),
                            links.link("Down", path + "/roles", "EnterpriseAccountInRoleList"),
                            links.link("Create", path + "/roles", "EnterpriseAccountInRole"),
                            links.link("Down", path + "/scopes", "EnterpriseAccountHierarchyScopeList"),
                            links.link("Create", path + "/scopes", "EnterpriseAccountHierarchyScope"),
                            links.link("Delete", path),
                            links.link("ToggleRestoreScopesEnabled", path)};
    entity.AccountType = to_account_type(account.type);
    entity.AllowRestoreAllVms = account.allow_restore_all;
    auto roles = parse_roles(account.roles);
    if (roles.contains(AccountRole::file_restore_operator)) {
        entity.FlrSettings.emplace();
        entity.FlrSettings->FlrInplaceOnly = account.limits.files_in_place_only;
        entity.FlrSettings->FlrExtentionRestrictions = account.limits.file_extensions;
    }
    if (roles.contains(AccountRole::sql_restore_operator)) {
        entity.SqlSettings.emplace();
        entity.SqlSettings->DenyInPlaceRestore = account.limits.databases_not_in_place;
    }
    return entity;
}

EnterpriseRole represent(AccountRole role, Site& site) {
    auto id = id_of(role);
    auto path = at("/security/roles", id);
    std::string name(to_string(role));
    auto entity = begin_entity<EnterpriseRole>(site, "EnterpriseRole", path, id, name);
    entity.Links = LinkList{alternate(site, path, "EnterpriseRole", name)};
    return entity;
}

EnterpriseAccountInRole represent_role_of(const Uuid& account, AccountRole role, Site& site) {
    auto path = at(at("/security/accounts", account) + "/roles", id_of(role));
    EnterpriseAccountInRole resource;
    resource.Href = site.links().href(path);
    resource.Type = "EnterpriseAccountInRole";
    resource.Links = LinkList{site.links().link("Delete", path)};
    resource.RoleName = std::string(to_string(role));
    return resource;
}

EnterpriseAccountHierarchyScope represent(const catalog::AccountScope& scope, const std::string& host_name,
                                          Site& site) {
    auto path = at(at("/security/accounts", scope.account) + "/scopes", scope.id);
    EnterpriseAccountHierarchyScope resource;
    resource.Href = site.links().href(path);
    resource.Type = "EnterpriseAccountHierarchyScope";
    resource.Links = LinkList{site.links().link("Delete", path, "EnterpriseAccountHierarchyScope")};
    resource.Name = scope.name;
    resource.HierarchyRootName = host_name;
    resource.Platform = Platform::CustomPlatform;
    resource.HierarchyObjectType = scope.object_type;
    resource.State =
        scope.state == catalog::scope_state::processed ? ScopeState::Processed : ScopeState::Unprocessed;
    return resource;
}

CredentialsInfo represent(const catalog::Credentials& credentials, Site& site) {
    auto path = at(server_path(site) + "/credentials", credentials.id);
    CredentialsInfo resource;
    resource.Href = site.links().href(path);
    resource.Type = "Credentials";
    resource.Links = links_of_secret(site, path, "Credentials");
    resource.Id = credentials.id.to_string();
    resource.Username = credentials.username;
    resource.Description = credentials.description;
    resource.Password = "";
    return resource;
}

PasswordKeyInfo represent(const catalog::EncryptionPassword& password, Site& site) {
    auto path = at(server_path(site) + "/passwords", password.id);
    PasswordKeyInfo resource;
    resource.Href = site.links().href(path);
    resource.Type = "PasswordKey";
    resource.Links = links_of_secret(site, path, "PasswordKey");
    resource.ID = password.id.to_string();
    resource.Hint = password.hint;
    resource.LastModificationDate = password.modified;
    return resource;
}

}  // namespace holdfast::api
