#include "api/routing/logon_check.hpp"

#include <thread>

#include "base/secret.hpp"

namespace holdfast::api {
bool password_is_right(std::string_view password, const std::optional<std::string>& stored_hash) {
    static const std::string nobody = hash_password("nobody has this password");
    bool matches = password_matches(password, stored_hash.value_or(nobody));
    return matches && stored_hash.has_value();
}

LogonCheck::LogonCheck(Accounts& accounts, LogonCheckLimits limits, ThrottleLimits throttle, SteadyNow now,
                       Pause pause)
    : accounts_(accounts),
      limits_(limits),
      throttle_(throttle, now),
      memory_(std::chrono::minutes(3), now),
      pause_(std::move(pause)),
      turns_(limits.checks, limits.waiting, limits.turn),
      directory_turns_(limits.directory_checks, limits.directory_waiting, limits.turn) {
    if (!pause_) pause_ = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
}

// One attempt of an address waits at a time: trying in parallel gains nothing.
void LogonCheck::serve_delay(std::string_view address, std::chrono::milliseconds delay) {
    std::string key = throttle_key(address);
    {
        std::lock_guard lock(mutex_);
        if (delayed_.size() >= limits_.delayed || !delayed_.insert(key).second) throw come_back(delay);
    }
    pause_(delay);
    std::lock_guard lock(mutex_);
    delayed_.erase(key);
}

// With a turn taken.
std::optional<AuthenticatedAccount> LogonCheck::verify(const BasicCredentials& credentials) {
    auto generation = memory_.generation();
    auto account = accounts_.check(credentials.name, credentials.password);
    if (account) memory_.remember(credentials.name, credentials.password, *account, generation);
    return account;
}

// A password that was right a moment ago. Before that is forgotten, one of the logons that use it checks it
// again, so that they never all stand in the queue together.
std::optional<AuthenticatedAccount> LogonCheck::recall(const BasicCredentials& credentials) {
    auto known = memory_.find(credentials.name, credentials.password);
    if (!known) return std::nullopt;
    if (!known->is_due) return known->account;
    auto turn = turns_.take_if_free();
    if (!turn) return known->account;
    auto account = verify(credentials);
    if (!account) memory_.forget(known->account.name);
    return account;
}

// In a turn of its own: a directory that does not answer keeps no account of Holdfast waiting. Not
// remembered: who has left a group is out with the next logon.
std::optional<AuthenticatedAccount> LogonCheck::ask_directory(const BasicCredentials& credentials) {
    auto turn = directory_turns_.take();
    return directory_->check(credentials.name, credentials.password);
}

AuthenticatedAccount LogonCheck::check(const BasicCredentials& credentials, std::string_view address) {
    auto delay = throttle_.delay(address);
    // Before the memory is asked: else guesses that it can refute would cost an attacker nothing.
    if (delay.count() > 0) serve_delay(address, delay);
    auto account = recall(credentials);
    if (!account) {
        auto turn = turns_.take();
        // Another logon with the same password may have been checked while this one waited for its turn.
        if (auto known = memory_.find(credentials.name, credentials.password))
            account = known->account;
        else
            account = verify(credentials);
    }
    if (!account && directory_) account = ask_directory(credentials);
    if (!account) {
        throttle_.failed(address);
        throw Error(ErrorKind::unauthenticated, "The user name or the password is wrong");
    }
    throttle_.succeeded(address);
    return *account;
}

}  // namespace holdfast::api
