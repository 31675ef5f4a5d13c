#include "api/types/failover_plan.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(FailoveredVm, "FailoveredVmType", (Resource),
              (FailoveredVmId, HierarchyObjRef, Name, DisplayName, Order, GuestProcessingOptions))
HOLDFAST_LIST(FailoveredVms, "FailoveredVmListType", "FailoveredVm")
HOLDFAST_PART(FailoverPlanInfoType, (), (Includes))
HOLDFAST_ROOT(FailoverPlan, "FailoverPlanEntityType", (Entity), (Description, FailoverPlanInfo))
HOLDFAST_LIST(FailoverPlans, "FailoverPlanEntityListType", "FailoverPlan")
HOLDFAST_ROOT(FailoverPlanManagementSpec, "FailoverPlanManagementSpecType", (), (StartNow, StartDate))

}  // namespace holdfast::api
