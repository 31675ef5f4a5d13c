#include "protection/scope_machines.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace holdfast::protection {

HostInventory& ScopeMachines::inventory(const Uuid& hierarchy_root) {
    auto known = inventories_.find(hierarchy_root);
    if (known != inventories_.end()) return known->second;
    auto server = servers_.find_by_hierarchy_root(hierarchy_root);
    if (!server)
        throw Error(ErrorKind::not_found,
                    "There is no host with the hierarchy root " + hierarchy_root.to_string());
    HostInventory made(hosts_.connect(server->id), {hierarchy_root.to_string(), server->name});
    made.machines();  // here and now: all or nothing of a host
    return inventories_.emplace(hierarchy_root, std::move(made)).first->second;
}

std::vector<Uuid> ScopeMachines::in(const catalog::AccountScope& scope) {
    if (scope.object_type == catalog::scope_type::machine) {
        auto domain = Uuid::parse(scope.object_id);
        return domain ? std::vector{*domain} : std::vector<Uuid>();
    }
    auto& host = inventory(scope.hierarchy_root);
    auto found = host.machines_in(scope.object_type, scope.object_id);
    const auto& domains = host.machines();
    auto add_if_gone = [&](const std::vector<Uuid>& machines) {
        for (const auto& machine : machines)
            if (std::ranges::find(domains, machine, &hypervisor::Domain::uuid) == domains.end())
                found.push_back(machine);
    };
    add_if_gone(scopes_.machines(scope.id));
    if (scope.object_type == catalog::scope_type::host)
        add_if_gone(scopes_.machines_with_backups(scope.hierarchy_root));
    return found;
}

}  // namespace holdfast::protection
