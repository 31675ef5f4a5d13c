// Accounts that may log on, with their roles.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/database.hpp"

namespace holdfast::catalog {

struct Account {
    Uuid id;
    std::string name;
    std::string password_hash;
    std::vector<std::string> roles;  // "Portal Administrator" …
};

class Accounts {
  public:
    explicit Accounts(Database& database) : database_(database) {}

    bool is_empty();
    // conflict when the name is taken, in any letter case.
    void add(const Account& account);
    std::optional<Account> find_by_name(const std::string& name);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
