#include "api/types/all_roots.hpp"

#include "api/types/agent.hpp"
#include "api/types/api_token.hpp"
#include "api/types/audit.hpp"
#include "api/types/backup.hpp"
#include "api/types/backup_server_spec.hpp"
#include "api/types/boot_verification.hpp"
#include "api/types/catalog.hpp"
#include "api/types/cdp.hpp"
#include "api/types/cloud_failover.hpp"
#include "api/types/cloud_gateway.hpp"
#include "api/types/cloud_infrastructure.hpp"
#include "api/types/cloud_tenant.hpp"
#include "api/types/cloud_tenant_spec.hpp"
#include "api/types/credentials.hpp"
#include "api/types/failover_plan.hpp"
#include "api/types/file_system.hpp"
#include "api/types/guest_scripts.hpp"
#include "api/types/infrastructure.hpp"
#include "api/types/instant_recovery.hpp"
#include "api/types/job.hpp"
#include "api/types/nas.hpp"
#include "api/types/notification.hpp"
#include "api/types/own_logon.hpp"
#include "api/types/query_result.hpp"
#include "api/types/replica.hpp"
#include "api/types/report.hpp"
#include "api/types/repository_upkeep.hpp"
#include "api/types/security.hpp"
#include "api/types/self_service.hpp"
#include "api/types/server_settings.hpp"
#include "api/types/service.hpp"
#include "api/types/session.hpp"
#include "api/types/storage.hpp"
#include "api/types/system_session.hpp"

