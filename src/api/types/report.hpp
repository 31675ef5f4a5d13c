// The summary reports: a document with links, and the frames that they lead to. Misspelt names are those of
// the wire.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/types/resource.hpp"

namespace holdfast::api {

struct ReportingSvc : Resource {};

struct SummaryReport : Resource {};

struct OverviewReportFrame : Resource {
    std::int64_t BackupServers = 0;
    std::int64_t ProxyServers = 0;
    std::int64_t RepositoryServers = 0;
    std::int64_t RunningJobs = 0;
    std::int64_t ScheduledJobs = 0;
    // Machines by the result of their last session.
    std::int64_t SuccessfulVmLastestStates = 0;
    std::int64_t WarningVmLastestStates = 0;
    std::int64_t FailedVmLastestStates = 0;
};

// Sizes in bytes.
struct VmsOverviewReportFrame : Resource {
    std::int64_t ProtectedVms = 0;
    std::int64_t BackedUpVms = 0;
    std::int64_t ReplicatedVms = 0;
    std::int64_t RestorePoints = 0;
    std::int64_t FullBackupPointsSize = 0;
    std::int64_t IncrementalBackupPointsSize = 0;
    std::int64_t ReplicaRestorePointsSize = 0;
    std::int64_t SourceVmsSize = 0;
    std::int64_t SuccessBackupPercents = 0;
    std::string ProtectedVmsReportLink;
};

// Durations in seconds.
struct JobStatisticsReportFrame : Resource {
    std::int64_t RunningJobs = 0;
    std::int64_t ScheduledJobs = 0;
    std::int64_t ScheduledBackupJobs = 0;
    std::int64_t ScheduledReplicaJobs = 0;
    std::int64_t TotalJobRuns = 0;
    std::int64_t SuccessfulJobRuns = 0;
    std::int64_t WarningsJobRuns = 0;
    std::int64_t FailedJobRuns = 0;
    std::int64_t MaxJobDuration = 0;
    std::int64_t MaxBackupJobDuration = 0;
    std::int64_t MaxReplicaJobDuration = 0;
    std::string MaxDurationBackupJobName;
    std::string MaxDurationReplicaJobName;
    std::string BackupJobStatusReportLink;
};

// Machines that were worked on within a day.
struct ProcessedVmsDayType {
    Attribute<holdfast::Timestamp> Timestamp;  // the day's beginning
    Attribute<std::int64_t> ReplicatedVms = 0;
    Attribute<std::int64_t> BackupedVms = 0;
};

struct ProcessedVmsReportFrame : Resource {
    std::vector<ProcessedVmsDayType> Day;  // seven, the newest first
};

// A repository; sizes in bytes, -1 where one is not known.
struct RepositoryReportPeriodType {
    std::string Name;
    std::int64_t Capacity = -1;
    std::int64_t FreeSpace = -1;
    std::int64_t BackupSize = 0;
};

struct RepositoryReportFrame : Resource {
    std::vector<RepositoryReportPeriodType> Period;
    Attribute<std::string> CapacityPlanningReportLink;
};

}  // namespace holdfast::api
