// What logon asks of the accounts, wherever they are kept.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "api/routing/roles.hpp"

namespace holdfast::api {

struct AuthenticatedAccount {
    std::string name;  // as it is stored, whatever letter case the client wrote
    RoleSet roles;
    // However much the session is used: who keeps the account may have changed their mind, and tells nobody.
    std::optional<std::chrono::hours> longest_session = std::nullopt;
};

class Accounts {
  public:
    virtual ~Accounts() = default;
    // Nothing for a name that is not known, a wrong password, or an account that may not log on. Must take
    // the same time in each case: use password_is_right(). Called on worker threads, a few at a time.
    virtual std::optional<AuthenticatedAccount> check(std::string_view name, std::string_view password) = 0;
};

// Runs exactly one scrypt, also where there is no account (no `stored_hash`), and then says no.
bool password_is_right(std::string_view password, const std::optional<std::string>& stored_hash);

}  // namespace holdfast::api
