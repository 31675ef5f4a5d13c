#include "api/types/cloud_tenant.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_PART(CloudTenantRepositoryQuotaInfoType, (),
              (DisplayName, RepositoryUid, WanAcceleratorUid, Quota, UsedQuota))
HOLDFAST_ROOT(CloudTenantResource, "CloudTenantResourceType", (Resource), (RepositoryQuota, Id))
HOLDFAST_LIST(CloudTenantResources, "CloudTenantResourceListType", "CloudTenantResource")

HOLDFAST_PART(StorageResourceStatType, (), (StorageName, StorageUsageGb, StorageLimitGb))
HOLDFAST_PART(StorageResourceStatsListType, (), (StorageResourceStat))
HOLDFAST_JSON_NAMES(ComputeResourceStatsInfoType, {"CPUCount", "CpuCount"})
HOLDFAST_PART(ComputeResourceStatsInfoType, (), (MemoryUsageMb, CPUCount, StorageResourceStats))
HOLDFAST_ENUM(CloudPlatform, VMware, HyperV)
HOLDFAST_ROOT(CloudTenantComputeResource, "CloudTenantComputeResourceType", (Resource),
              (CloudHardwarePlanUid, WanAcceleratorUid, PlatformType, UseNetworkFailoverResources,
               NetworkAppliance, ComputeResourceStats, Id))
HOLDFAST_LIST(CloudTenantComputeResources, "CloudTenantComputeResourceListType", "CloudTenantComputeResource")

HOLDFAST_ENUM(AllocationModel, Unknown, AllocationPool, PayAsYouGo, ReservationPool, Flex)
HOLDFAST_PART(VCloudComputeResourceUsageType, (), (CpuUsageMhz, MemoryUsageMb, StorageUsageGb))
HOLDFAST_ROOT(CloudTenantVCloudComputeResource, "CloudTenantVCloudComputeResourceType", (Resource),
              (VirtualDataCenterName, VirtualDataCenterRef, Enabled, AllocationModel,
               UseNetworkFailoverResources, ResourceUsage, WanAcceleratorUid, NetworkAppliance, Id))
HOLDFAST_LIST(CloudTenantVCloudComputeResources, "CloudTenantVCloudComputeResourceListType",
              "CloudTenantVCloudComputeResource")

HOLDFAST_PART(CloudTenantLeaseOptionsType, (), (LeaseExpirationDate, Enabled))
HOLDFAST_ENUM(ThrottlingSpeedUnit, Mbps, KBps, MBps)
HOLDFAST_PART(CloudTenantDomainType, (), (DomainName, Port))
HOLDFAST_PART(ADTenantType, (), (Domain, Account))
HOLDFAST_PART(CloudTenantUsernameType, (), (Username))
HOLDFAST_PART(StandaloneTenantType, (), (TenantCredentials))
HOLDFAST_PART(VCloudTenantType, (), (OrganizationName, OrganizationRef))
HOLDFAST_JSON_NAMES(CloudTenantKindType, {"vCloudTenant", "VCloudTenant"})
HOLDFAST_CHOICE_PART(CloudTenantKindType, (ADTenantType, StandaloneTenant, vCloudTenant))
HOLDFAST_JSON_NAMES(CloudTenant, {"FailoverToOtherGatewaysIfFail", "FailoverToOthersGatewaysIfFail"})
HOLDFAST_ROOT(CloudTenant, "CloudTenantEntityType", (Entity),
              (Password, Description, Enabled, LeaseOptions, Resources, LastResult, LastActive, VmCount,
               ComputeResources, ThrottlingEnabled, ThrottlingSpeedLimit, ThrottlingSpeedUnit, PublicIpCount,
               BackupCount, ReplicaCount, MaxConcurrentTasks, WorkStationBackupCount, ServerBackupCount,
               BackupProtectionEnabled, BackupProtectionPeriod, TenantType, VCloudComputeResources,
               CloudGatewayPools, FailoverToOtherGatewaysIfFail))
HOLDFAST_LIST(CloudTenants, "CloudTenantEntityListType", "CloudTenant")
HOLDFAST_ROOT(CloudTenantFreeLicenseCounters, "CloudTenantFreeLicenseCountersResourceType", (Resource),
              (RentalVMBackupCount, RentalWorkstationBackupCount, RentalServerBackupCount, NewVMBackupCount,
               NewWorkstationBackupCount, NewServerBackupCount, NewVMReplicaCount))

HOLDFAST_PART(CloudSubtenantRepositoryQuotaInfoType, (),
              (DisplayName, TenantResourceId, QuotaMb, UsedQuotaMb, QuotaId, Unlimited))
HOLDFAST_ROOT(CloudSubtenant, "CloudSubtenantType", (Resource),
              (Name, Description, Password, Enabled, RepositoryQuota, Id))
HOLDFAST_LIST(CloudSubtenants, "CloudSubtenantListType", "CloudSubtenant")

}  // namespace holdfast::api
