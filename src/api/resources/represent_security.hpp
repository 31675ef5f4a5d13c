// Accounts, roles, scopes, credentials and passwords as resources of the API. No secret is in any of them.
#pragma once

#include "api/resources/site.hpp"
#include "api/routing/roles.hpp"
#include "api/types/credentials.hpp"
#include "api/types/security.hpp"
#include "catalog/account_scopes.hpp"
#include "catalog/accounts.hpp"
#include "catalog/credentials.hpp"

namespace holdfast::api {

EnterpriseAccount represent(const catalog::Account& account, Site& site);
EnterpriseRole represent(AccountRole role, Site& site);
EnterpriseAccountInRole represent_role_of(const Uuid& account, AccountRole role, Site& site);
EnterpriseAccountHierarchyScope represent(const catalog::AccountScope& scope, const std::string& host_name,
                                          Site& site);
CredentialsInfo represent(const catalog::Credentials& credentials, Site& site);
PasswordKeyInfo represent(const catalog::EncryptionPassword& password, Site& site);

}  // namespace holdfast::api