namespace holdfast::api {
namespace {

template <typename... T>
std::vector<const Shape*> shapes_of() {
    return {&shape_of<T>()...};
}

}  // namespace

const std::vector<const Shape*>& all_roots() {
    static const auto roots = shapes_of<
        EnterpriseManager, LogonSession, LogonSessions, LoginSpec, ErrorDocument, Link, EntityRef,
        EntityReferences, Task, Tasks, LookupSvc, QuerySvc,                                  //
        BackupServer, BackupServers, ManagedServer, ManagedServers, ManagedServerSpec,       //
        HierarchyRoot, HierarchyRoots, HierarchyItem, HierarchyItems,                        //
        Repository, Repositories, RepositorySpec,                                            //
        Job, Jobs, JobSpec, JobCloneSpec, ObjectInJob, ObjectsInJob, CreateObjectInJobSpec,  //
        LinkedJobObject, LinkedJobResourceObjects, LinkedBackup, LinkedBackupRepository,     //
        LinkedBackupRepositoryResourceObjects,                                               //
        BackupJobSession, BackupJobSessions, BackupTaskSession, BackupTaskSessions,          //
        RestoreSession, RestoreSessions,                                                     //
        Backup, Backups, RestorePoint, RestorePoints, VmRestorePoint, VmRestorePoints,       //
        BackupFile, BackupFiles, RestoreSpec,                                                //
        FileSystemEntry, FileSystemEntries, VmRestorePointMount, VmRestorePointMounts,       //
        VmRestorePointMountSpec, FileRestoreSpec, EnterpriseSecuritySettings, EnterpriseAccount,
        EnterpriseAccounts, EnterpriseRole, EnterpriseRoles, EnterpriseAccountInRole,
        EnterpriseAccountInRoleList, EnterpriseAccountHierarchyScope, EnterpriseAccountHierarchyScopes,
        EnterpriseAccountCreateSpec, EnterpriseAccountInRoleCreateSpec, HierarchyScopeCreateSpec,
        RebuildScopeJobSpec, AccountPasswordSpec, AuditEvent, AuditEvents, ApiToken, ApiTokens,
        NotificationTarget, NotificationTargets, NotificationTargetSpec, NotificationMessage, InstantRecovery,
        InstantRecoveries, InstantRecoverySpec, BootVerification, BootVerifications, BootVerificationSpec,
        RepositoryCheckSpec, RepositoryStatistics, RepositoryKey, RepositoryKeys, RepositoryPasswordSpec,
        ApiTokenSpec, OwnLogon, ServerSettings, JobGuestScripts, JobGuestScriptsSpec,  //
        CredentialsInfo, CredentialsInfoList, CredentialsInfoSpec, PasswordKeyInfo, PasswordKeyInfoList,
        PasswordKeyInfoSpec,  //
        ReportingSvc, SummaryReport, OverviewReportFrame, VmsOverviewReportFrame, JobStatisticsReportFrame,
        ProcessedVmsReportFrame, RepositoryReportFrame,      //
        SystemSession, SystemSessions, SystemSessionEvents,  //
        CatalogVm, CatalogVms, CatalogVmRestorePoint, CatalogVmRestorePoints, CatalogFile, CatalogFiles,
        VAppRestorePoint,
        VAppRestorePoints,                          //
        LinkedJobSpec, LinkedBackupRepositorySpec,  //
        Replica, Replicas, VmReplicaPoint, VmReplicaPoints, VmReplicaPointMount, VmReplicaPointMounts,
        VAppReplicaPoint, VAppReplicaPoints, ReplicaJobSession, ReplicaJobSessions, ReplicaTaskSession,
        ReplicaTaskSessions,                                                                   //
        FailoveredVm, FailoveredVms, FailoverPlan, FailoverPlans, FailoverPlanManagementSpec,  //
        Agents, AgentRestorePoint, AgentRestorePoints, AgentRestorePointMount, AgentRestorePointMounts,
        DiscoveredComputer, DiscoveredComputers, AgentProtectionGroup, AgentProtectionGroups,
        ObjectInAgentBackupJob, ObjectsInAgentBackupJob, AgentBackupJob, AgentBackupJobs,  //
        NASService, FileServer, FileServers, NASObject, NASObjects, NASJob, NASJobs,       //
        CdpPolicy, CdpPolicies, CdpReplicaSession, CdpReplicaSessions, CdpReplicaTaskSession,
        CdpReplicaTaskSessions, CdpReplica, CdpReplicas, CdpReplicaVm, CdpReplicaVms, VmCdpReplica,
        VmCdpReplicas, VAppCdpReplica, VAppCdpReplicas, VAppCdpReplicaVm, VAppCdpReplicaVms,
        CdpReplicaIntervals, CdpReplicaIntervalsSpec, CdpFailoverStartSpec,  //
        CloudConnectService, CloudGateway, CloudGateways, CreateCloudGatewaySpec, CloudGatewayPool,
        CloudGatewayPools, CreateCloudGatewayPoolSpec,  //
        CloudTenantResource, CloudTenantResources, CloudTenantComputeResource, CloudTenantComputeResources,
        CloudTenantVCloudComputeResource, CloudTenantVCloudComputeResources, CloudTenant, CloudTenants,
        CloudTenantFreeLicenseCounters, CloudSubtenant, CloudSubtenants,  //
        CreateCloudTenantResourceSpec, CloudTenantComputeResourceCreateSpec,
        CloudTenantVCloudComputeResourceCreateSpec, CreateCloudTenantSpec, CloudSubtenantCreateSpec,  //
        CloudHardwarePlan, CloudHardwarePlans, CloudHardwarePlanCreateSpec, CloudPublicIpAddress,
        CloudPublicIpAddresses, CloudPublicIpAddressCreateSpec, VlanConfiguration, VlanConfigurations,  //
        CloudReplica, CloudReplicas, CloudVmReplicaPoint, CloudVmReplicaPoints, CloudFailoveredVm,
        CloudFailoveredVms, CloudFailoverPlan, CloudFailoverPlans, CloudFailoverPlanManagementSpec,
        CloudFailoverSession, CloudFailoverSessions,  //
        VCloudService, VCloudOrganizationConfig, VCloudOrganizationConfigs,
        VCloudOrganizationConfigCreateSpec, VCloudOrganizationConfigBackupJobSettings,
        VSphereSelfServiceConfigJobSettings, VSphereSelfService, VSphereSelfServiceConfig,
        VSphereSelfServiceConfigs, VSphereSelfServiceCreateSpec,                    //
        BackupServerSpec, QuickBackupStartupSpec, VeeamZipStartupSpec,              //
        WanAccelerator, WanAccelerators, ExternalRepository, ExternalRepositories,  //
        QueryResult>();
    return roots;
}

}  // namespace holdfast::api
