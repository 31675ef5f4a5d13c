// Owners of what libvirt's C API hands out.
#pragma once

#include <libvirt/libvirt.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace holdfast::hypervisor {

struct FreeLibvirt {
    void operator()(virDomainPtr domain) const { ::virDomainFree(domain); }
    void operator()(virDomainCheckpointPtr checkpoint) const { ::virDomainCheckpointFree(checkpoint); }
    void operator()(virStoragePoolPtr pool) const { ::virStoragePoolFree(pool); }
    void operator()(virStorageVolPtr volume) const { ::virStorageVolFree(volume); }
    void operator()(virNetworkPtr network) const { ::virNetworkFree(network); }
    void operator()(char* text) const { std::free(text); }
    void operator()(virSecurityLabelPtr labels) const { std::free(labels); }
};

using DomainHandle = std::unique_ptr<virDomain, FreeLibvirt>;
using CheckpointHandle = std::unique_ptr<virDomainCheckpoint, FreeLibvirt>;
using StoragePoolHandle = std::unique_ptr<virStoragePool, FreeLibvirt>;
using StorageVolumeHandle = std::unique_ptr<virStorageVol, FreeLibvirt>;
using NetworkHandle = std::unique_ptr<virNetwork, FreeLibvirt>;
using LibvirtText = std::unique_ptr<char, FreeLibvirt>;

// Takes over an array of `count` objects and the array itself, as the virConnectListAll... functions give
// them.
template <typename Handle>
std::vector<Handle> take_array(typename Handle::pointer* array, int count) {
    std::vector<Handle> result;
    for (int i = 0; i < count; ++i) result.emplace_back(array[i]);
    std::free(array);
    return result;
}

}  // namespace holdfast::hypervisor
