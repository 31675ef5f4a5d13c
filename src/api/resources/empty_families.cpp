#include "api/resources/empty_families.hpp"

#include <array>

#include "api/routing/collection.hpp"
#include "api/routing/known_operations.hpp"
#include "api/types/cloud_tenant_spec.hpp"
#include "api/types/query_result.hpp"

namespace holdfast::api {
namespace {

template <typename List>
Answer none(const Call& call) {
    return collection<List>(call, {});
}

template <typename Body>
void check(const Call& call) {
    call.body<Body>();
}

constexpr std::string_view provider = "functions of a service provider";
constexpr std::string_view vcloud = "support of VMware Cloud Director";
constexpr std::string_view vsphere = "self-service for vSphere";

// clang-format off
constexpr auto families = std::to_array<EmptyFamily>({
    {"/replicas", "replica", none<Replicas>},
    {"/replicaSessions", "replica session", none<ReplicaJobSessions>},
    {"/replicaTaskSessions", "replica task session", none<ReplicaTaskSessions>},
    {"/repicaTaskSessions", "replica task session", none<ReplicaTaskSessions>},  // as one link of EM spells it
    {"/vmReplicaPoints", "VM replica point", none<VmReplicaPoints>},
    {"/vAppReplicaPoints", "vApp replica point", none<VAppReplicaPoints>},
    {"/vAppRestorePoints", "vApp restore point", none<VAppRestorePoints>},
    {"/failoverPlans", "failover plan", none<FailoverPlans>},
    {"/wanAccelerators", "WAN accelerator", none<WanAccelerators>},
    {"/externalRepositories", "external repository", none<ExternalRepositories>},

    {"/agents/agentRestorePoints", "agent restore point", none<AgentRestorePoints>, "AgentRestorePoint", "AgentRestorePoint"},
    {"/agents/backupFiles", "backup file of an agent", none<BackupFiles>, "BackupFile", "BackupFile"},
    {"/agents/backups", "backup of an agent", none<Backups>, "Backup", "Backup"},
    {"/agents/backupSessions", "backup session of an agent", none<BackupJobSessions>, "BackupJobSession", "BackupJobSession"},
    {"/agents/discoveredComputers", "discovered computer", none<DiscoveredComputers>, "DiscoveredComputer", "DiscoveredComputer"},
    {"/agents/jobs", "agent backup job", none<AgentBackupJobs>, "Job", "AgentBackupJob"},
    {"/agents/protectionGroups", "protection group", none<AgentProtectionGroups>, "AgentProtectionGroup", "AgentProtectionGroup"},
    {"/agents/restorePoints", "restore point of an agent", none<RestorePoints>, "RestorePoint", "RestorePoint"},

    {"/nas/backupSessions", "backup session of a file share", none<BackupJobSessions>, "BackupJobSession", "BackupJobSession"},
    {"/nas/fileServers", "file server", none<FileServers>, "FileServer", "FileServer"},
    {"/nas/jobs", "file share backup job", none<NASJobs>, "Job", "NASJob"},

    {"/cdpPolicies", "CDP policy", none<CdpPolicies>},
    {"/cdpReplica/vApps", "CDP replica of a vApp", none<VAppCdpReplicas>},
    {"/cdpReplica/vms", "CDP replica of a machine", none<VmCdpReplicas>},
    {"/cdpReplicas", "CDP replica", none<CdpReplicas>},
    {"/cdpReplicas/vApps", "CDP replica of a vApp", none<VAppCdpReplicas>},
    {"/cdpReplicaSessions", "CDP session", none<CdpReplicaSessions>},
    {"/cdpReplicaTaskSessions", "CDP task session", none<CdpReplicaTaskSessions>},

    {"/cloud/cloudFailoverPlans", "cloud failover plan", none<CloudFailoverPlans>, "CloudFailoverPlan", "CloudFailoverPlan"},
    {"/cloud/failoverSessions", "cloud failover session", none<CloudFailoverSessions>, "CloudFailoverSession", "CloudFailoverSession"},
    {"/cloud/gatewayPools", "cloud gateway pool", none<CloudGatewayPools>, "CloudGatewayPool", "CloudGatewayPool", check<CreateCloudGatewayPoolSpec>, provider},
    {"/cloud/gateways", "cloud gateway", none<CloudGateways>, "CloudGateway", "CloudGateway", check<CreateCloudGatewaySpec>, provider},
    {"/cloud/hardwarePlans", "hardware plan", none<CloudHardwarePlans>, "CloudHardwarePlan", "CloudHardwarePlan", check<CloudHardwarePlanCreateSpec>, provider},
    {"/cloud/publicIpAddresses", "public IP address", none<CloudPublicIpAddresses>, "CloudPublicIpAddress", "CloudPublicIpAddress", check<CloudPublicIpAddressCreateSpec>, provider},
    {"/cloud/replicas", "cloud replica", none<CloudReplicas>, "CloudReplica", "CloudReplica"},
    {"/cloud/replicas/vmReplicaPoints", "cloud replica point", none<CloudVmReplicaPoints>},
    {"/cloud/tenants", "cloud tenant", none<CloudTenants>, "CloudTenant", "CloudTenant", check<CreateCloudTenantSpec>, provider},
    {"/cloud/vlans", "VLAN configuration", none<VlanConfigurations>, "VlanConfiguration", "VlanConfiguration"},
    {"/cloud/vmReplicaPoints", "cloud replica point", none<CloudVmReplicaPoints>, "CloudVmReplicaPoint", "CloudVmReplicaPoint"},

    {"/vCloud/orgConfigs", "vCloud organization", none<VCloudOrganizationConfigs>, "VCloudOrganizationConfig", "VCloudOrganizationConfig", check<VCloudOrganizationConfigCreateSpec>, vcloud},
    {"/selfService/vSphere/Configs", "self-service configuration", none<VSphereSelfServiceConfigs>, "VSphereSelfServiceConfig", "VSphereSelfServiceConfig", check<VSphereSelfServiceCreateSpec>, vsphere},
});
// clang-format on

enum class Form { references, entities };

// Links only to what the caller may read.
void link_families(const Call& call, std::string_view service, Form form, LinkList& list) {
    const std::string below = std::string(service) + "/";
    for (const auto& family : families) {
        const auto* known = find_known_operation("GET", family.path);
        if (!family.path.starts_with(below) || family.reference.empty() || known == nullptr ||
            !known->callers.allows(call.logon().roles()))
            continue;
        const std::string path(family.path);
        if (form == Form::entities)
            list.push_back(
                call.links().link("Down", path + "?format=Entity", std::string(family.entity) + "List"));
        else
            list.push_back(call.links().link("Down", path, std::string(family.reference) + "ReferenceList"));
    }
}

template <typename Service>
Answer describe(const Call& call, const EmptyService& known) {
    Service service;
    service.Href = call.links().href(known.path);
    service.Type = std::string(known.type);
    auto& links = service.Links.emplace();
    links.push_back(
        call.links().link("Up", "/logonSessions/" + call.logon().id().to_string(), "LogonSession"));
    link_families(call, known.path, Form::references, links);
    link_families(call, known.path, Form::entities, links);
    return ok(std::move(service));
}

constexpr auto services = std::to_array<EmptyService>({
    {"/agents", "AgentsService", describe<Agents>},
    {"/nas", "NasService", describe<NASService>},
    {"/cloud", "CloudConnectService", describe<CloudConnectService>},
    {"/vCloud", "VCloudService", describe<VCloudService>},
    {"/selfService/vSphere", "VSphereSelfService", describe<VSphereSelfService>},
});

}  // namespace

std::span<const EmptyFamily> empty_families() {
    return families;
}

std::span<const EmptyService> empty_services() {
    return services;
}

}  // namespace holdfast::api
