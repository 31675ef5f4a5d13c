// Machines that are protected by an agent: their jobs, groups, computers and points.
#pragma once

#include <optional>
#include <string>

#include "api/description/list.hpp"
#include "api/types/backup.hpp"
#include "api/types/file_system.hpp"
#include "api/types/job.hpp"

namespace holdfast::api {

struct Agents : Resource {};

struct AgentRestorePoint : Entity {
    Timestamp CreationTimeUTC{};
    PointAlgorithm Algorithm = PointAlgorithm::Full;
    api::PointType PointType = api::PointType::Full;
};
struct AgentRestorePoints : List<AgentRestorePoint> {};

struct AgentRestorePointMount : Resource {
    std::optional<DirectoryEntryListType> FSRoots;
};
struct AgentRestorePointMounts : List<AgentRestorePointMount> {};

enum class HostStatus { Online, Offline };
enum class AgentStatus { NotInstalled, Installed, UnsupportedOs, Failed, Exclude };

struct DiscoveredComputer : Entity {
    api::HostStatus HostStatus = api::HostStatus::Offline;
    std::optional<std::string> AgentVersion;
    api::AgentStatus AgentStatus = api::AgentStatus::NotInstalled;
    std::optional<std::string> OsVersion;
    std::optional<std::string> IpAddress;
    std::optional<std::string> HierarchyObjRef;
};
struct DiscoveredComputers : List<DiscoveredComputer> {};

struct AgentProtectionGroup : Entity {
    bool RescanScheduleEnabled = false;
    std::optional<std::string> HierarchyObjRef;
};
struct AgentProtectionGroups : List<AgentProtectionGroup> {};

struct ObjectInAgentBackupJob : Resource {
    std::optional<std::string> ObjectInJobId;
    std::optional<std::string> Name;
    std::optional<std::string> DisplayName;
    std::optional<GuestProcessingOptionsType> GuestProcessingOptions;
};
struct ObjectsInAgentBackupJob : List<ObjectInAgentBackupJob> {};

struct AgentBackupJobInfoType {
    std::optional<ObjectsInAgentBackupJob> Includes;
    std::optional<GuestProcessingOptionsType> GuestProcessingOptions;
    std::optional<GfsRetentionPolicyOptionsInfoType> GfsRetentionPolicy;
    std::optional<SimpleRetentionPolicyInfoType> SimpleRetentionPolicy;
};

struct AgentBackupJob : Entity {
    std::optional<api::JobType> JobType;
    std::optional<api::Platform> Platform;
    std::optional<std::string> Description;
    std::optional<bool> ScheduleConfigured;
    std::optional<bool> ScheduleEnabled;
    std::optional<Timestamp> NextRun;
    std::optional<ScheduleOptionsInfoType> JobScheduleOptions;
    std::optional<AgentBackupJobInfoType> JobInfo;
};
struct AgentBackupJobs : List<AgentBackupJob> {};

}  // namespace holdfast::api
