// Tenants' replicas at a service provider, and the plans and sessions of their failover.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/replica.hpp"

namespace holdfast::api {

struct CloudReplica : Entity {
    api::Platform Platform = api::Platform::CustomPlatform;
};
struct CloudReplicas : List<CloudReplica> {};

enum class CloudReplicaState { Unknown, Ready, Failover, Failback, PermanentFailover };

struct CloudVmReplicaPoint : Entity {
    Timestamp CreationTimeUTC{};
    ReplicaPointType PointType = ReplicaPointType::Snapshot;
    CloudReplicaState State = CloudReplicaState::Unknown;
    Attribute<std::optional<std::string>> VmDisplayName;
};
struct CloudVmReplicaPoints : List<CloudVmReplicaPoint> {};

struct CloudFailoveredVm : Resource {
    std::optional<std::string> FailoverPlanVMId;
    std::optional<std::string> Name;
    std::optional<std::int64_t> Order;
};
struct CloudFailoveredVms : List<CloudFailoveredVm> {};

struct CloudFailoverPlanOptionsInfoType {
    std::optional<bool> PostFailoverPlanCommandEnabled;
    std::optional<std::string> PostFailoverPlanCommand;
    std::optional<bool> PreFailoverPlanCommandEnabled;
    std::optional<std::string> PreFailoverPlanCommand;
};

struct CloudFailoverPlanVmListType {
    std::vector<CloudFailoveredVm> CloudFailoverPlanVm;
};

struct CloudFailoverPlanInfoType {
    std::optional<CloudFailoverPlanVmListType> Includes;
};

// Also the body of an edit, which sends only what it changes.
struct CloudFailoverPlan : Entity {
    std::optional<std::string> TenantUid;
    std::optional<std::string> TenantName;
    std::optional<std::string> Description;
    std::optional<CloudFailoverPlanOptionsInfoType> CloudFailoverPlanOptions;
    std::optional<CloudFailoverPlanInfoType> CloudFailoverPlanInfo;
};
struct CloudFailoverPlans : List<CloudFailoverPlan> {};

struct CloudFailoverPlanManagementSpec {
    std::optional<bool> StartNow;
    std::optional<Timestamp> StartDate;
};

enum class CloudFailoverState { Starting, Stopping, Working, Stopped };

struct CloudFailoverTaskType {
    std::optional<Link> VmReplicaPointLink;
    Timestamp CreationTimeUTC{};
    std::optional<Timestamp> EndTimeUTC;
    CloudFailoverState State = CloudFailoverState::Starting;
    SessionResult Result = SessionResult::None;
    std::int32_t Progress = 0;  // percent
    std::optional<std::string> FailureMessage;
    Attribute<std::optional<std::string>> VmName;
};

// The wire calls the list as its items.
struct CloudFailoverTaskListType {
    std::vector<CloudFailoverTaskType> CloudFailoverTasks;
};

struct CloudFailoverSession : Entity {
    std::string JobType;  // "FailoverPlan"
    Timestamp CreationTimeUTC{};
    std::optional<Timestamp> EndTimeUTC;
    CloudFailoverState State = CloudFailoverState::Starting;
    SessionResult Result = SessionResult::None;
    std::int32_t Progress = 0;
    std::optional<std::string> FailureMessage;
    std::optional<CloudFailoverTaskListType> CloudFailoverTasks;
};
struct CloudFailoverSessions : List<CloudFailoverSession> {};

}  // namespace holdfast::api
