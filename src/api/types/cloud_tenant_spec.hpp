// The bodies that make tenants, subtenants and what they are given.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/types/cloud_tenant.hpp"

namespace holdfast::api {

struct CreateCloudTenantResourceSpec {
    Text<1, 255> Name;
    Text<1, 256> RepositoryUid;
    std::int64_t QuotaMb = 0;
    std::optional<std::string> WanAcceleratorUid;
};

struct CloudTenantComputeResourceCreateSpec {
    Text<1, 256> CloudHardwarePlanUid;
    std::optional<std::string> WanAcceleratorUid;
    CloudPlatform PlatformType = CloudPlatform::VMware;
    bool UseNetworkFailoverResources = false;
    std::optional<NetworkApplianceInfoType> NetworkAppliance;
};

struct CloudTenantVCloudComputeResourceCreateSpec {
    Text<1, 512> VirtualDataCenterRef;
    bool UseNetworkFailoverResources = false;
    std::optional<NetworkApplianceInfoType> NetworkAppliance;
    std::optional<std::string> WanAcceleratorUid;
};

struct BackupResourceListType {
    std::vector<CreateCloudTenantResourceSpec> BackupResource;
};

struct ComputeResourceListType {
    std::vector<CloudTenantComputeResourceCreateSpec> ComputeResource;
};

struct VCloudComputeResourceListType {
    std::vector<CloudTenantVCloudComputeResourceCreateSpec> VCloudComputeResource;
};

enum class CloudTenantType { Standalone, vCD, ActiveDirectory };

struct CloudTenantADDomainInfoType {
    Text<1, 255> DomainName;
    Text<1, 255> DomainAccount;
    std::uint16_t Port = 0;
};

struct CreateCloudTenantSpec {
    Text<1, 255> Name;
    std::optional<std::string> Description;
    std::optional<std::string> Password;
    std::optional<bool> Enabled;
    std::optional<Timestamp> LeaseExpirationDate;
    std::optional<BackupResourceListType> Resources;
    std::optional<ComputeResourceListType> ComputeResources;
    std::optional<bool> ThrottlingEnabled;
    std::optional<std::int64_t> ThrottlingSpeedLimit;
    std::optional<api::ThrottlingSpeedUnit> ThrottlingSpeedUnit;
    std::optional<std::int64_t> PublicIPCount;
    Text<1, 256> BackupServerUid;
    std::optional<std::int64_t> MaxConcurrentTasks;
    std::optional<bool> BackupProtectionEnabled;
    std::optional<std::int64_t> BackupProtectionPeriod;  // days
    std::optional<CloudTenantType> TenantType;
    std::optional<std::string> OrganizationRef;  // of a vCD tenant
    std::optional<VCloudComputeResourceListType> VCloudComputeResources;
    std::optional<CloudGatewayPoolUidListType> CloudGatewayPools;
    std::optional<bool> FailoverToOtherGatewaysIfFail;
    std::optional<CloudTenantADDomainInfoType> Domain;
};

struct CloudSubtenantCreateSpec {
    Text<1, 255> Name;
    std::optional<std::string> Description;
    Text<1, 1024> Password;
    std::optional<bool> Enabled;
    Text<1, 256> TenantResourceId;
    std::optional<std::string> QuotaName;
    std::optional<std::int64_t> QuotaMb;
    bool UnlimitedQuota = false;
};

}  // namespace holdfast::api
