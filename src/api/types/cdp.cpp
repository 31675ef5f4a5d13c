#include "api/types/cdp.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_PART(RPOScheduleType, (), (Enabled, TimePeriods))
HOLDFAST_PART(RPOThresholdOptionsType, (), (Enabled, RPOThresholdSeconds, RPOThresholdMinutes))
HOLDFAST_PART(RPOReportingType, (), (Enabled, MarkAsWarning, MarkAsFailed))
HOLDFAST_PART(LongTermRetentionScheduleType, (), (Enabled, TimePeriods))
HOLDFAST_PART(CdpReplicaScheduleOptionsType, (),
              (RecoveryPointObjectiveSeconds, RecoveryPointObjectiveMinutes, RPOSchedule, RPOReporting,
               ShortTermRetentionMinutes, ShortTermRetentionHours, LongTermRetentionHours,
               LongTermRetentionKeepDays, LongTermRetentionSchedule))
HOLDFAST_PART(PolicyScheduleOptionsType, (), (CdpReplica))
HOLDFAST_PART(CdpReplicaPolicyInfoType, (), (Includes, GuestProcessingOptions))
HOLDFAST_PART(CdpPolicyInfoType, (), (CdpReplicaPolicyInfo))
HOLDFAST_ROOT(CdpPolicy, "CdpPolicyEntityType", (Entity),
              (PolicyType, Platform, Description, ScheduleConfigured, ScheduleEnabled, NextRun,
               PolicyScheduleOptions, CdpPolicyInfo))
HOLDFAST_LIST(CdpPolicies, "CdpPolicyEntityListType", "CdpPolicy")

HOLDFAST_ROOT(CdpReplicaSession, "CdpReplicaSessionEntityType", (Entity),
              (PolicyUid, PolicyName, PolicyType, CreationTimeUTC, EndTimeUTC, State, Result, Progress,
               FailureMessage, IsRetry))
HOLDFAST_LIST(CdpReplicaSessions, "CdpReplicaSessionEntityListType", "CdpReplicaSession")
HOLDFAST_ROOT(CdpReplicaTaskSession, "CdpReplicaTaskSessionEntityType", (Entity),
              (PolicySessionUid, CreationTimeUTC, EndTimeUTC, State, Result, Reason, TotalSize,
               VmDisplayName))
HOLDFAST_LIST(CdpReplicaTaskSessions, "CdpReplicaTaskSessionEntityListType", "CdpReplicaTaskSession")

HOLDFAST_ROOT(CdpReplica, "CdpReplicaEntityType", (Entity), (BackupServer, PolicyUid, PolicyName))
HOLDFAST_LIST(CdpReplicas, "CdpReplicaEntityListType", "CdpReplica")
HOLDFAST_ROOT(CdpReplicaVm, "CdpReplicaVmEntityType", (Entity),
              (VmRef, ReplicaUid, BackupServer, PolicyUid, PolicyName, RepositoryName))
HOLDFAST_LIST(CdpReplicaVms, "CdpReplicaVmEntityListType", "CdpReplicaVm")
HOLDFAST_ROOT(VmCdpReplica, "VmCdpReplicaEntityType", (CdpReplicaVm), ())
HOLDFAST_LIST(VmCdpReplicas, "VmCdpReplicaEntityListType", "VmCdpReplica")
HOLDFAST_JSON_NAMES(VAppCdpReplica, {"vAppRef", "VAppRef"})
HOLDFAST_ROOT(VAppCdpReplica, "VAppCdpReplicaEntityType", (Entity),
              (vAppRef, ReplicaUid, BackupServer, PolicyUid, PolicyName))
HOLDFAST_LIST(VAppCdpReplicas, "VAppCdpReplicaEntityListType", "VAppCdpReplica")
HOLDFAST_ROOT(VAppCdpReplicaVm, "VAppCdpReplicaVmEntityType", (Entity), (ReplicaUid, VmRef))
HOLDFAST_LIST(VAppCdpReplicaVms, "VAppCdpReplicaVmEntityListType", "VAppCdpReplicaVm")

HOLDFAST_PART(CdpReplicaIntervalType, (), (StartDate, EndDate, Rpo, IntervalType))
HOLDFAST_PART(CdpReplicaIntervalListType, (), (Interval))
HOLDFAST_PART(CdpReplicaRestorePointType, (), (Id, Date, IsApplicationConsistent))
HOLDFAST_PART(CdpReplicaRestorePointListType, (), (RestorePoint))
HOLDFAST_ROOT(CdpReplicaIntervals, "CdpReplicaIntervalsType", (),
              (StartDate, EndDate, HasApplicationConsistentState, Intervals, RestorePoints))
HOLDFAST_ANY_ROOT(CdpReplicaIntervalsSpec, "CdpReplicaIntervalsSpecType", (StartDate, EndDate))
HOLDFAST_JSON_NAMES(CdpFailoverStartSpec, {"RestoreAtPointinTime", "RestoreAtPointInTime"})
HOLDFAST_ROOT(CdpFailoverStartSpec, "CdpFailoverStartSpecType", (),
              (RestoreCurrent, RestoreCurrentVss, RestoreAtInterval, RestoreAtPointinTime))

}  // namespace holdfast::api
