#include "api/types/cloud_gateway.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(CloudConnectService, "CloudConnectServiceType", (Resource), ())

HOLDFAST_ENUM(CloudGatewayNetworking, Direct, NAT)
HOLDFAST_ROOT(CloudGateway, "CloudGatewayEntityType", (Entity),
              (Enabled, NetworkMode, ExternalIP, ExternalPort, InternalPort, Description))
HOLDFAST_LIST(CloudGateways, "CloudGatewayEntityListType", "CloudGateway")
HOLDFAST_ROOT(CreateCloudGatewaySpec, "CreateCloudGatewaySpecType", (),
              (ServerHostName, Description, ExternalIp, ExternalPort, NetworkType, InternalPort,
               BackupServerUid))

HOLDFAST_PART(CloudGatewayPoolGatewayListType, (), (CloudGatewayUid))
HOLDFAST_PART(CloudGatewayPoolTenantListType, (), (CloudTenantUid))
HOLDFAST_PART(CloudGatewayPoolUidListType, (), (CloudGatewayPoolUid))
HOLDFAST_ROOT(CloudGatewayPool, "CloudGatewayPoolEntityType", (Entity),
              (Description, CloudGateways, CloudTenants, BackupServerUid))
HOLDFAST_LIST(CloudGatewayPools, "CloudGatewayPoolEntityListType", "CloudGatewayPool")
HOLDFAST_ROOT(CreateCloudGatewayPoolSpec, "CreateCloudGatewayPoolSpecType", (),
              (Name, Description, CloudGateways, CloudTenants, BackupServerUid))

}  // namespace holdfast::api
