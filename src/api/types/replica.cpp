#include "api/types/replica.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(Replica, "ReplicaEntityType", (Entity), (Platform))
HOLDFAST_LIST(Replicas, "ReplicaEntityListType", "Replica")
HOLDFAST_ENUM(ReplicaPointType, CDP, Full, ReverseIncrement, Increment, Snapshot)
HOLDFAST_ROOT(VmReplicaPoint, "VmReplicaPointEntityType", (Entity),
              (CreationTimeUTC, VmName, Algorithm, PointType, VmDisplayName))
HOLDFAST_LIST(VmReplicaPoints, "VmReplicaPointEntityListType", "VmReplicaPoint")
HOLDFAST_ROOT(VmReplicaPointMount, "VmReplicaPointMountType", (Resource), (FSRoots))
HOLDFAST_LIST(VmReplicaPointMounts, "VmReplicaPointMountListType", "VmReplicaPointMount")
HOLDFAST_ROOT(VAppReplicaPoint, "VAppReplicaPointEntityType", (Entity),
              (CreationTimeUTC, VAppName, Algorithm, PointType, VAppDisplayName))
HOLDFAST_LIST(VAppReplicaPoints, "VAppReplicaPointEntityListType", "VAppReplicaPoint")
HOLDFAST_ROOT(ReplicaJobSession, "ReplicaJobSessionEntityType", (JobSession), (IsRetry))
HOLDFAST_LIST(ReplicaJobSessions, "ReplicaJobSessionEntityListType", "ReplicaJobSession")
HOLDFAST_ROOT(ReplicaTaskSession, "ReplicaTaskSessionEntityType", (Entity),
              (JobSessionUid, CreationTimeUTC, EndTimeUTC, State, Result, Reason, TotalSize, VmDisplayName))
HOLDFAST_LIST(ReplicaTaskSessions, "ReplicaTaskSessionEntityListType", "ReplicaTaskSession")

}  // namespace holdfast::api
