// What a host has: machines, and what holds machines (the host itself, storage pools, networks, tags).
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hypervisor/host.hpp"

namespace holdfast::protection {

struct InventoryObject {
    std::string id;  // as references to it end; see catalog::scope_type
    std::string name;
};

// By their names alone: what is linked there is not looked at.
bool is_below(const std::filesystem::path& folder, const std::filesystem::path& file);

// For one question, on one thread: the host is asked once for each list, when it is first needed.
class HostInventory {
  public:
    // `name` and `id` are those of the host as an object of its own inventory.
    HostInventory(hypervisor::Host& host, InventoryObject self) : host_(host), self_(std::move(self)) {}

    const std::vector<hypervisor::Domain>& machines();
    // Of a catalog::scope_type, by name.
    std::vector<InventoryObject> objects(std::string_view type);
    // The machines that the object holds. not_found for a pool or network that the host does not have; a tag
    // that no machine has holds none.
    std::vector<Uuid> machines_in(std::string_view type, const std::string& id);

  private:
    std::vector<InventoryObject> tags();
    std::vector<Uuid> in_pool(const std::string& id);
    std::vector<Uuid> in_network(const std::string& id);
    std::vector<Uuid> with_tag(const std::string& wanted);
    const std::vector<hypervisor::StoragePool>& pools();
    const std::vector<hypervisor::Network>& networks();
    const std::vector<std::filesystem::path>& disks_of(const Uuid& domain);
    const std::vector<std::string>& networks_of(const Uuid& domain);
    const std::vector<std::string>& tags_of(const Uuid& domain);

    hypervisor::Host& host_;
    InventoryObject self_;
    std::optional<std::vector<hypervisor::Domain>> machines_;
    std::optional<std::vector<hypervisor::StoragePool>> pools_;
    std::optional<std::vector<hypervisor::Network>> networks_;
    std::map<Uuid, std::vector<std::filesystem::path>> disks_of_;
    std::map<Uuid, std::vector<std::string>> networks_of_;
    std::map<Uuid, std::vector<std::string>> tags_of_;
};

}  // namespace holdfast::protection
