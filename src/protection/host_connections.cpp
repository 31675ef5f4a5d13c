#include "protection/host_connections.hpp"

#include "base/error.hpp"
#include "hypervisor/locality.hpp"

namespace holdfast::protection {
namespace {

const Uuid hierarchy_roots = *Uuid::parse("0b1e7a52-93c4-4d0e-8f6b-5a7d2c19e3f4");

// Disks are read and written as files of this machine: those of another one at the same paths must never be
// taken for them.
std::shared_ptr<hypervisor::Host> connect_here(const std::string& uri) {
    if (!hypervisor::is_of_this_machine(uri))
        throw Error(
            ErrorKind::not_supported,
            "The host " + uri + " is another machine: Holdfast runs on the machine that holds the disks")
            .advise("Run Holdfast there, and add it here as a backup server.");
    return hypervisor::Host::connect(uri);
}

}  // namespace

hypervisor::Host& HostConnections::connect(const Uuid& server) {
    {
        std::lock_guard lock(mutex_);
        if (auto found = hosts_.find(server); found != hosts_.end()) return *found->second;
    }
    auto record = servers_.find(server);
    if (!record) throw Error(ErrorKind::not_found, "There is no managed server " + server.to_string());
    // Connecting takes seconds: others must not wait for it.
    auto host = connect_here(record->uri);
    std::lock_guard lock(mutex_);
    return *hosts_.try_emplace(server, std::move(host)).first->second;
}

hypervisor::Host& HostConnections::connect_to_root(const Uuid& hierarchy_root, const std::string& vm_name) {
    auto server = servers_.find_by_hierarchy_root(hierarchy_root);
    if (!server)
        throw Error(ErrorKind::not_found, "The host of " + vm_name + " was removed from Holdfast")
            .advise("Add the host again, then restore.");
    return connect(server->id);
}

void HostConnections::forget(const Uuid& server) {
    std::lock_guard lock(mutex_);
    auto found = hosts_.find(server);
    if (found == hosts_.end()) return;
    retired_.push_back(std::move(found->second));
    hosts_.erase(found);
}

catalog::ManagedServer HostConnections::add(std::string name, std::string description,
                                            const std::string& uri) {
    auto host = connect_here(uri);
    auto info = host->info();
    catalog::ManagedServer server;
    server.id = Uuid::random();
    // The same for the same host: restore points name their machines by it, also after the host was removed
    // and added again.
    server.hierarchy_root = Uuid::from_name(hierarchy_roots, info.hostname + '\n' + uri);
    server.name = name.empty() ? info.hostname : std::move(name);
    server.description = std::move(description);
    server.uri = uri;
    server.host_id = info.host_uuid.to_string();
    servers_.add(server);
    std::lock_guard lock(mutex_);
    hosts_[server.id] = std::move(host);
    return server;
}

void HostConnections::remove(const Uuid& server) {
    servers_.remove(server);
    forget(server);
}

MachineClaim HostConnections::claim(const Uuid& server, const Uuid& domain, const std::string& name) {
    std::pair key(server, domain);
    std::lock_guard lock(mutex_);
    if (!claimed_.insert(key).second)
        throw Error(ErrorKind::conflict, "Another job backs up the machine " + name + " now")
            .advise("Retry when it has ended.");
    return MachineClaim([this, key] {
        std::lock_guard guard(mutex_);
        claimed_.erase(key);
    });
}

Machine HostConnections::find_machine(const Uuid& hierarchy_root, const Uuid& domain) {
    auto server = servers_.find_by_hierarchy_root(hierarchy_root);
    if (!server)
        throw Error(ErrorKind::not_found,
                    "There is no host with the hierarchy root " + hierarchy_root.to_string());
    return {*server, connect(server->id).find_domain(domain)};
}

}  // namespace holdfast::protection
