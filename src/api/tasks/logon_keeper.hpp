// Keeps logon sessions that have begun tasks over a restart of the server, so that their clients need not log
// on again to see how the tasks ended.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "api/routing/logon_registry.hpp"
#include "base/secret.hpp"
#include "catalog/logon_records.hpp"

namespace holdfast::api {

// Any thread.
class LogonKeeper {
  public:
    LogonKeeper(LogonRegistry& logons, catalog::Database& database, const SecretBox& secrets);

    // At the start of the server: brings back the sessions that have not been idle for too long.
    void restore();
    // Keeps this session from now on; what it is known by in the catalog, which is not its id (that is a
    // secret). Cheap when it is kept already.
    std::string keep(Logon& logon);
    // Once a minute: how long the kept ones have been idle.
    void note_idle();

  private:
    void save(const Logon& logon, const std::string& key);
    void forget_at_end(Logon& logon, const std::string& key);
    void forget(const std::string& key);

    LogonRegistry& logons_;
    catalog::LogonRecords records_;
    const SecretBox& secrets_;
    std::mutex mutex_;
    std::map<Uuid, std::string> kept_;  // session id to key
};

}  // namespace holdfast::api
