#include "api/types/cloud_infrastructure.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ENUM(HardwareParentType, ClusterComputeResource, HostSystem)
HOLDFAST_ENUM(HardwareDatastoreType, Datastore, StoragePod)
HOLDFAST_PART(CloudHardwarePlanNetworkInfoType, (), (CountWithInternet, CountWithoutInternet, Id))
HOLDFAST_PART(HardwarePlanDatastoreType, (), (FriendlyName, DatastoreType, Reference, RootPath, QuotaGb, Id))
HOLDFAST_PART(HardwarePlanDatastoreListType, (), (Datastore))
HOLDFAST_PART(ViCloudHardwarePlanType, (), (HypervisorHostRef, ParentType, ParentName, Datastores, Network))
HOLDFAST_PART(HardwarePlanVolumeType, (), (FriendlyName, VolumePath, QuotaGb, Id))
HOLDFAST_PART(HardwarePlanVolumeListType, (), (Volume))
HOLDFAST_PART(HvCloudHardwarePlanType, (), (HypervisorHostRef, Volumes, Network))
HOLDFAST_CHOICE_PART(HardwarePlanDetailsType, (ViCloudHardwarePlan, HvCloudHardwarePlan))
HOLDFAST_ROOT(CloudHardwarePlan, "CloudHardwarePlanEntityType", (Entity),
              (Description, ProcessorUsageLimitMhz, MemoryUsageLimitMb, HardwarePlanDetails))
HOLDFAST_LIST(CloudHardwarePlans, "CloudHardwarePlanEntityListType", "CloudHardwarePlan")
HOLDFAST_ROOT(CloudHardwarePlanCreateSpec, "CloudHardwarePlanCreateSpecType", (),
              (BackupServerUid, Name, Description, ProcessorUsageLimitMhz, MemoryUsageLimitMb,
               HardwarePlanDetails))

HOLDFAST_ROOT(CloudPublicIpAddress, "CloudPublicIpAddressEntityType", (Entity),
              (IpAddress, TenantUid, BackupServerUid))
HOLDFAST_LIST(CloudPublicIpAddresses, "CloudPublicIpAddressEntityListType", "CloudPublicIpAddress")
HOLDFAST_ROOT(CloudPublicIpAddressCreateSpec, "CloudPublicIpAddressCreateSpecType", (),
              (BackupServerUid, IpAddressLowerBound, IpAddressUpperBound))

HOLDFAST_ENUM(VlanSwitchType, VirtualSwitch, DistributedVirtualSwitch)
HOLDFAST_ROOT(VlanConfiguration, "VlanConfigurationEntityType", (Entity),
              (HostRef, PlatformType, VlanIdsWithInternetLeftBound, VlanIdsWithInternetRightBound,
               VlanIdsWithoutInternetLeftBound, VlanIdsWithoutInternetRightBound, SwitchName, SwitchId,
               ClusterName, ClusterId, SwitchType))
HOLDFAST_LIST(VlanConfigurations, "VlanConfigurationEntityListType", "VlanConfiguration")

}  // namespace holdfast::api
