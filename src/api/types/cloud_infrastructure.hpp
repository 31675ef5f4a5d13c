// What a service provider offers to tenants: hardware plans, public addresses, ranges of VLANs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/cloud_tenant.hpp"

namespace holdfast::api {

enum class HardwareParentType { ClusterComputeResource, HostSystem };
enum class HardwareDatastoreType { Datastore, StoragePod };

struct CloudHardwarePlanNetworkInfoType {
    std::optional<std::int64_t> CountWithInternet;
    std::optional<std::int64_t> CountWithoutInternet;
    Attribute<std::optional<std::string>> Id;
};

struct HardwarePlanDatastoreType {
    Text<1, 255> FriendlyName;
    HardwareDatastoreType DatastoreType = HardwareDatastoreType::Datastore;
    Text<1, 512> Reference;
    std::optional<std::string> RootPath;
    std::int64_t QuotaGb = 0;
    Attribute<std::optional<std::string>> Id;
};

struct HardwarePlanDatastoreListType {
    std::vector<HardwarePlanDatastoreType> Datastore;
};

struct ViCloudHardwarePlanType {
    Text<1, 512> HypervisorHostRef;
    HardwareParentType ParentType = HardwareParentType::HostSystem;
    Text<1, 255> ParentName;
    HardwarePlanDatastoreListType Datastores;
    std::optional<CloudHardwarePlanNetworkInfoType> Network;
};

struct HardwarePlanVolumeType {
    Text<1, 255> FriendlyName;
    Text<1, 1024> VolumePath;
    std::int64_t QuotaGb = 0;
    Attribute<std::optional<std::string>> Id;
};

struct HardwarePlanVolumeListType {
    std::vector<HardwarePlanVolumeType> Volume;
};

struct HvCloudHardwarePlanType {
    Text<1, 512> HypervisorHostRef;
    HardwarePlanVolumeListType Volumes;
    std::optional<CloudHardwarePlanNetworkInfoType> Network;
};

// VMware or Hyper-V.
struct HardwarePlanDetailsType {
    std::optional<ViCloudHardwarePlanType> ViCloudHardwarePlan;
    std::optional<HvCloudHardwarePlanType> HvCloudHardwarePlan;
};

// Also the body of an edit.
struct CloudHardwarePlan : Entity {
    std::optional<std::string> Description;
    std::int64_t ProcessorUsageLimitMhz = 0;
    std::int64_t MemoryUsageLimitMb = 0;
    HardwarePlanDetailsType HardwarePlanDetails;
};
struct CloudHardwarePlans : List<CloudHardwarePlan> {};

struct CloudHardwarePlanCreateSpec {
    Text<1, 256> BackupServerUid;
    Text<1, 255> Name;
    std::optional<std::string> Description;
    std::int64_t ProcessorUsageLimitMhz = 0;
    std::int64_t MemoryUsageLimitMb = 0;
    HardwarePlanDetailsType HardwarePlanDetails;
};

// Also the body of an edit.
struct CloudPublicIpAddress : Entity {
    std::optional<std::string> IpAddress;
    std::optional<std::string> TenantUid;
    Attribute<std::optional<std::string>> BackupServerUid;
};
struct CloudPublicIpAddresses : List<CloudPublicIpAddress> {};

struct CloudPublicIpAddressCreateSpec {
    Text<1, 256> BackupServerUid;
    Text<1, 64> IpAddressLowerBound;
    Text<1, 64> IpAddressUpperBound;
};

enum class VlanSwitchType { VirtualSwitch, DistributedVirtualSwitch };

// Also the body of an edit, which sends only what it changes.
struct VlanConfiguration : Entity {
    std::optional<std::string> HostRef;
    std::optional<CloudPlatform> PlatformType;
    std::optional<std::int64_t> VlanIdsWithInternetLeftBound;
    std::optional<std::int64_t> VlanIdsWithInternetRightBound;
    std::optional<std::int64_t> VlanIdsWithoutInternetLeftBound;
    std::optional<std::int64_t> VlanIdsWithoutInternetRightBound;
    std::optional<std::string> SwitchName;
    std::optional<std::string> SwitchId;
    std::optional<std::string> ClusterName;
    std::optional<std::string> ClusterId;
    std::optional<VlanSwitchType> SwitchType;
};
struct VlanConfigurations : List<VlanConfiguration> {};

}  // namespace holdfast::api
