// Tokens by which programs use the API without logging on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/account_scopes.hpp"
#include "catalog/database.hpp"

namespace holdfast::catalog {

struct ApiToken {
    Uuid id;
    Uuid account;  // whom it acts for
    std::string name;
    std::string hash;                // of hash_token()
    std::vector<std::string> roles;  // of those that the account has
    Timestamp created;
    Timestamp expires;
    std::optional<Timestamp> last_used{};
    // Read, never stored.
    std::string account_name{};
    std::vector<std::string> account_roles{};
};

// A new password, a change of roles and the end of an account take its tokens along (Accounts). A token takes
// its scopes along.
class ApiTokens {
  public:
    explicit ApiTokens(Database& database) : database_(database) {}

    static constexpr std::size_t most_of_account = 20;

    std::vector<ApiToken> list();  // of all accounts, oldest first as the next
    std::vector<ApiToken> list_of(const Uuid& account);
    std::optional<ApiToken> find(const Uuid& id);
    // conflict where the account has one of that name, or as many as it may have; not_found where the account
    // is gone. With scopes, which name the token as their account, it sees of what its account sees no more
    // than they hold; without, the same.
    void add(const ApiToken& token, const std::vector<AccountScope>& scopes = {});
    void remove(const Uuid& id);
    void note_use(const Uuid& id, Timestamp time);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
