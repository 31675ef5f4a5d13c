// Replicas of machines and vApps, their points, and the sessions that made them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/description/list.hpp"
#include "api/types/backup.hpp"
#include "api/types/file_system.hpp"
#include "api/types/session.hpp"

namespace holdfast::api {

struct Replica : Entity {
    api::Platform Platform = api::Platform::CustomPlatform;
};
struct Replicas : List<Replica> {};

enum class ReplicaPointType { CDP, Full, ReverseIncrement, Increment, Snapshot };

struct VmReplicaPoint : Entity {
    Timestamp CreationTimeUTC{};
    std::optional<std::string> VmName;
    PointAlgorithm Algorithm = PointAlgorithm::Full;
    ReplicaPointType PointType = ReplicaPointType::Snapshot;
    Attribute<std::optional<std::string>> VmDisplayName;
};
struct VmReplicaPoints : List<VmReplicaPoint> {};

struct VmReplicaPointMount : Resource {
    std::optional<DirectoryEntryListType> FSRoots;
};
struct VmReplicaPointMounts : List<VmReplicaPointMount> {};

struct VAppReplicaPoint : Entity {
    Timestamp CreationTimeUTC{};
    std::optional<std::string> VAppName;
    PointAlgorithm Algorithm = PointAlgorithm::Full;
    ReplicaPointType PointType = ReplicaPointType::Snapshot;
    Attribute<std::optional<std::string>> VAppDisplayName;
};
struct VAppReplicaPoints : List<VAppReplicaPoint> {};

struct ReplicaJobSession : JobSession {
    bool IsRetry = false;
};
struct ReplicaJobSessions : List<ReplicaJobSession> {};

struct ReplicaTaskSession : Entity {
    std::string JobSessionUid;
    Timestamp CreationTimeUTC{};
    std::optional<Timestamp> EndTimeUTC;
    TaskSessionState State = TaskSessionState::Pending;
    SessionResult Result = SessionResult::None;
    std::string Reason;
    std::int64_t TotalSize = 0;  // bytes
    Attribute<std::optional<std::string>> VmDisplayName;
};
struct ReplicaTaskSessions : List<ReplicaTaskSession> {};

}  // namespace holdfast::api
