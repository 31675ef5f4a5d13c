// Who is logged on. In memory; sessions with tasks are kept over a restart by LogonKeeper.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <typeindex>
#include <unordered_map>
#include <vector>

#include "api/routing/roles.hpp"
#include "api/routing/tokens.hpp"
#include "base/ids.hpp"

namespace holdfast::api {

using SteadyClock = std::chrono::steady_clock;
// Replaced in tests.
using SteadyNow = std::function<SteadyClock::time_point()>;

// Why a session ends: logout, expiry or displacement; or only the server does, and the session may come back
// with it.
enum class LogonEnd : std::uint8_t { over, server_stops };

// One logon session, or what stands for it while an API token is in use: it holds the token's tasks and
// mounts. Any thread. The id of a session is a secret (its token is made of it): it is never logged. That of
// an API token is the token's id, which opens nothing.
class Logon {
  public:
    // An empty `api_token`: a session. It ends at the latest at `last`, whatever still uses it.
    Logon(const Uuid& id, std::string account, std::string api_token, RoleSet roles, std::string version,
          SteadyClock::time_point time, SteadyClock::time_point last = SteadyClock::time_point::max());

    const Uuid& id() const { return id_; }
    const std::string& account() const { return account_; }
    bool is_of_token() const { return !api_token_.empty(); }
    const std::string& api_token() const { return api_token_; }  // its name
    // For logs: "ann", "ann (token nightly)".
    std::string who() const;
    RoleSet roles() const { return roles_; }
    const std::string& version() const { return version_; }  // "v1_7", "latest"

    // The one T of this session, made when it is first asked for; it lives as long as the session object. T
    // is safe for all threads.
    template <typename T>
    T& attachment() {
        std::lock_guard lock(mutex_);
        auto& slot = attachments_[std::type_index(typeid(T))];
        if (!slot) slot = std::make_shared<T>();
        return *static_cast<T*>(slot.get());
    }

    SteadyClock::time_point last_used() const { return last_used_; }

    // Ends by then, also while it is used.
    bool has_last_time() const { return last_ != SteadyClock::time_point::max(); }
    bool is_over() const;
    // Called once, without locks, when the session ends. At once where it has ended. A callback must not
    // throw.
    void on_end(std::function<void(LogonEnd)> callback);

  private:
    friend class LogonRegistry;
    friend class LogonUse;
    void end(LogonEnd how);

    const Uuid id_;
    const std::string account_;
    const std::string api_token_;
    const RoleSet roles_;
    const std::string version_;
    const SteadyClock::time_point last_;
    std::atomic<SteadyClock::time_point> last_used_;
    std::atomic<int> uses_ = 0;  // requests and downloads under way: such a session does not expire
    mutable std::mutex mutex_;
    std::optional<LogonEnd> ended_;
    std::unordered_map<std::type_index, std::shared_ptr<void>> attachments_;
    std::vector<std::function<void(LogonEnd)>> callbacks_;
};

struct LogonLimits {
    std::chrono::minutes idle{15};
    std::size_t sessions = 2'000;
    std::size_t sessions_of_account = 200;
};

class LogonRegistry;

// A request that uses a session. While one is held the session does not expire; the idle time starts when the
// last one goes.
class LogonUse {
  public:
    LogonUse() = default;
    LogonUse(LogonUse&& other) noexcept = default;
    LogonUse& operator=(LogonUse&& other) noexcept {
        std::swap(logon_, other.logon_);
        std::swap(registry_, other.registry_);
        return *this;
    }
    ~LogonUse();

    explicit operator bool() const { return logon_ != nullptr; }
    const std::shared_ptr<Logon>& logon() const { return logon_; }

  private:
    friend class LogonRegistry;
    LogonUse(std::shared_ptr<Logon> logon, const LogonRegistry& registry)
        : logon_(std::move(logon)), registry_(&registry) {}
    std::shared_ptr<Logon> logon_;
    const LogonRegistry* registry_ = nullptr;  // outlives all requests
};

// Any thread.
class LogonRegistry {
  public:
    explicit LogonRegistry(LogonLimits limits = {}, SteadyNow now = SteadyClock::now);
    ~LogonRegistry();

    // Beyond a limit the session that has been idle longest ends: of the account, or of all.
    // With a `longest`, it ends then at the latest.
    std::shared_ptr<Logon> open(std::string account, RoleSet roles, std::string version,
                                std::optional<std::chrono::hours> longest = std::nullopt);
    // One of an earlier run of the server, unused for `idle`.
    std::shared_ptr<Logon> restore(const Uuid& id, std::string account, RoleSet roles, std::string version,
                                   std::chrono::seconds idle);
    // A session. Empty where there is none, or it has expired.
    LogonUse use(const Uuid& id);
    // What stands for that API token, made where there is nothing yet. Empty where it has expired.
    LogonUse use(const TokenGrant& grant);
    bool end(const Uuid& id);
    // For accounts that were deleted, or whose password or roles were changed.
    void end_account(std::string_view account);
    // The server stops.
    void end_all();
    // What an account may know of its own: all its sessions; by an API token, only what stands for that.
    std::vector<std::shared_ptr<Logon>> shown_to(const Logon& asking) const;
    std::vector<std::shared_ptr<Logon>> all() const;
    // Ends the expired ones; to be called about once a minute, because it is what drops forgotten mounts.
    std::size_t sweep();
    std::size_t count() const;

  private:
    friend class LogonUse;
    using Sessions = std::unordered_map<Uuid, std::shared_ptr<Logon>>;
    using Ended = std::vector<std::shared_ptr<Logon>>;

    bool is_expired(const Logon& logon) const;
    template <typename Condition>
    Ended take_if(Condition condition);
    LogonUse use_if(const Uuid& id, bool of_token);
    void displace_oldest(std::size_t limit, std::string_view account, Ended& ended);
    std::shared_ptr<Logon> add(std::shared_ptr<Logon> logon);
    static void finish(const Ended& ended, LogonEnd how = LogonEnd::over);

    const LogonLimits limits_;
    const SteadyNow now_;
    mutable std::mutex mutex_;
    Sessions sessions_;
};

}  // namespace holdfast::api
