#include "api/routing/logon_registry.hpp"

#include <algorithm>

namespace holdfast::api {

Logon::Logon(const Uuid& id, std::string account, std::string api_token, RoleSet roles, std::string version,
             SteadyClock::time_point time, SteadyClock::time_point last)
    : id_(id),
      account_(std::move(account)),
      api_token_(std::move(api_token)),
      roles_(roles),
      version_(std::move(version)),
      last_(last),
      last_used_(time) {}

std::string Logon::who() const {
    return is_of_token() ? account_ + " (token " + api_token_ + ")" : account_;
}

void Logon::on_end(std::function<void(LogonEnd)> callback) {
    LogonEnd how{};
    {
        std::lock_guard lock(mutex_);
        if (!ended_) {
            callbacks_.push_back(std::move(callback));
            return;
        }
        how = *ended_;
    }
    callback(how);
}

bool Logon::is_over() const {
    std::lock_guard lock(mutex_);
    return ended_.has_value();
}

void Logon::end(LogonEnd how) {
    std::vector<std::function<void(LogonEnd)>> callbacks;
    {
        std::lock_guard lock(mutex_);
        ended_ = how;
        callbacks.swap(callbacks_);
    }
    for (auto& callback : callbacks) callback(how);
}

LogonUse::~LogonUse() {
    if (!logon_) return;
    logon_->last_used_ = registry_->now_();
    --logon_->uses_;
}

LogonRegistry::LogonRegistry(LogonLimits limits, SteadyNow now) : limits_(limits), now_(std::move(now)) {}
LogonRegistry::~LogonRegistry() {
    end_all();
}

bool LogonRegistry::is_expired(const Logon& logon) const {
    return now_() >= logon.last_ || (logon.uses_ == 0 && now_() - logon.last_used_.load() >= limits_.idle);
}

template <typename Condition>
LogonRegistry::Ended LogonRegistry::take_if(Condition condition) {
    Ended taken;
    std::lock_guard lock(mutex_);
    std::erase_if(sessions_, [&](const auto& entry) {
        if (!condition(*entry.second)) return false;
        taken.push_back(entry.second);
        return true;
    });
    return taken;
}

// An empty account means all of them. With the lock held.
void LogonRegistry::displace_oldest(std::size_t limit, std::string_view account, Ended& ended) {
    auto oldest = sessions_.end();
    std::size_t count = 0;
    for (auto it = sessions_.begin(); it != sessions_.end(); ++it) {
        if (!account.empty() && it->second->account() != account) continue;
        ++count;
        auto age = [](const Logon& logon) { return std::pair(logon.uses_ > 0, logon.last_used_.load()); };
        if (oldest == sessions_.end() || age(*it->second) < age(*oldest->second)) oldest = it;
    }
    if (count < limit || oldest == sessions_.end()) return;
    ended.push_back(oldest->second);
    sessions_.erase(oldest);
}

std::shared_ptr<Logon> LogonRegistry::open(std::string account, RoleSet roles, std::string version,
                                           std::optional<std::chrono::hours> longest) {
    auto time = now_();
    return add(std::make_shared<Logon>(Uuid::random(), std::move(account), "", roles, std::move(version),
                                       time, longest ? time + *longest : SteadyClock::time_point::max()));
}

std::shared_ptr<Logon> LogonRegistry::restore(const Uuid& id, std::string account, RoleSet roles,
                                              std::string version, std::chrono::seconds idle) {
    return add(std::make_shared<Logon>(id, std::move(account), "", roles, std::move(version), now_() - idle));
}

std::shared_ptr<Logon> LogonRegistry::add(std::shared_ptr<Logon> logon) {
    Ended ended;
    {
        std::lock_guard lock(mutex_);
        displace_oldest(limits_.sessions_of_account, logon->account(), ended);
        displace_oldest(limits_.sessions, {}, ended);
        // Two requests may bring the same API token for the first time.
        logon = sessions_.emplace(logon->id(), logon).first->second;
    }
    finish(ended);
    return logon;
}

LogonUse LogonRegistry::use(const Uuid& id) {
    return use_if(id, false);
}

LogonUse LogonRegistry::use(const TokenGrant& grant) {
    for (;;) {
        auto use = use_if(grant.token, true);
        if (use && use.logon()->account() == grant.account && use.logon()->roles() == grant.roles) return use;
        // Its account is another than it was.
        if (use) end(grant.token);
        auto left = grant.expires - holdfast::now();
        if (left.count() <= 0) return {};
        auto time = now_();
        add(std::make_shared<Logon>(grant.token, grant.account, grant.token_name, grant.roles, "latest", time,
                                    time + left));
    }
}

// What has expired ends here.
LogonUse LogonRegistry::use_if(const Uuid& id, bool of_token) {
    Ended ended;
    {
        std::lock_guard lock(mutex_);
        auto found = sessions_.find(id);
        if (found == sessions_.end() || found->second->is_of_token() != of_token) return {};
        if (!is_expired(*found->second)) {
            ++found->second->uses_;
            return {found->second, *this};
        }
        ended.push_back(found->second);
        sessions_.erase(found);
    }
    finish(ended);
    return {};
}

bool LogonRegistry::end(const Uuid& id) {
    Ended ended = take_if([&](const Logon& logon) { return logon.id() == id; });
    finish(ended);
    return !ended.empty();
}

void LogonRegistry::end_account(std::string_view account) {
    finish(take_if([&](const Logon& logon) { return logon.account() == account; }));
}

void LogonRegistry::end_all() {
    finish(take_if([](const Logon&) { return true; }), LogonEnd::server_stops);
}

std::size_t LogonRegistry::sweep() {
    Ended ended = take_if([this](const Logon& logon) { return is_expired(logon); });
    finish(ended);
    return ended.size();
}

std::vector<std::shared_ptr<Logon>> LogonRegistry::shown_to(const Logon& asking) const {
    std::vector<std::shared_ptr<Logon>> found;
    std::lock_guard lock(mutex_);
    for (const auto& [id, logon] : sessions_) {
        bool is_shown = asking.is_of_token() ? id == asking.id()
                                             : !logon->is_of_token() && logon->account() == asking.account();
        if (is_shown && !is_expired(*logon)) found.push_back(logon);
    }
    std::ranges::sort(found, {}, [](const auto& logon) { return logon->id(); });
    return found;
}

std::vector<std::shared_ptr<Logon>> LogonRegistry::all() const {
    std::vector<std::shared_ptr<Logon>> found;
    std::lock_guard lock(mutex_);
    for (const auto& [_, logon] : sessions_) found.push_back(logon);
    return found;
}

std::size_t LogonRegistry::count() const {
    std::lock_guard lock(mutex_);
    return sessions_.size();
}

void LogonRegistry::finish(const Ended& ended, LogonEnd how) {
    for (const auto& logon : ended) logon->end(how);
}

}  // namespace holdfast::api
