// What a request to make an account asks for.
#pragma once

#include <string>
#include <vector>

#include "api/routing/roles.hpp"
#include "api/types/security.hpp"
#include "catalog/account_scopes.hpp"
#include "catalog/accounts.hpp"
#include "catalog/managed_servers.hpp"

namespace holdfast::api {

// The account, with an id and without its password. Kept by a directory where there is none: then
// without the domain that may stand before the name. invalid_input for what does not fit together;
// not_supported for types of accounts that are kept elsewhere.
catalog::Account account_of(const EnterpriseAccountCreateSpec& spec);
// invalid_input for a UID that is not one of a role.
AccountRole role_named_by(const std::string& uid);
// invalid_input for references that name nothing, or a host that is not there.
std::vector<catalog::AccountScope> scopes_of(const HierarchyScopeCreateSpec& spec, const Uuid& account,
                                             catalog::ManagedServers servers);

}  // namespace holdfast::api
