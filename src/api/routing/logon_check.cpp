#include "api/routing/logon_check.hpp"

#include <memory>
#include <thread>

#include "api/routing/answer.hpp"
#include "base/secret.hpp"

namespace holdfast::api {
namespace {

StatusError come_back(std::chrono::milliseconds after) {
    auto seconds = std::chrono::ceil<std::chrono::seconds>(after).count();
    StatusError error(503, ErrorKind::unavailable, "Too many logons are under way");
    error.advise("Try again in " + std::to_string(seconds) + " s.");
    error.add_header("Retry-After", std::to_string(seconds));
    return error;
}

}  // namespace

bool password_is_right(std::string_view password, const std::optional<std::string>& stored_hash) {
    static const std::string nobody = hash_password("nobody has this password");
    bool matches = password_matches(password, stored_hash.value_or(nobody));
    return matches && stored_hash.has_value();
}

// A place among the few that may run a check.
class LogonCheck::Turn {
  public:
    // Waits for it.
    explicit Turn(LogonCheck& owner) : owner_(owner) {
        std::unique_lock lock(owner.mutex_);
        auto is_free = [&] { return owner.checking_ < owner.limits_.checks; };
        if (!is_free()) {
            if (owner.waiting_ >= owner.limits_.waiting) throw come_back(std::chrono::seconds(2));
            ++owner.waiting_;
            bool got = owner.turn_free_.wait_for(lock, owner.limits_.turn, is_free);
            --owner.waiting_;
            if (!got) throw come_back(std::chrono::seconds(5));
        }
        ++owner.checking_;
    }
    // Nothing where none is free.
    static std::unique_ptr<Turn> if_free(LogonCheck& owner) {
        std::lock_guard lock(owner.mutex_);
        if (owner.checking_ >= owner.limits_.checks) return nullptr;
        ++owner.checking_;
        return std::unique_ptr<Turn>(new Turn(owner, Taken()));
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() {
        std::lock_guard lock(owner_.mutex_);
        --owner_.checking_;
        owner_.turn_free_.notify_one();
    }

  private:
    struct Taken {};
    Turn(LogonCheck& owner, Taken) : owner_(owner) {}
    LogonCheck& owner_;
};

LogonCheck::LogonCheck(Accounts& accounts, LogonCheckLimits limits, ThrottleLimits throttle, SteadyNow now,
                       Pause pause)
    : accounts_(accounts),
      limits_(limits),
      throttle_(throttle, now),
      memory_(std::chrono::minutes(3), now),
      pause_(std::move(pause)) {
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
    auto turn = Turn::if_free(*this);
    if (!turn) return known->account;
    auto account = verify(credentials);
    if (!account) memory_.forget(known->account.name);
    return account;
}

AuthenticatedAccount LogonCheck::check(const BasicCredentials& credentials, std::string_view address) {
    auto delay = throttle_.delay(address);
    // Before the memory is asked: else guesses that it can refute would cost an attacker nothing.
    if (delay.count() > 0) serve_delay(address, delay);
    auto account = recall(credentials);
    if (!account) {
        Turn turn(*this);
        // Another logon with the same password may have been checked while this one waited for its turn.
        if (auto known = memory_.find(credentials.name, credentials.password))
            account = known->account;
        else
            account = verify(credentials);
    }
    if (!account) {
        throttle_.failed(address);
        throw Error(ErrorKind::unauthenticated, "The user name or the password is wrong");
    }
    throttle_.succeeded(address);
    return *account;
}

}  // namespace holdfast::api
