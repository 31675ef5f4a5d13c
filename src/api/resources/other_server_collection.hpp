// Asks other servers for all that they have, now and every quarter of an hour.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "catalog/backup_servers.hpp"
#include "peer/peer_session.hpp"

namespace holdfast::api {

peer::PeerAccess access_to(const catalog::BackupServer& server, std::string password);
// With the password that was kept for it.
peer::PeerAccess access_to(const catalog::BackupServer& server, const SecretBox& secrets);

struct CollectedOfOther {
    std::string name;
    std::string version;
    std::size_t objects = 0;              // that were asked for: sessions are those that are new or run
    std::size_t left_out = 0;             // this server or another one has them under the same id
    std::vector<std::string> unreadable;  // what the account there may not list: "jobs"
};

// What the server has is in the catalog then, and what it has no more is not. Throws where it does not answer
// as it should: what was collected stays, and the catalog's server tells why.
CollectedOfOther collect_of_other(catalog::Database& database, const SecretBox& secrets,
                                  const catalog::BackupServer& server);
// One entity that is known or new: "/jobs/<guid>" of an action's links. Whatever else is at the path is not
// asked for.
void refresh_of_other(catalog::Database& database, const Uuid& server, peer::PeerSession& session,
                      const std::string& path);

// Of what `server` did not answer: tells how old what is shown of it is.
void tell_age(Error& error, const catalog::BackupServer& server);

class OtherServersCollector {
  public:
    OtherServersCollector(catalog::Database& database, const SecretBox& secrets)
        : database_(database), secrets_(secrets) {}

    // On a thread of its own, which ends with the object.
    void start();

  private:
    void run(const std::stop_token& stop);
    void collect_all(const std::stop_token& stop);

    catalog::Database& database_;
    const SecretBox& secrets_;
    std::mutex mutex_;
    std::condition_variable_any next_;
    std::jthread thread_;
};

}  // namespace holdfast::api
