// What tenants come in by: gateways and their pools, and the bodies that make them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

struct CloudConnectService : Resource {};

enum class CloudGatewayNetworking { Direct, NAT };

// Also the body of an edit, which sends only what it changes.
struct CloudGateway : Entity {
    std::optional<bool> Enabled;
    std::optional<CloudGatewayNetworking> NetworkMode;
    std::optional<std::string> ExternalIP;
    std::optional<std::uint16_t> ExternalPort;
    std::optional<std::uint16_t> InternalPort;
    std::optional<std::string> Description;
};
struct CloudGateways : List<CloudGateway> {};

struct CreateCloudGatewaySpec {
    Text<1, 255> ServerHostName;
    std::optional<std::string> Description;
    std::optional<std::string> ExternalIp;
    std::optional<std::uint16_t> ExternalPort;  // 6180 where it is missing
    CloudGatewayNetworking NetworkType = CloudGatewayNetworking::Direct;
    std::optional<std::uint16_t> InternalPort;  // 8080 where it is missing
    std::optional<std::string> BackupServerUid;
};

struct CloudGatewayPoolGatewayListType {
    std::vector<std::string> CloudGatewayUid;
};

struct CloudGatewayPoolTenantListType {
    std::vector<std::string> CloudTenantUid;
};

struct CloudGatewayPoolUidListType {
    std::vector<std::string> CloudGatewayPoolUid;
};

// Also the body of an edit, which sends only what it changes.
struct CloudGatewayPool : Entity {
    std::optional<std::string> Description;
    std::optional<CloudGatewayPoolGatewayListType> CloudGateways;
    std::optional<CloudGatewayPoolTenantListType> CloudTenants;
    std::optional<std::string> BackupServerUid;
};
struct CloudGatewayPools : List<CloudGatewayPool> {};

struct CreateCloudGatewayPoolSpec {
    Text<1, 255> Name;
    std::optional<std::string> Description;
    CloudGatewayPoolGatewayListType CloudGateways;
    std::optional<CloudGatewayPoolTenantListType> CloudTenants;
    Text<1, 256> BackupServerUid;
};

}  // namespace holdfast::api
