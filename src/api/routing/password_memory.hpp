// Which passwords were right a moment ago, so that a script that logs on before every request costs no scrypt
// each time. Holds no passwords: an HMAC under a key that is made with the process and dies with it.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "api/routing/accounts.hpp"
#include "api/routing/logon_registry.hpp"

namespace holdfast::api {

struct RememberedPassword {
    AuthenticatedAccount account;
    // The memory of it ends soon. Told to one of all who ask in ten seconds: whoever then checks the password
    // again and remembers it spares the others a check that they all would wait for.
    bool is_due = false;
};

// Any thread.
class PasswordMemory {
  public:
    explicit PasswordMemory(std::chrono::seconds lifetime = std::chrono::minutes(3),
                            SteadyNow now = SteadyClock::now);

    std::optional<RememberedPassword> find(std::string_view name, std::string_view password);
    // Given back to remember(): a check that began before a forget() must not be remembered after it.
    std::uint64_t generation() const;
    void remember(std::string_view name, std::string_view password, const AuthenticatedAccount& account,
                  std::uint64_t generation);
    // For an account whose password or roles were changed, or which was deleted.
    void forget(std::string_view account);

  private:
    using Mac = std::array<std::byte, 32>;
    struct Entry {
        Mac mac;
        AuthenticatedAccount account;
        SteadyClock::time_point expires;
        SteadyClock::time_point due;
    };
    Mac mac_of(std::string_view name, std::string_view password) const;

    const std::chrono::seconds lifetime_;
    const SteadyNow now_;
    Mac key_;
    mutable std::mutex mutex_;
    std::uint64_t generation_ = 0;
    std::unordered_map<std::string, Entry> entries_;  // by the name as it was given
};

}  // namespace holdfast::api
