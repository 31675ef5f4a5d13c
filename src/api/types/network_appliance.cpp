#include "api/types/network_appliance.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_PART(ManualIpAddressSettingsInfoType, (), (IpAddress, SubnetMask, DefaultGateway))
HOLDFAST_PART(NetworkApplianceInfoType, (),
              (Name, ProductionNetwork, ObtainIPAddressAutomatically, ManualIpAddressSettingsInfoType,
               ViDistributedSwitchUuid, ProductionNetworkUnderDvs))

}  // namespace holdfast::api
