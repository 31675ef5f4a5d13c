#include "protection/machine_storages.hpp"

#include <algorithm>

#include "protection/host_inventory.hpp"

namespace holdfast::protection {
namespace {

std::string storage_of(const std::filesystem::path& disk, std::span<const hypervisor::StoragePool> pools) {
    std::filesystem::path innermost;
    for (const auto& pool : pools) {
        bool holds_it = !pool.path.empty() && is_below(pool.path, disk);
        if (holds_it && (innermost.empty() || is_below(innermost, pool.path))) innermost = pool.path;
    }
    if (innermost.empty()) innermost = disk.parent_path();
    return innermost.lexically_normal().string();
}

}  // namespace

std::vector<std::string> storages_of(std::span<const hypervisor::DomainDisk> disks,
                                     std::span<const hypervisor::StoragePool> pools) {
    std::vector<std::string> storages;
    for (const auto& disk : disks) {
        if (disk.source.empty()) continue;
        auto storage = storage_of(disk.source, pools);
        if (std::ranges::find(storages, storage) == storages.end()) storages.push_back(std::move(storage));
    }
    return storages;
}

}  // namespace holdfast::protection
