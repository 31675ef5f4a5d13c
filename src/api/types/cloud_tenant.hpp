// Tenants of a service provider, what they were given, and the bodies that give it. Identifiers are
// attributes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/cloud_gateway.hpp"
#include "api/types/network_appliance.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

struct CloudTenantRepositoryQuotaInfoType {
    std::optional<std::string> DisplayName;
    std::optional<std::string> RepositoryUid;
    std::optional<std::string> WanAcceleratorUid;
    std::optional<std::int64_t> Quota;  // MB
    std::optional<std::int64_t> UsedQuota;
};

struct CloudTenantResource : Resource {
    std::optional<CloudTenantRepositoryQuotaInfoType> RepositoryQuota;
    Attribute<std::optional<std::string>> Id;
};
struct CloudTenantResources : List<CloudTenantResource> {};

struct StorageResourceStatType {
    std::string StorageName;
    std::int64_t StorageUsageGb = 0;
    std::int64_t StorageLimitGb = 0;
};

struct StorageResourceStatsListType {
    std::vector<StorageResourceStatType> StorageResourceStat;
};

struct ComputeResourceStatsInfoType {
    std::int64_t MemoryUsageMb = 0;
    std::int64_t CPUCount = 0;
    std::optional<StorageResourceStatsListType> StorageResourceStats;
};

enum class CloudPlatform { VMware, HyperV };

struct CloudTenantComputeResource : Resource {
    std::optional<std::string> CloudHardwarePlanUid;
    std::optional<std::string> WanAcceleratorUid;
    std::optional<CloudPlatform> PlatformType;
    std::optional<bool> UseNetworkFailoverResources;
    std::optional<NetworkApplianceInfoType> NetworkAppliance;
    std::optional<ComputeResourceStatsInfoType> ComputeResourceStats;
    Attribute<std::optional<std::string>> Id;
};
struct CloudTenantComputeResources : List<CloudTenantComputeResource> {};

enum class AllocationModel { Unknown, AllocationPool, PayAsYouGo, ReservationPool, Flex };

struct VCloudComputeResourceUsageType {
    std::int64_t CpuUsageMhz = 0;
    std::int64_t MemoryUsageMb = 0;
    std::int64_t StorageUsageGb = 0;
};

struct CloudTenantVCloudComputeResource : Resource {
    std::optional<std::string> VirtualDataCenterName;
    std::optional<std::string> VirtualDataCenterRef;
    std::optional<bool> Enabled;
    std::optional<api::AllocationModel> AllocationModel;
    std::optional<bool> UseNetworkFailoverResources;
    std::optional<VCloudComputeResourceUsageType> ResourceUsage;
    std::optional<std::string> WanAcceleratorUid;
    std::optional<NetworkApplianceInfoType> NetworkAppliance;
    Attribute<std::optional<std::string>> Id;
};
struct CloudTenantVCloudComputeResources : List<CloudTenantVCloudComputeResource> {};

struct CloudTenantLeaseOptionsType {
    std::optional<Timestamp> LeaseExpirationDate;
    Attribute<std::optional<bool>> Enabled;
};

enum class ThrottlingSpeedUnit { Mbps, KBps, MBps };

struct CloudTenantDomainType {
    std::optional<std::string> DomainName;
    std::optional<std::int64_t> Port;
};

struct ADTenantType {
    std::optional<CloudTenantDomainType> Domain;
    std::optional<std::string> Account;
};

struct CloudTenantUsernameType {
    std::optional<std::string> Username;
};

struct StandaloneTenantType {
    std::optional<CloudTenantUsernameType> TenantCredentials;
};

struct VCloudTenantType {
    std::optional<std::string> OrganizationName;
    std::optional<std::string> OrganizationRef;
};

// One of the three.
struct CloudTenantKindType {
    std::optional<api::ADTenantType> ADTenantType;
    std::optional<StandaloneTenantType> StandaloneTenant;
    std::optional<VCloudTenantType> vCloudTenant;
};

// Also the body of an edit, which sends only what it changes.
struct CloudTenant : Entity {
    std::optional<std::string> Password;  // empty in answers
    std::optional<std::string> Description;
    std::optional<bool> Enabled;
    std::optional<CloudTenantLeaseOptionsType> LeaseOptions;
    std::optional<CloudTenantResources> Resources;
    std::optional<std::string> LastResult;  // "Success"
    std::optional<Timestamp> LastActive;
    std::optional<std::int64_t> VmCount;
    std::optional<CloudTenantComputeResources> ComputeResources;
    std::optional<bool> ThrottlingEnabled;
    std::optional<std::int64_t> ThrottlingSpeedLimit;
    std::optional<api::ThrottlingSpeedUnit> ThrottlingSpeedUnit;
    std::optional<std::int64_t> PublicIpCount;
    std::optional<std::int64_t> BackupCount;
    std::optional<std::int64_t> ReplicaCount;
    std::optional<std::int64_t> MaxConcurrentTasks;
    std::optional<std::int64_t> WorkStationBackupCount;
    std::optional<std::int64_t> ServerBackupCount;
    std::optional<bool> BackupProtectionEnabled;
    std::optional<std::int64_t> BackupProtectionPeriod;  // days
    std::optional<CloudTenantKindType> TenantType;
    std::optional<CloudTenantVCloudComputeResources> VCloudComputeResources;
    std::optional<CloudGatewayPoolUidListType> CloudGatewayPools;
    std::optional<bool> FailoverToOtherGatewaysIfFail;
};
struct CloudTenants : List<CloudTenant> {};

struct CloudTenantFreeLicenseCounters : Resource {
    std::int64_t RentalVMBackupCount = 0;
    std::int64_t RentalWorkstationBackupCount = 0;
    std::int64_t RentalServerBackupCount = 0;
    std::int64_t NewVMBackupCount = 0;
    std::int64_t NewWorkstationBackupCount = 0;
    std::int64_t NewServerBackupCount = 0;
    std::int64_t NewVMReplicaCount = 0;
};

struct CloudSubtenantRepositoryQuotaInfoType {
    std::optional<std::string> DisplayName;
    std::optional<std::string> TenantResourceId;
    std::optional<std::int64_t> QuotaMb;
    std::optional<std::int64_t> UsedQuotaMb;
    std::optional<std::string> QuotaId;
    Attribute<std::optional<bool>> Unlimited;
};

// Also the body of an edit, which sends only what it changes.
struct CloudSubtenant : Resource {
    std::optional<std::string> Name;
    std::optional<std::string> Description;
    std::optional<std::string> Password;  // empty in answers
    std::optional<bool> Enabled;
    std::optional<CloudSubtenantRepositoryQuotaInfoType> RepositoryQuota;
    Attribute<std::optional<std::string>> Id;
};
struct CloudSubtenants : List<CloudSubtenant> {};

}  // namespace holdfast::api
