#include "api/tasks/logon_keeper.hpp"

#include <spdlog/spdlog.h>

#include <boost/describe.hpp>
#include <boost/json.hpp>

#include "base/error.hpp"

namespace holdfast::api {

struct KeptLogon {
    std::string id;
    std::string account;
    std::string api_token;
    std::string version;
    std::vector<std::string> roles;
};
BOOST_DESCRIBE_STRUCT(KeptLogon, (), (id, account, api_token, version, roles))

namespace {

std::string key_of(const Uuid& id) {
    return Uuid::from_name(Uuid(), id.to_string()).to_string();
}
std::string secret_name(const std::string& key) {
    return "logon session " + key;
}

}  // namespace

LogonKeeper::LogonKeeper(LogonRegistry& logons, catalog::Database& database, const SecretBox& secrets)
    : logons_(logons), records_(database), secrets_(secrets) {}

void LogonKeeper::restore() {
    for (const auto& record : records_.list()) {
        try {
            auto kept = boost::json::value_to<KeptLogon>(
                boost::json::parse(secrets_.unseal(secret_name(record.id), record.sealed)));
            auto id = Uuid::parse(kept.id);
            auto idle = std::chrono::duration_cast<std::chrono::seconds>(now() - record.last_used);
            // A token brings back what stands for it, which then ends when the token does.
            bool is_of_token = !kept.api_token.empty();
            if (!id || is_of_token || idle < std::chrono::seconds(0) || idle >= LogonLimits().idle) {
                records_.remove(record.id);
                continue;
            }
            auto logon = logons_.restore(*id, kept.account, parse_roles(kept.roles), kept.version, idle);
            {
                std::lock_guard lock(mutex_);
                kept_.emplace(*id, record.id);
            }
            forget_at_end(*logon, record.id);
        } catch (const std::exception& error) {
            spdlog::warn("A logon session could not be brought back: {}", error.what());
            records_.remove(record.id);
        }
    }
}

std::string LogonKeeper::keep(Logon& logon) {
    auto key = key_of(logon.id());
    {
        std::lock_guard lock(mutex_);
        if (!kept_.emplace(logon.id(), key).second) return key;
    }
    forget_at_end(logon, key);
    save(logon, key);
    return key;
}

// Or it would be there again after a restart, with roles that its account may have lost.
void LogonKeeper::forget_at_end(Logon& logon, const std::string& key) {
    logon.on_end([this, key](LogonEnd how) {
        if (how == LogonEnd::over) forget(key);
    });
}

void LogonKeeper::save(const Logon& logon, const std::string& key) {
    // It would come back without its end. Its tasks are its account's, and found after the next logon.
    if (logon.has_last_time() && !logon.is_of_token()) return;
    KeptLogon kept{logon.id().to_string(), logon.account(), logon.api_token(), logon.version(), {}};
    for (auto role : all_roles)
        if (logon.roles().contains(role)) kept.roles.emplace_back(to_string(role));
    auto idle = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - logon.last_used());
    records_.save({key,
                   secrets_.seal(secret_name(key), boost::json::serialize(boost::json::value_from(kept))),
                   now() - idle});
    if (logon.is_over()) forget(key);  // since it was decided to save it
}

void LogonKeeper::note_idle() {
    for (const auto& logon : logons_.all()) {
        std::string key;
        {
            std::lock_guard lock(mutex_);
            auto found = kept_.find(logon->id());
            if (found == kept_.end()) continue;
            key = found->second;
        }
        try {
            save(*logon, key);
        } catch (const Error& error) {
            spdlog::warn("A logon session could not be stored: {}", error.what());
        }
    }
}

void LogonKeeper::forget(const std::string& key) {
    {
        std::lock_guard lock(mutex_);
        std::erase_if(kept_, [&](const auto& entry) { return entry.second == key; });
    }
    try {
        records_.remove(key);
    } catch (const Error& error) {
        spdlog::warn("A logon session could not be taken out: {}", error.what());
    }
}

}  // namespace holdfast::api
