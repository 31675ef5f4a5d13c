// The libvirt hosts whose virtual machines are protected.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/database.hpp"

namespace holdfast::catalog {

struct ManagedServer {
    Uuid id;
    Uuid hierarchy_root;  // names the host in references to its machines
    std::string name;
    std::string description;
    std::string uri;
    std::string host_id;  // the host's own UUID
};

class ManagedServers {
  public:
    explicit ManagedServers(Database& database) : database_(database) {}

    std::vector<ManagedServer> list();  // by name
    std::optional<ManagedServer> find(const Uuid& id);
    std::optional<ManagedServer> find_by_hierarchy_root(const Uuid& id);
    // conflict when the URI is there already.
    void add(const ManagedServer& server);
    void set_host_id(const Uuid& id, const std::string& host_id);
    // conflict while a job names one of its machines, or one is being backed up.
    void remove(const Uuid& id);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
