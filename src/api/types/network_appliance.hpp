// The appliance that connects a tenant's replicas to its network after a failover.
#pragma once

#include <optional>
#include <string>

#include "api/description/field_types.hpp"

namespace holdfast::api {

// IPv4, in dotted form.
struct ManualIpAddressSettingsInfoType {
    Text<1, 255> IpAddress;
    Text<1, 255> SubnetMask;
    Text<1, 255> DefaultGateway;
};

struct NetworkApplianceInfoType {
    Text<1, 255> Name;
    Text<1, 255> ProductionNetwork;
    bool ObtainIPAddressAutomatically = false;
    // Needed where the address is not obtained automatically; the wire calls the member as the type.
    std::optional<api::ManualIpAddressSettingsInfoType> ManualIpAddressSettingsInfoType;
    std::optional<std::string> ViDistributedSwitchUuid;
    std::optional<bool> ProductionNetworkUnderDvs;
};

}  // namespace holdfast::api
