// The machines in a scope, by the inventory of its host.
#pragma once

#include <map>
#include <vector>

#include "catalog/account_scopes.hpp"
#include "catalog/managed_servers.hpp"
#include "protection/host_connections.hpp"
#include "protection/host_inventory.hpp"

namespace holdfast::protection {

// For one rebuild, on one thread: each host is asked once what machines it has.
class ScopeMachines {
  public:
    ScopeMachines(catalog::AccountScopes& scopes, catalog::ManagedServers& servers, HostConnections& hosts)
        : scopes_(scopes), servers_(servers), hosts_(hosts) {}

    // A machine that is not on its host any more stays in the scopes that it was in: its backups are what the
    // account is there for. unavailable where the host does not answer, not_found for a pool that is gone.
    std::vector<Uuid> in(const catalog::AccountScope& scope);

  private:
    HostInventory& inventory(const Uuid& hierarchy_root);

    catalog::AccountScopes& scopes_;
    catalog::ManagedServers& servers_;
    HostConnections& hosts_;
    std::map<Uuid, HostInventory> inventories_;
};

}  // namespace holdfast::protection
