#include "api/types/query_result.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_JSON_NAMES(ResourcesType, {"sInObjectJob", "SInObjectJob"})
HOLDFAST_PART(ResourcesType, (),
              (sInObjectJob, Tasks, CredentialsInfoList, PasswordKeyInfoList, CloudSubtenants,
               ObjectsInAgentBackupJob, NASObjects))
// Those of the families that a version has.
HOLDFAST_VERSIONS(EntitiesType, {"FileServers", since(ApiVersion::v1_5)},
                  {"NASJobs", since(ApiVersion::v1_5)}, {"CdpReplicas", since(ApiVersion::v1_6)},
                  {"CdpReplicaVms", since(ApiVersion::v1_6)}, {"CdpPolicies", since(ApiVersion::v1_6)},
                  {"CdpReplicaSessions", since(ApiVersion::v1_6)},
                  {"CdpReplicaTaskSessions", since(ApiVersion::v1_6)},
                  {"VAppReplicaPoints", since(ApiVersion::v1_7)}, {"VmCdpReplicas", since(ApiVersion::v1_7)},
                  {"VAppCdpReplicas", since(ApiVersion::v1_7)},
                  {"VAppCdpReplicaVms", since(ApiVersion::v1_7)}, {"SystemSessions", since(ApiVersion::v1_7)})
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
