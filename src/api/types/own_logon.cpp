#include "api/types/own_logon.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_PART(OwnLogonRoleListType, (), (Role))
HOLDFAST_ROOT(OwnLogon, "OwnLogonType", (Resource),
              (UserName, SessionId, Roles, SeesAllMachines, IdleTimeoutSeconds, ServerName, ServerVersion))

}  // namespace holdfast::api
