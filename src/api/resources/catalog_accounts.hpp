// The accounts of the catalog, as logon checks them: those with a password of Holdfast, and those that a
// directory keeps.
#pragma once

#include "api/routing/accounts.hpp"
#include "api/routing/logon_registry.hpp"
#include "catalog/accounts.hpp"
#include "directory/directory.hpp"

namespace holdfast::api {

// Clients write the account of a machine or domain as "name", "host\\name" or ".\\name".
std::string_view without_domain(std::string_view name);

class CatalogAccounts : public Accounts {
  public:
    explicit CatalogAccounts(catalog::Database& database) : accounts_(database) {}

    std::optional<AuthenticatedAccount> check(std::string_view name, std::string_view password) override;

  private:
    catalog::Accounts accounts_;
};

// Those who have an account of their own, or whose group has one. A name that Holdfast keeps is never asked
// for.
class DirectoryAccounts : public Accounts {
  public:
    DirectoryAccounts(directory::Directory& directory, catalog::Database& database, LogonRegistry& logons)
        : directory_(directory), accounts_(database), logons_(logons) {}

    // Throws unavailable where the directory cannot be asked; why is logged, not told.
    std::optional<AuthenticatedAccount> check(std::string_view name, std::string_view password) override;

  private:
    std::optional<directory::DirectoryUser> authenticate(std::string_view name, std::string_view password);
    bool is_kept_here(std::string_view name);

    directory::Directory& directory_;
    catalog::Accounts accounts_;
    LogonRegistry& logons_;
};

}  // namespace holdfast::api
