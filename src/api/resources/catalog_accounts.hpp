// The accounts of the catalog, as logon checks them.
#pragma once

#include "api/routing/accounts.hpp"
#include "catalog/accounts.hpp"

namespace holdfast::api {

class CatalogAccounts : public Accounts {
  public:
    explicit CatalogAccounts(catalog::Database& database) : accounts_(database) {}

    std::optional<AuthenticatedAccount> check(std::string_view name, std::string_view password) override;

  private:
    catalog::Accounts accounts_;
};

}  // namespace holdfast::api
