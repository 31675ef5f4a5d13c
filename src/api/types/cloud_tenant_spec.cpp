#include "api/types/cloud_tenant_spec.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(CreateCloudTenantResourceSpec, "CreateCloudTenantResourceSpecType", (),
              (Name, RepositoryUid, QuotaMb, WanAcceleratorUid))
HOLDFAST_ROOT(CloudTenantComputeResourceCreateSpec, "CloudTenantComputeResourceCreateSpecType", (),
              (CloudHardwarePlanUid, WanAcceleratorUid, PlatformType, UseNetworkFailoverResources,
               NetworkAppliance))
HOLDFAST_ROOT(CloudTenantVCloudComputeResourceCreateSpec, "CloudTenantVCloudComputeResourceCreateSpecType",
              (), (VirtualDataCenterRef, UseNetworkFailoverResources, NetworkAppliance, WanAcceleratorUid))

HOLDFAST_PART(BackupResourceListType, (), (BackupResource))
HOLDFAST_PART(ComputeResourceListType, (), (ComputeResource))
HOLDFAST_PART(VCloudComputeResourceListType, (), (VCloudComputeResource))
HOLDFAST_ENUM(CloudTenantType, Standalone, vCD, ActiveDirectory)
HOLDFAST_PART(CloudTenantADDomainInfoType, (), (DomainName, DomainAccount, Port))
HOLDFAST_JSON_NAMES(CreateCloudTenantSpec, {"PublicIPCount", "PublicIpCount"},
                    {"FailoverToOtherGatewaysIfFail", "FailoverToOthersGatewaysIfFail"})
HOLDFAST_ROOT(CreateCloudTenantSpec, "CreateCloudTenantSpecType", (),
              (Name, Description, Password, Enabled, LeaseExpirationDate, Resources, ComputeResources,
               ThrottlingEnabled, ThrottlingSpeedLimit, ThrottlingSpeedUnit, PublicIPCount, BackupServerUid,
               MaxConcurrentTasks, BackupProtectionEnabled, BackupProtectionPeriod, TenantType,
               OrganizationRef, VCloudComputeResources, CloudGatewayPools, FailoverToOtherGatewaysIfFail,
               Domain))
HOLDFAST_ROOT(CloudSubtenantCreateSpec, "CloudSubtenantCreateSpecType", (),
              (Name, Description, Password, Enabled, TenantResourceId, QuotaName, QuotaMb, UnlimitedQuota))

}  // namespace holdfast::api
