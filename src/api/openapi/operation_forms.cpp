#include "api/openapi/operation_forms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "api/routing/table_text.hpp"
#include "api/types/all_roots.hpp"
#include "base/error.hpp"

namespace holdfast::api {
namespace {

// A path and what is said of its methods, each as "METHOD:actions(Body)=status:Answer"; an empty action is
// the one without. Left out are: the actions where there is only the one without, the body where none is read
// ("Body?": it may be missing), the status 200, or 202 where the answer is a Task, and the answer where there
// is none. Behind the answer: "*" references unless ?format=Entity asks for it, "#" in pages, "+" in pages
// and filtered.
struct PathForms {
    std::string_view path;
    std::string_view forms;
};

// clang-format off
constexpr auto paths = std::to_array<PathForms>({
    {"/", "GET=EnterpriseManager"},
    {"/agents", "GET=Agents"},
    {"/agents/agentRestorePoints", "GET=AgentRestorePoints*"},
    {"/agents/agentRestorePoints/{ID}", "GET=AgentRestorePoint*"},
    {"/agents/agentRestorePoints/{ID}/mounts", "GET=AgentRestorePointMounts POST=Task"},
    {"/agents/agentRestorePoints/{ID}/mounts/{ID}", "GET=AgentRestorePointMount DELETE=204"},
    {"/agents/agentRestorePoints/{ID}/mounts/{ID}/{filepath}",
     "GET=FileSystemEntry GET:listAll,listDirs,listFiles=FileSystemEntries# GET:download=application/octet-stream "
     "POST:restore(FileRestoreSpec)=Task"},
    {"/agents/backupFiles", "GET=BackupFiles*"},
    {"/agents/backups", "GET=Backups*"},
    {"/agents/backupSessions", "GET=BackupJobSessions*"},
    {"/agents/discoveredComputers", "GET=DiscoveredComputers*"},
    {"/agents/discoveredComputers/{ID}", "GET=DiscoveredComputer*"},
    {"/agents/jobs", "GET=AgentBackupJobs*"},
    {"/agents/jobs/{ID}", "GET=AgentBackupJob* POST:retry,start,stop,toggleScheduleEnabled=Task"},
    {"/agents/jobs/{ID}/backupSessions", "GET=BackupJobSessions*"},
    {"/agents/jobs/{ID}/includes", "GET=ObjectsInAgentBackupJob"},
    {"/agents/jobs/{ID}/includes/{ID}", "GET=ObjectInAgentBackupJob"},
    {"/agents/protectionGroups", "GET=AgentProtectionGroups*"},
    {"/agents/protectionGroups/{ID}", "GET=AgentProtectionGroup*"},
    {"/agents/protectionGroups/{ID}/discoveredComputers", "GET=DiscoveredComputers*"},
    {"/agents/restorePoints", "GET=RestorePoints*"},
    {"/audit", "GET=AuditEvents#"},
    {"/backupFiles", "GET=BackupFiles*+"},
    {"/backupFiles/{ID}", "GET=BackupFile*"},
    {"/backupFiles/{ID}/restorePoints", "GET=RestorePoints*+"},
    {"/backupFiles/{ID}/vmRestorePoints", "GET=VmRestorePoints*+"},
    {"/backups", "GET=Backups*+"},
    {"/backups/{ID}", "GET=Backup*"},
    {"/backups/{ID}/backupFiles", "GET=BackupFiles*+"},
    {"/backups/{ID}/childbackups", "GET=Backups*"},
    {"/backups/{ID}/restorePoints", "GET=RestorePoints*+"},
    {"/backupServers", "GET=BackupServers*+ POST:create(BackupServerSpec)=Task"},
    {"/backupServers/{ID}",
     "GET=BackupServer* POST:collect=Task POST:quickbackup(QuickBackupStartupSpec)=Task POST:veeamzip(VeeamZipStartupSpec)=Task "
     "PUT(BackupServerSpec)=204 DELETE=204"},
    {"/backupServers/{ID}/credentials", "GET=CredentialsInfoList+ POST:create(CredentialsInfoSpec)=201:CredentialsInfo"},
    {"/backupServers/{ID}/credentials/{ID}", "GET=CredentialsInfo PUT(CredentialsInfo)=204 DELETE=204"},
    {"/backupServers/{ID}/externalRepositories", "GET=ExternalRepositories*"},
    {"/backupServers/{ID}/jobs", "GET=Jobs*+"},
    {"/backupServers/{ID}/managedServers", "GET=ManagedServers*+"},
    {"/backupServers/{ID}/passwords", "GET=PasswordKeyInfoList+ POST:create(PasswordKeyInfoSpec)=202:PasswordKeyInfo"},
    {"/backupServers/{ID}/passwords/{ID}", "GET=PasswordKeyInfo PUT(PasswordKeyInfoSpec)=204 DELETE=204"},
    {"/backupServers/{ID}/repositories", "GET=Repositories*+"},
    {"/backupSessions", "GET=BackupJobSessions*+"},
    {"/backupSessions/{ID}", "GET=BackupJobSession* POST:stop=Task"},
    {"/backupSessions/{ID}/agentManagementSessions", "GET=BackupJobSessions*"},
    {"/backupSessions/{ID}/taskSessions", "GET=BackupTaskSessions*+"},
    {"/backupTaskSessions", "GET=BackupTaskSessions*+"},
    {"/backupTaskSessions/{ID}", "GET=BackupTaskSession*"},
    {"/bootVerifications", "GET=BootVerifications*"},
    {"/bootVerifications/{ID}", "GET=BootVerification* POST:stop=Task DELETE=204"},
    {"/bootVerifications/{ID}/screenshot", "GET=image/png"},
    {"/catalog/search", "GET=CatalogFiles#"},
    {"/catalog/vms", "GET=CatalogVms*"},
    {"/catalog/vms/{vmname}", "GET=CatalogVm*"},
    {"/catalog/vms/{vmname}/vmRestorePoints", "GET=CatalogVmRestorePoints*"},
    {"/catalog/vms/{vmname}/vmRestorePoints/{ID}", "GET=CatalogVmRestorePoint* POST:browse=Task"},
    {"/catalog/vms/{vmname}/vmRestorePoints/{ID}/guestfs", "GET=FileSystemEntry GET:listAll,listDirs,listFiles=FileSystemEntries#"},
    {"/catalog/vms/{vmname}/vmRestorePoints/{ID}/guestfs/{filepath}", "GET=FileSystemEntry GET:listAll,listDirs,listFiles=FileSystemEntries# POST:restore(FileRestoreSpec?)=Task"},
    {"/cdpPolicies", "GET=CdpPolicies*"},
    {"/cdpPolicies/{ID}", "GET=CdpPolicy* POST:disable,enable=Task PUT(CdpPolicy)=Task"},
    {"/cdpPolicies/{ID}/cdpReplicaSessions", "GET=CdpReplicaSessions*"},
    {"/cdpPolicies/{ID}/includes", "GET=ObjectsInJob POST(CreateObjectInJobSpec)=Task"},
    {"/cdpPolicies/{ID}/includes/{ID}", "GET=ObjectInJob DELETE=Task"},
    {"/cdpReplica/vApps", "GET=VAppCdpReplicas*"},
    {"/cdpReplica/vApps/{ID}", "GET=VAppCdpReplica* POST:failover(CdpFailoverStartSpec)=Task POST:intervals(CdpReplicaIntervalsSpec)=200:CdpReplicaIntervals"},
    {"/cdpReplica/vApps/{ID}/vms", "GET=VAppCdpReplicaVms*"},
    {"/cdpReplica/vApps/{ID}/vms/{ID}", "GET=VAppCdpReplicaVm*"},
    {"/cdpReplica/vms", "GET=VmCdpReplicas*"},
    {"/cdpReplica/vms/{ID}", "GET=VmCdpReplica* POST:failover(CdpFailoverStartSpec)=Task POST:intervals(CdpReplicaIntervalsSpec)=200:CdpReplicaIntervals"},
    {"/cdpReplicas", "GET=CdpReplicas*"},
    {"/cdpReplicas/vApps/{ID}", "GET=VAppCdpReplica* POST:failover(CdpFailoverStartSpec)=Task"},
    {"/cdpReplicas/vApps/{ID}/vms", "GET=VAppCdpReplicaVms*"},
    {"/cdpReplicas/vApps/{ID}/vms/{ID}", "GET=VAppCdpReplicaVm*"},
    {"/cdpReplicas/{ID}", "GET=CdpReplica*"},
    {"/cdpReplicas/{ID}/vms", "GET=CdpReplicaVms*"},
    {"/cdpReplicas/{ID}/vms/{ID}", "GET=CdpReplicaVm* POST:failover(CdpFailoverStartSpec)=Task POST:intervals(CdpReplicaIntervalsSpec)=200:CdpReplicaIntervals"},
    {"/cdpReplicaSessions", "GET=CdpReplicaSessions*"},
    {"/cdpReplicaSessions/{ID}", "GET=CdpReplicaSession*"},
    {"/cdpReplicaSessions/{ID}/cdpReplicaTaskSessions", "GET=CdpReplicaTaskSessions*"},
    {"/cdpReplicaTaskSessions", "GET=CdpReplicaTaskSessions*"},
    {"/cdpReplicaTaskSessions/{ID}", "GET=CdpReplicaTaskSession*"},
    {"/cloud", "GET=CloudConnectService"},
    {"/cloud/cloudFailoverPlans", "GET=CloudFailoverPlans*"},
    {"/cloud/cloudFailoverPlans/{ID}",
     "GET=CloudFailoverPlan* POST:start(CloudFailoverPlanManagementSpec)=Task POST:test,undo=Task PUT(CloudFailoverPlan)=Task DELETE=Task"},
    {"/cloud/cloudFailoverPlans/{ID}/includes", "GET=CloudFailoveredVms"},
    {"/cloud/cloudFailoverPlans/{ID}/includes/{ID}", "GET=CloudFailoveredVm"},
    {"/cloud/failoverSessions", "GET=CloudFailoverSessions*"},
    {"/cloud/failoverSessions/{ID}", "GET=CloudFailoverSession*"},
    {"/cloud/gatewayPools", "GET=CloudGatewayPools* POST(CreateCloudGatewayPoolSpec)=Task"},
    {"/cloud/gatewayPools/{ID}", "GET=CloudGatewayPool* PUT(CloudGatewayPool)=Task DELETE=Task"},
    {"/cloud/gatewayPools/{ID}/gateways", "GET=CloudGateways*"},
    {"/cloud/gatewayPools/{ID}/tenants", "GET=CloudTenants*"},
    {"/cloud/gateways", "GET=CloudGateways* POST(CreateCloudGatewaySpec)=Task"},
    {"/cloud/gateways/{ID}", "GET=CloudGateway* PUT(CloudGateway)=Task DELETE=Task"},
    {"/cloud/hardwarePlans", "GET=CloudHardwarePlans* POST(CloudHardwarePlanCreateSpec)=Task"},
    {"/cloud/hardwarePlans/{ID}", "GET=CloudHardwarePlan* PUT(CloudHardwarePlan)=Task DELETE=Task"},
    {"/cloud/hardwarePlans/{ID}/tenants", "GET=CloudTenants*"},
    {"/cloud/publicIpAddresses", "GET=CloudPublicIpAddresses* POST(CloudPublicIpAddressCreateSpec)=Task"},
    {"/cloud/publicIpAddresses/{ID}", "GET=CloudPublicIpAddress* PUT(CloudPublicIpAddress)=Task DELETE=Task"},
    {"/cloud/replicas", "GET=CloudReplicas*"},
    {"/cloud/replicas/vmReplicaPoints", "GET=CloudVmReplicaPoints*"},
    {"/cloud/replicas/{ID}", "GET=CloudReplica*"},
    {"/cloud/replicas/{ID}/vmReplicaPoints", "GET=CloudVmReplicaPoints*"},
    {"/cloud/tenants", "GET=CloudTenants* POST(CreateCloudTenantSpec)=Task"},
    {"/cloud/tenants/{ID}", "GET=CloudTenant* PUT(CloudTenant)=Task DELETE=Task"},
    {"/cloud/tenants/{ID}/cCloudComputeResources/{ID}", "DELETE=Task"},
    {"/cloud/tenants/{ID}/computeResources", "GET=CloudTenantComputeResources POST(CloudTenantComputeResourceCreateSpec)=Task"},
    {"/cloud/tenants/{ID}/computeResources/{ID}", "GET=CloudTenantComputeResource DELETE=Task"},
    {"/cloud/tenants/{ID}/freelicenseCounters", "GET=CloudTenantFreeLicenseCounters"},
    {"/cloud/tenants/{ID}/gatewayPools", "GET=CloudGatewayPools*"},
    {"/cloud/tenants/{ID}/resources", "GET=CloudTenantResources POST(CreateCloudTenantResourceSpec)=Task DELETE=Task"},
    {"/cloud/tenants/{ID}/resources/{ID}", "GET=CloudTenantResource DELETE=Task"},
    {"/cloud/tenants/{ID}/subtenants", "GET=CloudSubtenants POST(CloudSubtenantCreateSpec)=Task"},
    {"/cloud/tenants/{ID}/subtenants/{ID}", "GET=CloudSubtenant PUT(CloudSubtenant)=Task DELETE=Task"},
    {"/cloud/tenants/{ID}/vCloudComputeResources", "GET=CloudTenantVCloudComputeResources POST(CloudTenantVCloudComputeResourceCreateSpec)=Task"},
    {"/cloud/tenants/{ID}/vCloudComputeResources/{ID}", "GET=CloudTenantVCloudComputeResource DELETE=Task"},
    {"/cloud/vlans", "GET=VlanConfigurations*"},
    {"/cloud/vlans/{ID}", "GET=VlanConfiguration* PUT(VlanConfiguration)=Task DELETE=Task"},
    {"/cloud/vmReplicaPoints", "GET=CloudVmReplicaPoints*"},
    {"/cloud/vmReplicaPoints/{ID}", "GET=CloudVmReplicaPoint*"},
    {"/cloud/vmReplicaPoints/{ID}/vmReplicaPoints", "GET=CloudVmReplicaPoints*"},
    {"/events", "GET=text/event-stream"},
    {"/externalRepositories", "GET=ExternalRepositories*"},
    {"/externalRepositories/{ID}", "GET=ExternalRepository*"},
    {"/externalRepositories/{ID}/backups", "GET=Backups*"},
    {"/failoverPlans", "GET=FailoverPlans*"},
    {"/failoverPlans/{ID}", "GET=FailoverPlan* POST:start(FailoverPlanManagementSpec)=Task POST:undo=Task PUT(FailoverPlan)=Task"},
    {"/hierarchyRoots", "GET=HierarchyRoots*+"},
    {"/hierarchyRoots/{ID}", "GET=HierarchyRoot*"},
    {"/instantRecoveries", "GET=InstantRecoveries*"},
    {"/instantRecoveries/{ID}", "GET=InstantRecovery* POST:migrate=Task DELETE=Task"},
    {"/jobs", "GET=Jobs*+ POST(JobSpec)=Task"},
    {"/jobs/{ID}", "GET=Job* POST:clone(JobCloneSpec)=Task POST:gracefulStop,retry,start,stop,sync,toggleScheduleEnabled,verifyChangedBlocks=Task PUT:,edit(Job)=Task DELETE=Task"},
    {"/jobs/{ID}/backupSessions", "GET=BackupJobSessions*+"},
    {"/jobs/{ID}/guestScripts", "GET=JobGuestScripts PUT(JobGuestScriptsSpec)=204"},
    {"/jobs/{ID}/includes", "GET=ObjectsInJob+ POST(CreateObjectInJobSpec)=Task"},
    {"/jobs/{ID}/includes/{ID}", "GET=ObjectInJob DELETE=Task"},
    {"/jobs/{ID}/linkedBackupRepositories", "GET=LinkedBackupRepositoryResourceObjects# POST(LinkedBackupRepositorySpec)=Task"},
    {"/jobs/{ID}/linkedBackupRepositories/{ID}", "DELETE=Task"},
    {"/jobs/{ID}/linkedJobs", "GET=LinkedJobResourceObjects# POST(LinkedJobSpec)=Task"},
    {"/jobs/{ID}/linkedJobs/{ID}", "DELETE=Task"},
    {"/jobs/{ID}/replicaSessions", "GET=ReplicaJobSessions*"},
    {"/localhosts/{ID}", "GET=BackupServer*"},
    {"/logonSessions", "GET=LogonSessions"},
    {"/logonSessions/{ID}", "GET=LogonSession DELETE=204"},
    {"/lookup", "GET=HierarchyItems"},
    {"/lookupSvc", "GET=LookupSvc"},
    {"/managedServers", "GET=ManagedServers*+ POST(ManagedServerSpec)=Task"},
    {"/managedServers/{ID}", "GET=ManagedServer* DELETE=Task"},
    {"/metrics", "GET=text/plain"},
    {"/nas", "GET=NASService"},
    {"/nas/backupSessions", "GET=BackupJobSessions*"},
    {"/nas/fileServers", "GET=FileServers*"},
    {"/nas/fileServers/{ID}", "GET=FileServer*"},
    {"/nas/jobs", "GET=NASJobs*"},
    {"/nas/jobs/{ID}", "GET=NASJob*"},
    {"/nas/jobs/{ID}/backupSessions", "GET=BackupJobSessions*"},
    {"/nas/jobs/{ID}/includes", "GET=NASObjects"},
    {"/nas/jobs/{ID}/includes/{ID}", "GET=NASObject"},
    {"/nas/jobs/{ID}/retry", "POST=Task"},
    {"/nas/jobs/{ID}/start", "POST=Task"},
    {"/nas/jobs/{ID}/stop", "POST=Task"},
    {"/nas/jobs/{ID}/toggleScheduleEnabled", "POST=Task"},
    {"/notificationTargets", "GET=NotificationTargets* POST(NotificationTargetSpec)=201:NotificationTarget"},
    {"/notificationTargets/{ID}", "GET=NotificationTarget* PUT(NotificationTargetSpec)=204 POST:test=Task DELETE=204"},
    {"/ownLogon", "GET=OwnLogon"},
    {"/query", "GET=QueryResult+"},
    {"/querySvc", "GET=QuerySvc"},
    {"/repicaTaskSessions/{ID}", "GET=ReplicaTaskSession*"},
    {"/replicas", "GET=Replicas*"},
    {"/replicas/{ID}", "GET=Replica*"},
    {"/replicas/{ID}/vmReplicaPoints", "GET=VmReplicaPoints*"},
    {"/replicaSessions", "GET=ReplicaJobSessions*"},
    {"/replicaSessions/{ID}", "GET=ReplicaJobSession*"},
    {"/replicaSessions/{ID}/repicaTaskSessions", "GET=ReplicaTaskSessions*"},
    {"/replicaSessions/{ID}/replicaTaskSessions", "GET=ReplicaTaskSessions*"},
    {"/replicaTaskSessions", "GET=ReplicaTaskSessions*"},
    {"/replicaTaskSessions/{ID}", "GET=ReplicaTaskSession*"},
    {"/reports/summary", "GET=SummaryReport"},
    {"/reports/summary/job_statistics", "GET=JobStatisticsReportFrame"},
    {"/reports/summary/overview", "GET=OverviewReportFrame"},
    {"/reports/summary/processed_vms", "GET=ProcessedVmsReportFrame"},
    {"/reports/summary/repository", "GET=RepositoryReportFrame"},
    {"/reports/summary/vms_overview", "GET=VmsOverviewReportFrame"},
    {"/repositories", "GET=Repositories*+ POST(RepositorySpec)=Task"},
    {"/repositories/{ID}", "GET=Repository* DELETE=Task POST:prune,statistics=Task POST:check(RepositoryCheckSpec?)=Task"},
    {"/repositories/{ID}/backups", "GET=Backups*+"},
    {"/repositories/{ID}/keys", "GET=RepositoryKeys POST(RepositoryPasswordSpec)=201:RepositoryKey"},
    {"/repositories/{ID}/keys/{key}", "DELETE=204"},
    {"/repositories/{ID}/password", "PUT(RepositoryPasswordSpec)=Task"},
    {"/repositories/{ID}/replicas", "GET=Replicas*"},
    {"/repositories/{ID}/statistics", "GET=RepositoryStatistics"},
    {"/restorePoints", "GET=RestorePoints*+"},
    {"/restorePoints/{ID}", "GET=RestorePoint*"},
    {"/restorePoints/{ID}/agentRestorePoints", "GET=AgentRestorePoints*"},
    {"/restorePoints/{ID}/backupFiles", "GET=BackupFiles*+"},
    {"/restorePoints/{ID}/vAppRestorePoints", "GET=VAppRestorePoints*"},
    {"/restorePoints/{ID}/vmRestorePoints", "GET=VmRestorePoints*+"},
    {"/restoreSessions", "GET=RestoreSessions*+"},
    {"/restoreSessions/{ID}", "GET=RestoreSession*"},
    {"/schema/openapi.json", "GET=application/json"},
    {"/schema/RestAPI.xsd", "GET=application/xml"},
    {"/security", "GET=EnterpriseSecuritySettings"},
    {"/security/accounts", "GET=EnterpriseAccounts* POST(EnterpriseAccountCreateSpec)=201:EnterpriseAccount POST:rebuildScope(RebuildScopeJobSpec)=201:Task"},
    {"/security/accounts/{ID}", "GET=EnterpriseAccount* POST=204 DELETE=204"},
    {"/security/accounts/{ID}/password", "PUT(AccountPasswordSpec)=204"},
    {"/security/accounts/{ID}/roles", "GET=EnterpriseAccountInRoleList POST(EnterpriseAccountInRoleCreateSpec)=201:EnterpriseAccountInRole"},
    {"/security/accounts/{ID}/roles/{ID}", "GET=EnterpriseAccountInRole DELETE=204"},
    {"/security/accounts/{ID}/scopes", "GET=EnterpriseAccountHierarchyScopes POST(HierarchyScopeCreateSpec)=201:EnterpriseAccountHierarchyScopes"},
    {"/security/accounts/{ID}/scopes/{ID}", "GET=EnterpriseAccountHierarchyScope DELETE=204"},
    {"/security/roles", "GET=EnterpriseRoles*"},
    {"/security/roles/{ID}", "GET=EnterpriseRole*"},
    {"/selfService/vSphere", "GET=VSphereSelfService"},
    {"/selfService/vSphere/Configs", "GET=VSphereSelfServiceConfigs* POST(VSphereSelfServiceCreateSpec)=Task"},
    {"/selfService/vSphere/Configs/{ID}", "GET=VSphereSelfServiceConfig* PUT(VSphereSelfServiceConfig)=Task DELETE=Task"},
    {"/selfService/vSphere/Configs/{ID}/backupJobSettings", "GET=VSphereSelfServiceConfigJobSettings"},
    {"/serverSettings", "GET=ServerSettings"},
    {"/sessionMngr", "POST(LoginSpec?)=201:LogonSession"},
    {"/systemSessions", "GET=SystemSessions*+"},
    {"/systemSessions/{ID}", "GET=SystemSession*"},
    {"/systemSessions/{ID}/events", "GET=SystemSessionEvents"},
    {"/tasks", "GET=Tasks+"},
    {"/tasks/{ID}", "GET=Task DELETE=204"},
    {"/tokens", "GET=ApiTokens* POST(ApiTokenSpec)=201:ApiToken"},
    {"/tokens/{ID}", "GET=ApiToken* DELETE=204"},
    {"/vAppReplicaPoints", "GET=VAppReplicaPoints*"},
    {"/vAppReplicaPoints/{ID}", "GET=VAppReplicaPoint* POST:failover=Task"},
    {"/vAppRestorePoints", "GET=VAppRestorePoints*"},
    {"/vAppRestorePoints/{ID}", "GET=VAppRestorePoint* POST:restore(RestoreSpec)=Task"},
    {"/vCloud", "GET=VCloudService"},
    {"/vCloud/orgConfigs", "GET=VCloudOrganizationConfigs* POST(VCloudOrganizationConfigCreateSpec)=Task"},
    {"/vCloud/orgConfigs/{ID}", "GET=VCloudOrganizationConfig* POST:disable=Task PUT(VCloudOrganizationConfig)=Task DELETE=Task"},
    {"/vCloud/orgConfigs/{ID}/backupJobSettings", "GET=VCloudOrganizationConfigBackupJobSettings"},
    {"/vmReplicaPoints", "GET=VmReplicaPoints*"},
    {"/vmReplicaPoints/{ID}", "GET=VmReplicaPoint* POST:failover=Task"},
    {"/vmReplicaPoints/{ID}/mounts", "GET=VmReplicaPointMounts POST(VmRestorePointMountSpec?)=Task"},
    {"/vmReplicaPoints/{ID}/mounts/{ID}", "GET=VmReplicaPointMount DELETE=204"},
    {"/vmReplicaPoints/{ID}/mounts/{ID}/{filepath}",
     "GET=FileSystemEntry GET:listAll,listDirs,listFiles=FileSystemEntries# GET:download=application/octet-stream "
     "POST:restore(FileRestoreSpec)=Task"},
    {"/vmRestorePoints", "GET=VmRestorePoints*+"},
    {"/vmRestorePoints/{ID}",
     "GET=VmRestorePoint* POST:restore(RestoreSpec)=Task POST:instantRecovery(InstantRecoverySpec?)=Task "
     "POST:verifyBoot(BootVerificationSpec?)=Task"},
    {"/vmRestorePoints/{ID}/mounts", "GET=VmRestorePointMounts POST(VmRestorePointMountSpec?)=Task"},
    {"/vmRestorePoints/{ID}/mounts/{ID}", "GET=VmRestorePointMount DELETE=204"},
    {"/vmRestorePoints/{ID}/mounts/{ID}/{filepath}",
     "GET=FileSystemEntry GET:listAll,listDirs,listFiles=FileSystemEntries# GET:download=application/octet-stream "
     "POST:restore(FileRestoreSpec)=Task"},
    {"/wanAccelerators", "GET=WanAccelerators*"},
    {"/wanAccelerators/{ID}", "GET=WanAccelerator*"},
});
// clang-format on

const Shape* root_named(std::string_view name) {
    const auto found = std::ranges::find(all_roots(), name, [](const Shape* shape) { return shape->root; });
    if (found == all_roots().end())
        throw Error(ErrorKind::internal,
                    fmt::format("The table of operations names {}, which is no type", name));
    return *found;
}

bool take_mark(std::string_view& text, char mark) {
    if (!text.ends_with(mark)) return false;
    text.remove_suffix(1);
    return true;
}

void read_body(std::string_view text, OperationForm& form) {
    form.needs_body = !take_mark(text, '?');
    form.body = root_named(text);
}

void read_answer(std::string_view text, OperationForm& form) {
    int status = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), status);
    const bool has_status = failure == std::errc();
    if (has_status) text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.starts_with(':')) text.remove_prefix(1);
    form.is_filtered = take_mark(text, '+');
    form.has_references = take_mark(text, '*');
    const bool is_paged = take_mark(text, '#');
    if (text.find('/') != std::string_view::npos)
        form.media_type = text;
    else if (!text.empty())
        form.answer = root_named(text);
    const bool is_list = form.answer != nullptr && form.answer->style == Style::list;
    form.has_pages = is_paged || form.is_filtered || (form.has_references && is_list);
    form.status = has_status ? status : text == "Task" && form.method != "GET" ? 202 : 200;
}

