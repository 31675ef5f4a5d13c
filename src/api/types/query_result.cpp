#include "api/types/query_result.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_JSON_NAMES(ResourcesType, {"sInObjectJob", "SInObjectJob"})
HOLDFAST_PART(ResourcesType, (),
              (sInObjectJob, Tasks, CredentialsInfoList, PasswordKeyInfoList, CloudSubtenants,
               ObjectsInAgentBackupJob, NASObjects))
HOLDFAST_PART(EntitiesType, (),
              (Jobs, FailoverPlans, Backups, Replicas, Repositories, RestorePoints, VmRestorePoints,
               VAppRestorePoints, VmReplicaPoints, BackupJobSessions, ReplicaJobSessions, ReplicaTaskSessions,
               RestoreSessions, HierarchyRoots, BackupTaskSessions, BackupServers, ManagedServers,
               EnterpiseRoles, EnterpiseAccounts, WanAccelerators, CloudGateways, CloudTenants, CloudReplicas,
               VCloudOrganizationConfigs, BackupFiles, VSphereSelfServiceConfigs, CloudPublicIps,
               CloudHardwarePlans, CloudVmReplicaPoints, AgentRestorePoints, AgentBackupJob,
               CloudGatewayPools, CloudFailoverPlans, ExternalRepositories, VlanConfigurations,
               CloudFailoverSessions, AgentProtectionGroups, DiscoveredComputers, FileServers, NASJobs,
               CdpReplicas, CdpReplicaVms, CdpPolicies, CdpReplicaSessions, CdpReplicaTaskSessions,
               VAppReplicaPoints, VmCdpReplicas, VAppCdpReplicas, VAppCdpReplicaVms, SystemSessions))
HOLDFAST_ROOT(QueryResult, "QueryResultType", (), (Refs, Entities, Resources, Links, PagingInfo))

}  // namespace holdfast::api
