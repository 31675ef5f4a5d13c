// Which machines an account may see: its scopes, and the machines that were found in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/database.hpp"

namespace holdfast::catalog {

// EM's words, as the API and the database write them.
namespace scope_state {
inline constexpr std::string_view unprocessed = "Unprocessed";
inline constexpr std::string_view processed = "Processed";
}  // namespace scope_state

namespace scope_type {
inline constexpr std::string_view machine = "Vm";
inline constexpr std::string_view host = "Host";
inline constexpr std::string_view storage_pool = "Datastore";
inline constexpr std::string_view network = "Network";
inline constexpr std::string_view tag = "Tag";
}  // namespace scope_type

struct AccountScope {
    Uuid id;
    Uuid account;
    Uuid hierarchy_root;
    std::string object_type;  // one of scope_type
    std::string
        object_id;  // UUID of the machine, pool or network, the tag's text; of a host its hierarchy root
    std::string name;
    std::string state = std::string(scope_state::unprocessed);
};

// Inside of a transaction. conflict for one that the account has already.
void add_scopes(Connection& connection, const std::vector<AccountScope>& scopes);

class AccountScopes {
  public:
    explicit AccountScopes(Database& database) : database_(database) {}

    std::vector<AccountScope> list();  // of all accounts, oldest first as the next
    std::vector<AccountScope> list_of(const Uuid& account);
    std::optional<AccountScope> find(const Uuid& id);
    // All or none. conflict for one that the account has already.
    void add(const std::vector<AccountScope>& scopes);
    // At once: what no other scope of the account holds is not seen any more.
    void remove(const Uuid& id);

    std::vector<Uuid> machines(const Uuid& scope);
    // Of that host, whether they are still there or not.
    std::vector<Uuid> machines_with_backups(const Uuid& hierarchy_root);
    // What a rebuild has found, in the place of what was there; the scope is processed.
    void set_machines(const AccountScope& scope, const std::vector<Uuid>& domains);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