void add_forms(std::string_view path, std::string_view text, std::vector<OperationForm>& all) {
    while (!text.empty()) {
        std::string_view said = next_word(text, ' ');
        std::string_view operation = next_word(said, '=');
        OperationForm form{.path = path};
        std::string_view actions = next_word(operation, '(');
        form.method = next_word(actions, ':');
        if (!operation.empty()) read_body(operation.substr(0, operation.size() - 1), form);
        read_answer(said, form);
        do {
            form.action = next_word(actions, ',');
            all.push_back(form);
        } while (!actions.empty());
    }
}

}  // namespace

const std::vector<OperationForm>& operation_forms() {
    static const auto forms = [] {
        std::vector<OperationForm> all;
        for (const auto& [path, text] : paths) add_forms(path, text, all);
        return all;
    }();
    return forms;
}

const OperationForm& form_of(std::string_view method, std::string_view path, std::string_view action) {
    const auto& forms = operation_forms();
    const auto found = std::ranges::find_if(forms, [&](const OperationForm& form) {
        return form.method == method && form.path == path && form.action == action;
    });
    if (found == forms.end())
        throw Error(ErrorKind::internal,
                    fmt::format("Nothing says what {} {} with the action \"{}\" takes and answers", method,
                                path, action))
            .advise("Add it to the table in src/api/openapi/operation_forms.cpp.");
    return *found;
}

}  // namespace holdfast::api
