// What a query answers with: references, entities or resources, and the page that they are.
#pragma once

#include <optional>

#include "api/types/agent.hpp"
#include "api/types/backup.hpp"
#include "api/types/cdp.hpp"
#include "api/types/cloud_failover.hpp"
#include "api/types/cloud_gateway.hpp"
#include "api/types/cloud_infrastructure.hpp"
#include "api/types/cloud_tenant.hpp"
#include "api/types/credentials.hpp"
#include "api/types/failover_plan.hpp"
#include "api/types/infrastructure.hpp"
#include "api/types/job.hpp"
#include "api/types/nas.hpp"
#include "api/types/replica.hpp"
#include "api/types/security.hpp"
#include "api/types/self_service.hpp"
#include "api/types/service.hpp"
#include "api/types/session.hpp"
#include "api/types/storage.hpp"
#include "api/types/system_session.hpp"

namespace holdfast::api {

// One of them; the others are null in JSON. Misspelt names are those of the wire.
struct EntitiesType {
    std::optional<api::Jobs> Jobs;
    std::optional<api::FailoverPlans> FailoverPlans;
    std::optional<api::Backups> Backups;
    std::optional<api::Replicas> Replicas;
    std::optional<api::Repositories> Repositories;
    std::optional<api::RestorePoints> RestorePoints;
    std::optional<api::VmRestorePoints> VmRestorePoints;
    std::optional<api::VAppRestorePoints> VAppRestorePoints;
    std::optional<api::VmReplicaPoints> VmReplicaPoints;
    std::optional<api::BackupJobSessions> BackupJobSessions;
    std::optional<api::ReplicaJobSessions> ReplicaJobSessions;
    std::optional<api::ReplicaTaskSessions> ReplicaTaskSessions;
    std::optional<api::RestoreSessions> RestoreSessions;
    std::optional<api::HierarchyRoots> HierarchyRoots;
    std::optional<api::BackupTaskSessions> BackupTaskSessions;
    std::optional<api::BackupServers> BackupServers;
    std::optional<api::ManagedServers> ManagedServers;
    std::optional<EnterpriseRoles> EnterpiseRoles;
    std::optional<EnterpriseAccounts> EnterpiseAccounts;
    std::optional<api::WanAccelerators> WanAccelerators;
    std::optional<api::CloudGateways> CloudGateways;
    std::optional<api::CloudTenants> CloudTenants;
    std::optional<api::CloudReplicas> CloudReplicas;
    std::optional<api::VCloudOrganizationConfigs> VCloudOrganizationConfigs;
    std::optional<api::BackupFiles> BackupFiles;
    std::optional<api::VSphereSelfServiceConfigs> VSphereSelfServiceConfigs;
    std::optional<CloudPublicIpAddresses> CloudPublicIps;
    std::optional<api::CloudHardwarePlans> CloudHardwarePlans;
    std::optional<api::CloudVmReplicaPoints> CloudVmReplicaPoints;
    std::optional<api::AgentRestorePoints> AgentRestorePoints;
    std::optional<AgentBackupJobs> AgentBackupJob;
    std::optional<api::CloudGatewayPools> CloudGatewayPools;
    std::optional<api::CloudFailoverPlans> CloudFailoverPlans;
    std::optional<api::ExternalRepositories> ExternalRepositories;
    std::optional<api::VlanConfigurations> VlanConfigurations;
    std::optional<api::CloudFailoverSessions> CloudFailoverSessions;
    std::optional<api::AgentProtectionGroups> AgentProtectionGroups;
    std::optional<api::DiscoveredComputers> DiscoveredComputers;
    std::optional<api::FileServers> FileServers;
    std::optional<api::NASJobs> NASJobs;
    std::optional<api::CdpReplicas> CdpReplicas;
    std::optional<api::CdpReplicaVms> CdpReplicaVms;
    std::optional<api::CdpPolicies> CdpPolicies;
    std::optional<api::CdpReplicaSessions> CdpReplicaSessions;
    std::optional<api::CdpReplicaTaskSessions> CdpReplicaTaskSessions;
    std::optional<api::VAppReplicaPoints> VAppReplicaPoints;
    std::optional<api::VmCdpReplicas> VmCdpReplicas;
    std::optional<api::VAppCdpReplicas> VAppCdpReplicas;
    std::optional<api::VAppCdpReplicaVms> VAppCdpReplicaVms;
    std::optional<api::SystemSessions> SystemSessions;
};

// Of types without a UID: one of them. "sInObjectJob" is how the wire spells it.
struct ResourcesType {
    std::optional<ObjectsInJob> sInObjectJob;
    std::optional<api::Tasks> Tasks;
    std::optional<api::CredentialsInfoList> CredentialsInfoList;
    std::optional<api::PasswordKeyInfoList> PasswordKeyInfoList;
    std::optional<api::CloudSubtenants> CloudSubtenants;
    std::optional<api::ObjectsInAgentBackupJob> ObjectsInAgentBackupJob;
    std::optional<api::NASObjects> NASObjects;
};

struct QueryResult {
    std::optional<EntityReferences> Refs;
    std::optional<EntitiesType> Entities;
    std::optional<ResourcesType> Resources;
    std::optional<LinkList> Links;
    std::optional<api::PagingInfo> PagingInfo;
};

}  // namespace holdfast::api
