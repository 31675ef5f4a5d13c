// Accounts that may log on, with their roles and what they may restore.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "catalog/viewer.hpp"

namespace holdfast::catalog {

// The role that may do everything. There is always an account that has it.
inline constexpr const char* administrator_role = "Portal Administrator";

// What restores of files and databases are held to; fixed when the account is made.
struct RestoreLimits {
    bool files_in_place_only = false;  // no downloads
    std::string file_extensions;       // "doc,pptx,pdf": no other files; empty: all
    bool databases_not_in_place = false;

    // Whether restores of files are held to anything.
    bool hold() const { return files_in_place_only || !file_extensions.empty(); }
};

struct Account {
    Uuid id;
    std::string name;
    std::string password_hash;
    std::vector<std::string> roles;  // "Portal Administrator" …
    std::string type = "User";
    bool allow_restore_all = true;
    RestoreLimits limits;
};

class Accounts {
  public:
    explicit Accounts(Database& database) : database_(database) {}

    bool is_empty();
    std::vector<Account> list();  // by name
    std::optional<Account> find(const Uuid& id);
    // In any letter case.
    std::optional<Account> find_by_name(const std::string& name);
    std::optional<Viewer> find_viewer(const std::string& name);

    // conflict when the name is taken, in any letter case.
    void add(const Account& account);
    // With its scopes and API tokens. `check` sees the account as it is then, and throws to keep it. conflict
    // for the last administrator. Not there (any more): no error.
    void remove(const Uuid& id, const std::function<void(const Account&)>& check = [](const Account&) {});
    // Ends its API tokens, as the two below that change roles.
    void set_password(const Uuid& id, const std::string& password_hash);
    // From all machines to those of its scopes, or back.
    void toggle_allow_restore_all(const Uuid& id);
    // conflict for a role that it has. not_found for no such account, as below.
    void add_role(const Uuid& id, const std::string& role);
    // conflict for its last role, and for the last administrator; not_found for a role that it does not have.
    void remove_role(const Uuid& id, const std::string& role);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
