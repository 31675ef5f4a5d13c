#include "api/resources/catalog_accounts.hpp"

namespace holdfast::api {

std::optional<AuthenticatedAccount> CatalogAccounts::check(std::string_view name, std::string_view password) {
    auto account = accounts_.find_by_name(std::string(name));
    // Clients write the account of this machine as "name", "host\name" or ".\name".
    if (auto backslash = name.rfind('\\'); !account && backslash != std::string_view::npos)
        account = accounts_.find_by_name(std::string(name.substr(backslash + 1)));
    if (!password_is_right(password, account ? std::optional(account->password_hash) : std::nullopt))
        return std::nullopt;
    return AuthenticatedAccount{account->name, parse_roles(account->roles)};
}

}  // namespace holdfast::api
