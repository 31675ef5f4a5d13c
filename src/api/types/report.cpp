#include "api/types/report.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(ReportingSvc, "ReportingSvcType", (Resource), ())
HOLDFAST_ROOT(SummaryReport, "SummaryReportType", (Resource), ())
HOLDFAST_ROOT(OverviewReportFrame, "OverviewReportFrameType", (Resource),
              (BackupServers, ProxyServers, RepositoryServers, RunningJobs, ScheduledJobs,
               SuccessfulVmLastestStates, WarningVmLastestStates, FailedVmLastestStates))
HOLDFAST_ROOT(VmsOverviewReportFrame, "VmsOverviewReportFrameType", (Resource),
              (ProtectedVms, BackedUpVms, ReplicatedVms, RestorePoints, FullBackupPointsSize,
               IncrementalBackupPointsSize, ReplicaRestorePointsSize, SourceVmsSize, SuccessBackupPercents,
               ProtectedVmsReportLink))
HOLDFAST_ROOT(JobStatisticsReportFrame, "JobStatisticsReportFrameType", (Resource),
              (RunningJobs, ScheduledJobs, ScheduledBackupJobs, ScheduledReplicaJobs, TotalJobRuns,
               SuccessfulJobRuns, WarningsJobRuns, FailedJobRuns, MaxJobDuration, MaxBackupJobDuration,
               MaxReplicaJobDuration, MaxDurationBackupJobName, MaxDurationReplicaJobName,
               BackupJobStatusReportLink))
HOLDFAST_PART(ProcessedVmsDayType, (), (Timestamp, ReplicatedVms, BackupedVms))
HOLDFAST_ROOT(ProcessedVmsReportFrame, "ProcessedVmsReportFrameType", (Resource), (Day))
HOLDFAST_PART(RepositoryReportPeriodType, (), (Name, Capacity, FreeSpace, BackupSize))
HOLDFAST_ROOT(RepositoryReportFrame, "RepositoryReportFrameType", (Resource),
              (Period, CapacityPlanningReportLink))

}  // namespace holdfast::api
