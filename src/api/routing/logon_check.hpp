// Checks passwords: throttled, a few at a time, and quick for the ones that were right a moment ago.
#pragma once

#include <condition_variable>
#include <set>

#include "api/routing/accounts.hpp"
#include "api/routing/credentials.hpp"
#include "api/routing/logon_throttle.hpp"
#include "api/routing/password_memory.hpp"

namespace holdfast::api {

// Each logon that waits holds a worker of the HTTP server: give it more workers than `checks + waiting +
// delayed`.
struct LogonCheckLimits {
    std::size_t checks = 2;    // scrypt at a time: 32 MiB and 0.1 s of a core each
    std::size_t waiting = 24;  // for their turn; more are told to come back
    std::size_t delayed = 6;   // by the throttle, one an address; more are told to come back
    std::chrono::seconds turn{20};
};

// Any thread.
class LogonCheck {
  public:
    // Waits that long; replaced in tests.
    using Pause = std::function<void(std::chrono::milliseconds)>;

    // `accounts` outlives it.
    explicit LogonCheck(Accounts& accounts, LogonCheckLimits limits = {}, ThrottleLimits throttle = {},
                        SteadyNow now = SteadyClock::now, Pause pause = {});

    // Throws unauthenticated for a wrong name or password, and unavailable (503 with Retry-After) where too
    // many try at once.
    AuthenticatedAccount check(const BasicCredentials& credentials, std::string_view address);
    // When an account's password or roles change, or it is deleted.
    void forget(std::string_view account) { memory_.forget(account); }
    // How often that happened. Where it did during a logon, what was checked may not be true any more.
    std::uint64_t changes() const { return memory_.generation(); }

  private:
    class Turn;
    std::optional<AuthenticatedAccount> recall(const BasicCredentials& credentials);
    std::optional<AuthenticatedAccount> verify(const BasicCredentials& credentials);
    void serve_delay(std::string_view address, std::chrono::milliseconds delay);

    Accounts& accounts_;
    const LogonCheckLimits limits_;
    LogonThrottle throttle_;
    PasswordMemory memory_;
    Pause pause_;
    std::mutex mutex_;
    std::condition_variable turn_free_;
    std::size_t checking_ = 0;
    std::size_t waiting_ = 0;
    std::set<std::string> delayed_;  // addresses that wait out their delay
};

}  // namespace holdfast::api
