#include "protection/host_inventory.hpp"

#include <algorithm>
#include <tuple>

#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/account_scopes.hpp"

namespace holdfast::protection {
namespace {

using hypervisor::Domain;

template <typename Object>
const Object& find_by_uuid(const std::vector<Object>& objects, const std::string& id, const char* kind) {
    for (const auto& object : objects)
        if (object.uuid.to_string() == id) return object;
    throw Error(ErrorKind::not_found, std::string("The host has no ") + kind + " " + id);
}

// What `ask` answers of the machine, asked once. A machine that went meanwhile holds nothing.
template <typename Value, typename Ask>
const Value& once(std::map<Uuid, Value>& known, const Uuid& domain, Ask ask) {
    auto found = known.find(domain);
    if (found != known.end()) return found->second;
    Value value;
    try {
        value = ask();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_found) throw;
    }
    return known.emplace(domain, std::move(value)).first->second;
}

template <typename Condition>
std::vector<Uuid> domains_where(const std::vector<Domain>& domains, Condition condition) {
    std::vector<Uuid> result;
    for (const auto& domain : domains)
        if (condition(domain.uuid)) result.push_back(domain.uuid);
    return result;
}

template <typename Object>
std::vector<InventoryObject> named_by_uuid(const std::vector<Object>& objects) {
    std::vector<InventoryObject> result;
    for (const auto& object : objects) result.push_back({object.uuid.to_string(), object.name});
    return result;
}

}  // namespace

bool is_below(const std::filesystem::path& folder, const std::filesystem::path& file) {
    auto relative = file.lexically_normal().lexically_relative(folder.lexically_normal());
    return !relative.empty() && *relative.begin() != "..";
}

const std::vector<Domain>& HostInventory::machines() {
    if (!machines_) machines_ = host_.domains();
    return *machines_;
}
const std::vector<hypervisor::StoragePool>& HostInventory::pools() {
    if (!pools_) pools_ = host_.storage_pools();
    return *pools_;
}
const std::vector<hypervisor::Network>& HostInventory::networks() {
    if (!networks_) networks_ = host_.networks();
    return *networks_;
}

const std::vector<std::filesystem::path>& HostInventory::disks_of(const Uuid& domain) {
    return once(disks_of_, domain, [&] {
        std::vector<std::filesystem::path> sources;
        for (const auto& disk : host_.disks(domain).disks) sources.push_back(disk.source);
        return sources;
    });
}
const std::vector<std::string>& HostInventory::networks_of(const Uuid& domain) {
    return once(networks_of_, domain, [&] { return host_.networks_of(domain); });
}
const std::vector<std::string>& HostInventory::tags_of(const Uuid& domain) {
    return once(tags_of_, domain, [&] { return host_.tags(domain); });
}

// Each once, as it is first written.
std::vector<InventoryObject> HostInventory::tags() {
    std::map<std::string, InventoryObject> by_lower_case;
    for (const auto& machine : machines())
        for (const auto& tag : tags_of(machine.uuid)) by_lower_case.try_emplace(to_lower(tag), tag, tag);
    std::vector<InventoryObject> result;
    for (auto& [_, tag] : by_lower_case) result.push_back(std::move(tag));
    return result;
}

std::vector<InventoryObject> HostInventory::objects(std::string_view type) {
    std::vector<InventoryObject> found;
    if (type == catalog::scope_type::machine) found = named_by_uuid(machines());
    if (type == catalog::scope_type::host) found = {self_};
    if (type == catalog::scope_type::storage_pool) found = named_by_uuid(pools());
    if (type == catalog::scope_type::network) found = named_by_uuid(networks());
    if (type == catalog::scope_type::tag) found = tags();
    std::ranges::sort(found, {}, [](const auto& object) { return std::tie(object.name, object.id); });
    return found;
}

std::vector<Uuid> HostInventory::machines_in(std::string_view type, const std::string& id) {
    if (type == catalog::scope_type::storage_pool) return in_pool(id);
    if (type == catalog::scope_type::network) return in_network(id);
    if (type == catalog::scope_type::tag) return with_tag(id);
    bool is_all = type == catalog::scope_type::host;
    return domains_where(machines(), [&](const Uuid& domain) { return is_all || domain.to_string() == id; });
}

std::vector<Uuid> HostInventory::in_pool(const std::string& id) {
    const auto& pool = find_by_uuid(pools(), id, "storage pool");
    if (pool.path.empty()) return {};
    return domains_where(machines(), [&](const Uuid& domain) {
        return std::ranges::any_of(disks_of(domain),
                                   [&](const auto& disk) { return is_below(pool.path, disk); });
    });
}

std::vector<Uuid> HostInventory::in_network(const std::string& id) {
    const auto& network = find_by_uuid(networks(), id, "network");
    return domains_where(machines(), [&](const Uuid& domain) {
        const auto& names = networks_of(domain);
        return std::ranges::find(names, network.name) != names.end();
    });
}

std::vector<Uuid> HostInventory::with_tag(const std::string& wanted) {
    return domains_where(machines(), [&](const Uuid& domain) {
        return std::ranges::any_of(tags_of(domain),
                                   [&](const auto& tag) { return equal_ignoring_case(tag, wanted); });
    });
}

}  // namespace holdfast::protection
