#include "protection/scope_machines.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::protection {
namespace {

using hypervisor::Domain;
using hypervisor::Host;

// A machine that went while its host was asked holds nothing.
template <typename Condition>
std::vector<Uuid> domains_where(const std::vector<Domain>& domains, Condition condition) {
    std::vector<Uuid> result;
    for (const auto& domain : domains) {
        try {
            if (condition(domain)) result.push_back(domain.uuid);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::not_found) throw;
        }
    }
    return result;
}

bool is_below(const std::filesystem::path& folder, const std::filesystem::path& file) {
    auto relative = file.lexically_normal().lexically_relative(folder.lexically_normal());
    return !relative.empty() && *relative.begin() != "..";
}

hypervisor::StoragePool find_pool(Host& host, const catalog::AccountScope& scope) {
    for (auto& pool : host.storage_pools())
        if (pool.uuid.to_string() == scope.object_id) return pool;
    throw Error(ErrorKind::not_found, "The host has no storage pool " + scope.object_id);
}

std::vector<Uuid> in_pool(Host& host, const std::vector<Domain>& domains,
                          const hypervisor::StoragePool& pool) {
    if (pool.path.empty()) return {};
    return domains_where(domains, [&](const Domain& domain) {
        return std::ranges::any_of(host.disks(domain.uuid).disks,
                                   [&](const auto& disk) { return is_below(pool.path, disk.source); });
    });
}

std::vector<Uuid> with_tag(Host& host, const std::vector<Domain>& domains, const std::string& wanted) {
    return domains_where(domains, [&](const Domain& domain) {
        return std::ranges::any_of(host.tags(domain.uuid),
                                   [&](const auto& tag) { return equal_ignoring_case(tag, wanted); });
    });
}

}  // namespace

const ScopeMachines::Inventory& ScopeMachines::inventory(const Uuid& hierarchy_root) {
    auto known = inventories_.find(hierarchy_root);
    if (known != inventories_.end()) return known->second;
    auto server = servers_.find_by_hierarchy_root(hierarchy_root);
    if (!server)
        throw Error(ErrorKind::not_found,
                    "There is no host with the hierarchy root " + hierarchy_root.to_string());
    auto& host = hosts_.connect(server->id);
    return inventories_.emplace(hierarchy_root, Inventory{&host, host.domains()}).first->second;
}

std::vector<Uuid> ScopeMachines::on_host(const catalog::AccountScope& scope) {
    const auto& [host, domains] = inventory(scope.hierarchy_root);
    if (scope.object_type == catalog::scope_type::storage_pool)
        return in_pool(*host, domains, find_pool(*host, scope));
    if (scope.object_type == catalog::scope_type::tag) return with_tag(*host, domains, scope.object_id);
    return domains_where(domains, [](const Domain&) { return true; });
}

std::vector<Uuid> ScopeMachines::in(const catalog::AccountScope& scope) {
    if (scope.object_type == catalog::scope_type::machine) {
        auto domain = Uuid::parse(scope.object_id);
        return domain ? std::vector{*domain} : std::vector<Uuid>();
    }
    auto found = on_host(scope);
    const auto& domains = inventory(scope.hierarchy_root).domains;
    auto add_if_gone = [&](const std::vector<Uuid>& machines) {
        for (const auto& machine : machines)
            if (std::ranges::find(domains, machine, &Domain::uuid) == domains.end()) found.push_back(machine);
    };
    add_if_gone(scopes_.machines(scope.id));
    if (scope.object_type == catalog::scope_type::host)
        add_if_gone(scopes_.machines_with_backups(scope.hierarchy_root));
    return found;
}

}  // namespace holdfast::protection
