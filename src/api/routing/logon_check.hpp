// Checks passwords: throttled, a few at a time, and quick for the ones that were right a moment ago.
#pragma once

#include <set>

#include "api/routing/accounts.hpp"
#include "api/routing/credentials.hpp"
#include "api/routing/logon_throttle.hpp"
#include "api/routing/password_memory.hpp"
#include "api/routing/turn_queue.hpp"

namespace holdfast::api {

// Each logon that waits holds a worker of the HTTP server: give it more workers than `checks + waiting +
// delayed` and the two of the directory.
struct LogonCheckLimits {
    std::size_t checks = 2;    // scrypt at a time: 32 MiB and 0.1 s of a core each
    std::size_t waiting = 24;  // for their turn; more are told to come back
    std::size_t delayed = 6;   // by the throttle, one an address; more are told to come back
    std::chrono::seconds turn{20};
    std::size_t directory_checks = 4;  // at a time: one that does not answer holds them for some seconds
    std::size_t directory_waiting = 4;
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
    // Asked for whom `accounts` does not let in, and of nobody else; outlives this. To be told before the
    // first check. Unlike them it may throw unavailable.
    void also_ask(Accounts& directory) { directory_ = &directory; }
    bool asks_directory() const { return directory_ != nullptr; }
    // When an account's password or roles change, or it is deleted.
    void forget(std::string_view account) { memory_.forget(account); }
    // How often that happened. Where it did during a logon, what was checked may not be true any more.
    std::uint64_t changes() const { return memory_.generation(); }

  private:
    std::optional<AuthenticatedAccount> recall(const BasicCredentials& credentials);
    std::optional<AuthenticatedAccount> verify(const BasicCredentials& credentials);
    std::optional<AuthenticatedAccount> ask_directory(const BasicCredentials& credentials);
    void serve_delay(std::string_view address, std::chrono::milliseconds delay);

    Accounts& accounts_;
    const LogonCheckLimits limits_;
    LogonThrottle throttle_;
    PasswordMemory memory_;
    Pause pause_;
    TurnQueue turns_;
    TurnQueue directory_turns_;
    Accounts* directory_ = nullptr;
    std::mutex mutex_;
    std::set<std::string> delayed_;  // addresses that wait out their delay
};

}  // namespace holdfast::api
