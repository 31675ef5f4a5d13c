// Continuous data protection: policies, their sessions, and the replicas that they keep.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/job.hpp"
#include "api/types/session.hpp"

namespace holdfast::api {

// Everything may be missing: a request sends what it changes.
struct RPOScheduleType {
    Attribute<std::optional<bool>> Enabled;
    std::optional<TimePeriodsType> TimePeriods;
};

struct RPOThresholdOptionsType {
    std::optional<bool> Enabled;
    std::optional<std::int64_t> RPOThresholdSeconds;
    std::optional<std::int64_t> RPOThresholdMinutes;
};

struct RPOReportingType {
    std::optional<bool> Enabled;
    std::optional<RPOThresholdOptionsType> MarkAsWarning;
    std::optional<RPOThresholdOptionsType> MarkAsFailed;
};

// Its hours are 0, 1 (crash-consistent) or 2 (application-consistent).
struct LongTermRetentionScheduleType {
    Attribute<std::optional<bool>> Enabled;
    std::optional<TimePeriodsType> TimePeriods;
};

struct CdpReplicaScheduleOptionsType {
    std::optional<std::int64_t> RecoveryPointObjectiveSeconds;
    std::optional<std::int64_t> RecoveryPointObjectiveMinutes;
    std::optional<RPOScheduleType> RPOSchedule;
    std::optional<RPOReportingType> RPOReporting;
    std::optional<std::int64_t> ShortTermRetentionMinutes;
    std::optional<std::int64_t> ShortTermRetentionHours;
    std::optional<std::int64_t> LongTermRetentionHours;
    std::optional<std::int64_t> LongTermRetentionKeepDays;
    std::optional<LongTermRetentionScheduleType> LongTermRetentionSchedule;
};

struct PolicyScheduleOptionsType {
    std::optional<CdpReplicaScheduleOptionsType> CdpReplica;
};

struct CdpReplicaPolicyInfoType {
    std::optional<ObjectsInJob> Includes;
    std::optional<GuestProcessingOptionsType> GuestProcessingOptions;
};

struct CdpPolicyInfoType {
    std::optional<CdpReplicaPolicyInfoType> CdpReplicaPolicyInfo;
};

// Also the body of an edit.
struct CdpPolicy : Entity {
    std::optional<std::string> PolicyType;  // "CdpReplica"
    std::optional<api::Platform> Platform;
    std::optional<std::string> Description;
    std::optional<bool> ScheduleConfigured;
    std::optional<bool> ScheduleEnabled;
    std::optional<Timestamp> NextRun;
    std::optional<PolicyScheduleOptionsType> PolicyScheduleOptions;
    std::optional<CdpPolicyInfoType> CdpPolicyInfo;
};
struct CdpPolicies : List<CdpPolicy> {};

struct CdpReplicaSession : Entity {
    std::string PolicyUid;
    std::string PolicyName;
    std::string PolicyType;
    Timestamp CreationTimeUTC{};
    std::optional<Timestamp> EndTimeUTC;
    SessionState State = SessionState::Starting;
    SessionResult Result = SessionResult::None;
    std::int32_t Progress = 0;  // percent
    std::optional<std::string> FailureMessage;
    bool IsRetry = false;
};
struct CdpReplicaSessions : List<CdpReplicaSession> {};

struct CdpReplicaTaskSession : Entity {
    std::string PolicySessionUid;
    Timestamp CreationTimeUTC{};
    std::optional<Timestamp> EndTimeUTC;
    TaskSessionState State = TaskSessionState::Pending;
    SessionResult Result = SessionResult::None;
    std::optional<std::string> Reason;
    std::int64_t TotalSize = 0;  // bytes
    Attribute<std::optional<std::string>> VmDisplayName;
};
struct CdpReplicaTaskSessions : List<CdpReplicaTaskSession> {};

struct CdpReplica : Entity {
    std::string BackupServer;
    std::string PolicyUid;
    std::string PolicyName;
};
struct CdpReplicas : List<CdpReplica> {};

struct CdpReplicaVm : Entity {
    std::string VmRef;
    std::string ReplicaUid;
    std::string BackupServer;
    std::string PolicyUid;
    std::string PolicyName;
    std::optional<std::string> RepositoryName;
};
struct CdpReplicaVms : List<CdpReplicaVm> {};

// Links and queries call the same machines so.
struct VmCdpReplica : CdpReplicaVm {};
struct VmCdpReplicas : List<VmCdpReplica> {};

struct VAppCdpReplica : Entity {
    std::string vAppRef;
    std::string ReplicaUid;
    std::string BackupServer;
    std::string PolicyUid;
    std::string PolicyName;
};
struct VAppCdpReplicas : List<VAppCdpReplica> {};

struct VAppCdpReplicaVm : Entity {
    std::string ReplicaUid;
    std::string VmRef;
};
struct VAppCdpReplicaVms : List<VAppCdpReplicaVm> {};

struct CdpReplicaIntervalType {
    Timestamp StartDate{};
    Timestamp EndDate{};
    std::int64_t Rpo = 0;      // seconds
    std::string IntervalType;  // "RestoreAvailable"
};

struct CdpReplicaIntervalListType {
    std::vector<CdpReplicaIntervalType> Interval;
};

struct CdpReplicaRestorePointType {
    std::string Id;
    Timestamp Date{};
    bool IsApplicationConsistent = false;
};

struct CdpReplicaRestorePointListType {
    std::vector<CdpReplicaRestorePointType> RestorePoint;
};

// Where within a time span a replica can be restored to.
struct CdpReplicaIntervals {
    Timestamp StartDate{};
    Timestamp EndDate{};
    bool HasApplicationConsistentState = false;
    std::optional<CdpReplicaIntervalListType> Intervals;
    std::optional<CdpReplicaRestorePointListType> RestorePoints;
};

// Asks for them. Its root element is documented nowhere, so that any is taken.
struct CdpReplicaIntervalsSpec {
    Timestamp StartDate{};
    Timestamp EndDate{};
};

struct CdpFailoverStartSpec {
    bool RestoreCurrent = false;
    bool RestoreCurrentVss = false;
    std::optional<Timestamp> RestoreAtInterval;
    std::optional<Timestamp> RestoreAtPointinTime;  // spelled so on the wire
};

}  // namespace holdfast::api
