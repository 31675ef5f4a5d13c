#include "api/types/cloud_failover.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(CloudReplica, "CloudReplicaEntityType", (Entity), (Platform))
HOLDFAST_LIST(CloudReplicas, "CloudReplicaEntityListType", "CloudReplica")
HOLDFAST_ENUM(CloudReplicaState, Unknown, Ready, Failover, Failback, PermanentFailover)
HOLDFAST_ROOT(CloudVmReplicaPoint, "CloudVmReplicaPointEntityType", (Entity),
              (CreationTimeUTC, PointType, State, VmDisplayName))
HOLDFAST_LIST(CloudVmReplicaPoints, "CloudVmReplicaPointEntityListType", "CloudVmReplicaPoint")

HOLDFAST_ROOT(CloudFailoveredVm, "CloudFailoveredVmType", (Resource), (FailoverPlanVMId, Name, Order))
HOLDFAST_LIST(CloudFailoveredVms, "CloudFailoveredVmListType", "CloudFailoveredVm")
HOLDFAST_PART(CloudFailoverPlanOptionsInfoType, (),
              (PostFailoverPlanCommandEnabled, PostFailoverPlanCommand, PreFailoverPlanCommandEnabled,
               PreFailoverPlanCommand))
HOLDFAST_PART(CloudFailoverPlanVmListType, (), (CloudFailoverPlanVm))
HOLDFAST_PART(CloudFailoverPlanInfoType, (), (Includes))
HOLDFAST_ROOT(CloudFailoverPlan, "CloudFailoverPlanEntityType", (Entity),
              (TenantUid, TenantName, Description, CloudFailoverPlanOptions, CloudFailoverPlanInfo))
HOLDFAST_LIST(CloudFailoverPlans, "CloudFailoverPlanEntityListType", "CloudFailoverPlan")
HOLDFAST_ROOT(CloudFailoverPlanManagementSpec, "CloudFailoverPlanManagementSpecType", (),
              (StartNow, StartDate))

HOLDFAST_ENUM(CloudFailoverState, Starting, Stopping, Working, Stopped)
HOLDFAST_PART(CloudFailoverTaskType, (),
              (VmReplicaPointLink, CreationTimeUTC, EndTimeUTC, State, Result, Progress, FailureMessage,
               VmName))
HOLDFAST_PART(CloudFailoverTaskListType, (), (CloudFailoverTasks))
HOLDFAST_ROOT(CloudFailoverSession, "CloudFailoverSessionEntityType", (Entity),
              (JobType, CreationTimeUTC, EndTimeUTC, State, Result, Progress, FailureMessage,
               CloudFailoverTasks))
HOLDFAST_LIST(CloudFailoverSessions, "CloudFailoverSessionEntityListType", "CloudFailoverSession")

}  // namespace holdfast::api
