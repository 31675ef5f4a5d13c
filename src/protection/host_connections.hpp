// The connections to libvirt hosts: one a host, made when first needed and kept.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catalog/managed_servers.hpp"
#include "hypervisor/host.hpp"
#include "protection/environment.hpp"

namespace holdfast::protection {

// A machine on a host, as lookups and jobs name it.
struct Machine {
    catalog::ManagedServer server;
    hypervisor::Domain domain;
};

// Holds one machine for backup or clean-up; others are refused meanwhile. Ends with the object.
class MachineClaim {
  public:
    explicit MachineClaim(std::function<void()> release) : release_(std::move(release)) {}
    MachineClaim(MachineClaim&& other) noexcept : release_(std::exchange(other.release_, nullptr)) {}
    MachineClaim& operator=(MachineClaim&&) = delete;
    ~MachineClaim() {
        if (release_) release_();
    }

  private:
    std::function<void()> release_;
};

// Any thread.
class HostConnections {
  public:
    explicit HostConnections(const Environment& environment) : servers_(environment.database) {}

    // not_found for an unknown server; unavailable where libvirt does not answer.
    hypervisor::Host& connect(const Uuid& server);
    // The server is gone, or its connection is to be made anew.
    void forget(const Uuid& server);

    // Connects, then adds the host to the catalog. An empty name: the host's own.
    catalog::ManagedServer add(std::string name, std::string description, const std::string& uri);
    void remove(const Uuid& server);

    // The host that a restore point names its machine by. not_found where it was removed from Holdfast.
    hypervisor::Host& connect_to_root(const Uuid& hierarchy_root, const std::string& vm_name);

    // not_found where the host or the machine is unknown.
    Machine find_machine(const Uuid& hierarchy_root, const Uuid& domain);

    // conflict while this server backs up that machine already.
    MachineClaim claim(const Uuid& server, const Uuid& domain, const std::string& name);

  private:
    catalog::ManagedServers servers_;
    std::mutex mutex_;
    std::set<std::pair<Uuid, Uuid>> claimed_;
    std::map<Uuid, std::shared_ptr<hypervisor::Host>> hosts_;
    // Of removed servers: work that still runs may hold a reference.
    std::vector<std::shared_ptr<hypervisor::Host>> retired_;
};

}  // namespace holdfast::protection
