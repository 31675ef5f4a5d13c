// Finds out which machines the scopes of accounts hold.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "catalog/account_scopes.hpp"
#include "protection/environment.hpp"
#include "protection/host_connections.hpp"

namespace holdfast::protection {

class SystemWork;

// Any thread.
class ScopeKeeper {
  public:
    ScopeKeeper(const Environment& environment, HostConnections& hosts);

    // Rebuilds all of them now and once a day, on a thread of its own that ends with the object.
    void start();

    // Each of them asks the hosts, goes on where one does not answer, and then throws unavailable: the scopes
    // of that host keep the machines that they had. How many scopes were rebuilt; where there were some, it
    // is a system session.
    std::size_t rebuild_all(std::stop_token stop);
    std::size_t rebuild_unprocessed(std::stop_token stop);
    std::size_t rebuild_of(const Uuid& account, std::stop_token stop);

  private:
    std::size_t rebuild(const std::vector<catalog::AccountScope>& scopes, const std::stop_token& stop);
    std::size_t rebuild(const std::vector<catalog::AccountScope>& scopes, SystemWork& work,
                        const std::stop_token& stop);
    void run(std::stop_token stop);

    const Environment& environment_;
    catalog::AccountScopes scopes_;
    HostConnections& hosts_;
    catalog::ManagedServers servers_;
    std::mutex mutex_;
    std::condition_variable_any next_day_;
    std::jthread thread_;
};

}  // namespace holdfast::protection
