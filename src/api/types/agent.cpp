#include "api/types/agent.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(Agents, "AgentsServiceType", (Resource), ())
HOLDFAST_ROOT(AgentRestorePoint, "AgentRestorePointEntityType", (Entity),
              (CreationTimeUTC, Algorithm, PointType))
HOLDFAST_LIST(AgentRestorePoints, "AgentRestorePointEntityListType", "AgentRestorePoint")
HOLDFAST_ROOT(AgentRestorePointMount, "AgentRestorePointMountType", (Resource), (FSRoots))
HOLDFAST_LIST(AgentRestorePointMounts, "AgentRestorePointMountListType", "AgentRestorePointMount")

HOLDFAST_ENUM(HostStatus, Online, Offline)
HOLDFAST_ENUM(AgentStatus, NotInstalled, Installed, UnsupportedOs, Failed, Exclude)
HOLDFAST_ROOT(DiscoveredComputer, "DiscoveredComputerEntityType", (Entity),
              (HostStatus, AgentVersion, AgentStatus, OsVersion, IpAddress, HierarchyObjRef))
HOLDFAST_LIST(DiscoveredComputers, "DiscoveredComputerEntityListType", "DiscoveredComputer")
HOLDFAST_ROOT(AgentProtectionGroup, "AgentProtectionGroupEntityType", (Entity),
              (RescanScheduleEnabled, HierarchyObjRef))
HOLDFAST_LIST(AgentProtectionGroups, "AgentProtectionGroupEntityListType", "AgentProtectionGroup")

HOLDFAST_ROOT(ObjectInAgentBackupJob, "ObjectInAgentBackupJobType", (Resource),
              (ObjectInJobId, Name, DisplayName, GuestProcessingOptions))
HOLDFAST_LIST(ObjectsInAgentBackupJob, "ObjectInAgentBackupJobListType", "ObjectInAgentBackupJob")
HOLDFAST_PART(AgentBackupJobInfoType, (),
              (Includes, GuestProcessingOptions, GfsRetentionPolicy, SimpleRetentionPolicy))
HOLDFAST_ROOT(AgentBackupJob, "AgentBackupJobEntityType", (Entity),
              (JobType, Platform, Description, ScheduleConfigured, ScheduleEnabled, NextRun,
               JobScheduleOptions, JobInfo))
HOLDFAST_LIST(AgentBackupJobs, "AgentBackupJobEntityListType", "AgentBackupJob")

}  // namespace holdfast::api
