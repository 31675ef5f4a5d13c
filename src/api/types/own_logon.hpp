// Who asks, an addition to EM's API: what a program that shows the API to a person wants to know first.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

struct OwnLogonRoleListType {
    std::vector<std::string> Role;  // "Portal User"
};

struct OwnLogon : Resource {
    std::string UserName;
    std::string SessionId;  // as LogonSession tells it; of an API token its id
    OwnLogonRoleListType Roles;
    bool SeesAllMachines = false;  // there is no scope that limits it
    std::int32_t IdleTimeoutSeconds = 0;
    std::string ServerName;
    std::string ServerVersion;
};

}  // namespace holdfast::api
