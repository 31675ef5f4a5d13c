// What a request with an API token asks of the tokens, wherever they are kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/routing/roles.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

namespace holdfast::api {

struct TokenGrant {
    Uuid token;
    std::string token_name;
    std::string account;
    RoleSet roles;  // of those that the account has now
    Timestamp expires;
};

class Tokens {
  public:
    virtual ~Tokens() = default;
    // Nothing for text that is no token, and for one that is not known, has expired or is of an account that
    // is gone. Called on worker threads, for every request that bears a token.
    virtual std::optional<TokenGrant> check(std::string_view text) = 0;
};

}  // namespace holdfast::api
