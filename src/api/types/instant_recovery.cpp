#include "api/types/instant_recovery.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ENUM(InstantRecoveryState, Publishing, Published, Migrating, Discarding)

HOLDFAST_ROOT(InstantRecovery, "InstantRecoveryEntityType", (Entity),
              (State, VmDisplayName, RestoredObjRef, CreationTimeUTC, Progress, Reason))
HOLDFAST_LIST(InstantRecoveries, "InstantRecoveryEntityListType", "InstantRecovery")
HOLDFAST_ROOT(InstantRecoverySpec, "InstantRecoverySpecType", (), (VmNewName, PowerOn, ConnectToNetworks))

}  // namespace holdfast::api
