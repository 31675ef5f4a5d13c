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

enum class KeptBy {
    holdfast,   // has a password here
    directory,  // a user or a group that a directory knows by that name
    groups,     // made for a user of a directory who is in groups that have accounts; goes with any change of
                // these
    token,      // has the scopes of an API token and goes with it; nobody logs on to it
};

struct Account {
    Uuid id;
    std::string name;
    std::string password_hash;       // empty unless Holdfast keeps it
    std::vector<std::string> roles;  // "Portal Administrator" …
    std::string type = "User";       // or "Group", which logs on only by its members
    bool allow_restore_all = true;
    RestoreLimits limits;
    KeptBy kept_by = KeptBy::holdfast;

    bool is_group() const { return type == "Group"; }
};

// Names of accounts that went because their group's account was changed.
using FormerMembers = std::vector<std::string>;

class Accounts {
  public:
    explicit Accounts(Database& database) : database_(database) {}

    bool is_empty();
    // By name. Without those that groups and tokens keep, as the next.
    std::vector<Account> list();
    std::optional<Account> find(const Uuid& id);
    // Who logs on so, in any letter case: no group.
    std::optional<Account> find_by_name(const std::string& name);
    // What that account may see; nothing where it is gone.
    std::optional<Viewer> find_viewer(const std::string& name);
    // The same for what an API token may see that has scopes of its own. Nothing where it has none.
    std::optional<Viewer> find_viewer_of_token(const Uuid& token);

    // conflict when the name is taken, in any letter case. Users and groups have names of their own. Takes
    // the place of one that groups keep.
    void add(const Account& account);
    // A user of a directory who was let in there: the account of that name that the directory keeps; or one
    // with the roles, scopes and restore options of all those groups that have accounts, made or brought up
    // to date. Nothing where neither is there, and for a name that Holdfast keeps. `groups` in any letter
    // case.
    std::optional<Account> admit(const std::string& name, const std::vector<std::string>& groups);
    // With its scopes and API tokens. `check` sees the account as it is then, and throws to keep it. conflict
    // for the last administrator whom Holdfast keeps. Not there (any more): no error.
    FormerMembers remove(
        const Uuid& id, const std::function<void(const Account&)>& check = [](const Account&) {});
    // Ends its API tokens, as the two below that change roles. conflict for an account that a directory
    // keeps.
    void set_password(const Uuid& id, const std::string& password_hash);
    // From all machines to those of its scopes, or back; its API tokens with scopes along.
    FormerMembers toggle_allow_restore_all(const Uuid& id);
    // conflict for a role that it has. not_found for no such account, as below.
    FormerMembers add_role(const Uuid& id, const std::string& role);
    // conflict for its last role, and for the last administrator; not_found for a role that it does not have.
    FormerMembers remove_role(const Uuid& id, const std::string& role);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
