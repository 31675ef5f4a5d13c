#include "api/routing/known_operations.hpp"

#include <algorithm>
#include <array>

#include "api/routing/table_text.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

// A path and its methods: "GET", or "POST:start,stop" for the actions that it has; an empty action is the one
// without. Behind "=" those who may call it besides administrators: U Portal User, V VM Restore Operator, F
// File Restore Operator, A operators of applications (Exchange, Oracle, SQL).
struct PathOperations {
    std::string_view path;
    std::string_view methods;
};

// clang-format off
constexpr auto paths = std::to_array<PathOperations>({
    {"/agents", "GET=UVF"},
    {"/agents/agentRestorePoints", "GET=U"},
    {"/agents/agentRestorePoints/{ID}", "GET=U"},
    {"/agents/agentRestorePoints/{ID}/mounts", "GET=F POST=F"},
    {"/agents/agentRestorePoints/{ID}/mounts/{ID}", "GET=F DELETE=F"},
    {"/agents/agentRestorePoints/{ID}/mounts/{ID}/{filepath}", "GET:,listAll,listDirs,listFiles,download=UVF POST:restore=F"},
    {"/agents/backupFiles", "GET=U"},
    {"/agents/backups", "GET=UVF"},
    {"/agents/backupSessions", "GET=U"},
    {"/agents/discoveredComputers", "GET"},
    {"/agents/discoveredComputers/{ID}", "GET"},
    {"/agents/jobs", "GET"},
    {"/agents/jobs/{ID}", "GET POST:retry,start,stop,toggleScheduleEnabled"},
    {"/agents/jobs/{ID}/backupSessions", "GET=U"},
    {"/agents/jobs/{ID}/includes", "GET"},
    {"/agents/jobs/{ID}/includes/{ID}", "GET"},
    {"/agents/protectionGroups", "GET"},
    {"/agents/protectionGroups/{ID}", "GET"},
    {"/agents/protectionGroups/{ID}/discoveredComputers", "GET"},
    {"/agents/restorePoints", "GET=UVF"},
    {"/backupFiles", "GET=U"},
    {"/backupFiles/{ID}", "GET=U"},
    {"/backupFiles/{ID}/restorePoints", "GET=UVF"},
    {"/backupFiles/{ID}/vmRestorePoints", "GET=U"},
    {"/backups", "GET=UVF"},
    {"/backups/{ID}", "GET=UVF"},
    {"/backups/{ID}/backupFiles", "GET=UVF"},
    {"/backups/{ID}/childbackups", "GET=UVF"},
    {"/backups/{ID}/restorePoints", "GET=UVF"},
    {"/backupServers", "GET=U POST:create"},
    {"/backupServers/{ID}", "GET=U POST:collect,quickbackup,veeamzip=U PUT DELETE"},
    {"/backupServers/{ID}/credentials", "GET=U POST:create"},
    {"/backupServers/{ID}/credentials/{ID}", "GET=U PUT DELETE"},
    {"/backupServers/{ID}/externalRepositories", "GET=U"},
    {"/backupServers/{ID}/jobs", "GET"},
    {"/backupServers/{ID}/managedServers", "GET=U"},
    {"/backupServers/{ID}/passwords", "GET=U POST:create"},
    {"/backupServers/{ID}/passwords/{ID}", "GET=U PUT DELETE"},
    {"/backupServers/{ID}/repositories", "GET=U"},
    {"/backupSessions", "GET=U"},
    {"/backupSessions/{ID}", "GET=U POST:stop"},
    {"/backupSessions/{ID}/agentManagementSessions", "GET=U"},
    {"/backupSessions/{ID}/taskSessions", "GET=U"},
    {"/backupTaskSessions", "GET=U"},
    {"/backupTaskSessions/{ID}", "GET=U"},
    {"/catalog/vms", "GET=UVFA"},
    {"/catalog/vms/{vmname}", "GET=UVFA"},
    {"/catalog/vms/{vmname}/vmRestorePoints", "GET=UVFA"},
    {"/catalog/vms/{vmname}/vmRestorePoints/{ID}", "GET=UVFA POST:browse=UVFA"},
    {"/catalog/vms/{vmname}/vmRestorePoints/{ID}/guestfs", "GET:,listAll,listDirs,listFiles=UVFA"},
    {"/catalog/vms/{vmname}/vmRestorePoints/{ID}/guestfs/{filepath}", "GET:,listAll,listDirs,listFiles=UVFA POST:restore=UVFA"},
    {"/cdpPolicies", "GET"},
    {"/cdpPolicies/{ID}", "GET POST:disable,enable PUT"},
    {"/cdpPolicies/{ID}/cdpReplicaSessions", "GET"},
    {"/cdpPolicies/{ID}/includes", "GET POST"},
    {"/cdpPolicies/{ID}/includes/{ID}", "GET DELETE"},
    {"/cdpReplica/vApps", "GET"},
    {"/cdpReplica/vApps/{ID}", "GET POST:failover,intervals"},
    {"/cdpReplica/vApps/{ID}/vms", "GET"},
    {"/cdpReplica/vApps/{ID}/vms/{ID}", "GET"},
    {"/cdpReplica/vms", "GET"},
    {"/cdpReplica/vms/{ID}", "GET POST:failover,intervals"},
    {"/cdpReplicas", "GET"},
    {"/cdpReplicas/vApps/{ID}", "GET POST:failover"},
    {"/cdpReplicas/vApps/{ID}/vms", "GET"},
    {"/cdpReplicas/vApps/{ID}/vms/{ID}", "GET"},
    {"/cdpReplicas/{ID}", "GET"},
    {"/cdpReplicas/{ID}/vms", "GET"},
    {"/cdpReplicas/{ID}/vms/{ID}", "GET POST:failover,intervals"},
    {"/cdpReplicaSessions", "GET=U"},
    {"/cdpReplicaSessions/{ID}", "GET=U"},
    {"/cdpReplicaSessions/{ID}/cdpReplicaTaskSessions", "GET=U"},
    {"/cdpReplicaTaskSessions", "GET=U"},
    {"/cdpReplicaTaskSessions/{ID}", "GET=U"},
    {"/cloud", "GET=UVF"},
    {"/cloud/cloudFailoverPlans", "GET=VF"},
    {"/cloud/cloudFailoverPlans/{ID}", "GET=VF POST:start,test,undo=VF PUT DELETE"},
    {"/cloud/cloudFailoverPlans/{ID}/includes", "GET=VF"},
    {"/cloud/cloudFailoverPlans/{ID}/includes/{ID}", "GET=VF"},
    {"/cloud/failoverSessions", "GET=UVF"},
    {"/cloud/failoverSessions/{ID}", "GET=UVF"},
    {"/cloud/gatewayPools", "GET=U POST=U"},
    {"/cloud/gatewayPools/{ID}", "GET=U PUT=U DELETE=U"},
    {"/cloud/gatewayPools/{ID}/gateways", "GET=U"},
    {"/cloud/gatewayPools/{ID}/tenants", "GET=U"},
    {"/cloud/gateways", "GET=U POST=U"},
    {"/cloud/gateways/{ID}", "GET=U PUT=U DELETE=U"},
    {"/cloud/hardwarePlans", "GET=U POST=U"},
    {"/cloud/hardwarePlans/{ID}", "GET=U PUT=U DELETE=U"},
    {"/cloud/hardwarePlans/{ID}/tenants", "GET=U"},
    {"/cloud/publicIpAddresses", "GET=U POST=U"},
    {"/cloud/publicIpAddresses/{ID}", "GET=U PUT=U DELETE=U"},
    {"/cloud/replicas", "GET=U"},
    {"/cloud/replicas/vmReplicaPoints", "GET=U"},
    {"/cloud/replicas/{ID}", "GET=U"},
    {"/cloud/replicas/{ID}/vmReplicaPoints", "GET=U"},
    {"/cloud/tenants", "GET=U POST=U"},
    {"/cloud/tenants/{ID}", "GET=U PUT=U DELETE=U"},
    {"/cloud/tenants/{ID}/cCloudComputeResources/{ID}", "DELETE=U"},
    {"/cloud/tenants/{ID}/computeResources", "GET=U POST=U"},
    {"/cloud/tenants/{ID}/computeResources/{ID}", "GET=U DELETE=U"},
    {"/cloud/tenants/{ID}/freelicenseCounters", "GET=U"},
    {"/cloud/tenants/{ID}/gatewayPools", "GET=U"},
    {"/cloud/tenants/{ID}/resources", "GET=U POST=U DELETE=U"},
    {"/cloud/tenants/{ID}/resources/{ID}", "GET=U DELETE=U"},
    {"/cloud/tenants/{ID}/subtenants", "GET=U POST=U"},
    {"/cloud/tenants/{ID}/subtenants/{ID}", "GET=U PUT=U DELETE=U"},
    {"/cloud/tenants/{ID}/vCloudComputeResources", "GET=U POST=U"},
    {"/cloud/tenants/{ID}/vCloudComputeResources/{ID}", "GET=U DELETE=U"},
    {"/cloud/vlans", "GET=U"},
    {"/cloud/vlans/{ID}", "GET=U PUT=U DELETE=U"},
    {"/cloud/vmReplicaPoints", "GET=U"},
    {"/cloud/vmReplicaPoints/{ID}", "GET=U"},
    {"/cloud/vmReplicaPoints/{ID}/vmReplicaPoints", "GET=U"},
    {"/externalRepositories", "GET=U"},
    {"/externalRepositories/{ID}", "GET=U"},
    {"/externalRepositories/{ID}/backups", "GET=U"},
    {"/failoverPlans", "GET=VFA"},
    {"/failoverPlans/{ID}", "GET=VFA POST:start,undo=VFA PUT"},
    {"/hierarchyRoots", "GET=U"},
    {"/hierarchyRoots/{ID}", "GET=U"},
    {"/jobs", "GET"},
    {"/jobs/{ID}", "GET POST:clone,retry,start,stop,sync,toggleScheduleEnabled PUT:edit DELETE"},
    {"/jobs/{ID}/backupSessions", "GET"},
    {"/jobs/{ID}/includes", "GET POST"},
    {"/jobs/{ID}/includes/{ID}", "GET DELETE"},
    {"/jobs/{ID}/linkedBackupRepositories", "GET POST"},
    {"/jobs/{ID}/linkedBackupRepositories/{ID}", "DELETE"},
    {"/jobs/{ID}/linkedJobs", "GET POST"},
    {"/jobs/{ID}/linkedJobs/{ID}", "DELETE"},
    {"/jobs/{ID}/replicaSessions", "GET"},
    {"/localhosts/{ID}", "GET=U"},
    {"/logonSessions", "GET=UVFA"},
    {"/logonSessions/{ID}", "GET=UVFA DELETE=UVFA"},
    {"/lookup", "GET=U"},
    {"/lookupSvc", "GET=U"},
    {"/managedServers", "GET=U"},
    {"/managedServers/{ID}", "GET=U"},
    {"/nas", "GET=U"},
    {"/nas/backupSessions", "GET=U"},
    {"/nas/fileServers", "GET=U"},
    {"/nas/fileServers/{ID}", "GET=U"},
    {"/nas/jobs", "GET"},
    {"/nas/jobs/{ID}", "GET"},
    {"/nas/jobs/{ID}/backupSessions", "GET=U"},
    {"/nas/jobs/{ID}/includes", "GET"},
    {"/nas/jobs/{ID}/includes/{ID}", "GET"},
    {"/nas/jobs/{ID}/retry", "POST"},
    {"/nas/jobs/{ID}/start", "POST"},
    {"/nas/jobs/{ID}/stop", "POST"},
    {"/nas/jobs/{ID}/toggleScheduleEnabled", "POST"},
    {"/query", "GET=UVF"},
    {"/querySvc", "GET=UVF"},
    {"/repicaTaskSessions/{ID}", "GET=U"},
    {"/replicas", "GET=UVF"},
    {"/replicas/{ID}", "GET=UVF"},
    {"/replicas/{ID}/vmReplicaPoints", "GET=UVF"},
    {"/replicaSessions", "GET=U"},
    {"/replicaSessions/{ID}", "GET=U"},
    {"/replicaSessions/{ID}/repicaTaskSessions", "GET=U"},
    {"/replicaSessions/{ID}/replicaTaskSessions", "GET=U"},
    {"/replicaTaskSessions", "GET=U"},
    {"/replicaTaskSessions/{ID}", "GET=U"},
    {"/reports/summary", "GET=U"},
    {"/reports/summary/job_statistics", "GET=U"},
    {"/reports/summary/overview", "GET=U"},
    {"/reports/summary/processed_vms", "GET=U"},
    {"/reports/summary/repository", "GET=U"},
    {"/reports/summary/vms_overview", "GET=U"},
    {"/repositories", "GET=U"},
    {"/repositories/{ID}", "GET=U"},
    {"/repositories/{ID}/backups", "GET=U"},
    {"/repositories/{ID}/replicas", "GET=U"},
    {"/restorePoints", "GET=UVF"},
    {"/restorePoints/{ID}", "GET=UVF"},
    {"/restorePoints/{ID}/agentRestorePoints", "GET=U"},
    {"/restorePoints/{ID}/backupFiles", "GET=U"},
    {"/restorePoints/{ID}/vAppRestorePoints", "GET=UVF"},
    {"/restorePoints/{ID}/vmRestorePoints", "GET=U"},
    {"/restoreSessions", "GET=UVFA"},
    {"/restoreSessions/{ID}", "GET=UVFA"},
    {"/security", "GET"},
    {"/security/accounts", "GET POST:,rebuildScope"},
    {"/security/accounts/{ID}", "GET POST DELETE"},
    {"/security/accounts/{ID}/roles", "GET POST"},
    {"/security/accounts/{ID}/roles/{ID}", "GET DELETE"},
    {"/security/accounts/{ID}/scopes", "GET POST"},
    {"/security/accounts/{ID}/scopes/{ID}", "GET DELETE"},
    {"/security/roles", "GET"},
    {"/security/roles/{ID}", "GET"},
    {"/selfService/vSphere", "GET=U"},
    {"/selfService/vSphere/Configs", "GET=U POST"},
    {"/selfService/vSphere/Configs/{ID}", "GET=U PUT DELETE"},
    {"/selfService/vSphere/Configs/{ID}/backupJobSettings", "GET=U"},
    {"/sessionMngr", "POST=UVFA"},
    {"/systemSessions", "GET=U"},
    {"/systemSessions/{ID}", "GET=U"},
    {"/systemSessions/{ID}/events", "GET=U"},
    {"/tasks", "GET=UVFA"},
    {"/tasks/{ID}", "GET=UVFA DELETE=UVFA"},
    {"/vAppReplicaPoints", "GET=UVF"},
    {"/vAppReplicaPoints/{ID}", "GET=UVF POST:failover=UVF"},
    {"/vAppRestorePoints", "GET=UVF"},
    {"/vAppRestorePoints/{ID}", "GET=UVF POST:restore=UVF"},
    {"/vCloud", "GET=U"},
    {"/vCloud/orgConfigs", "GET=U POST"},
    {"/vCloud/orgConfigs/{ID}", "GET=U POST:disable=U PUT DELETE"},
    {"/vCloud/orgConfigs/{ID}/backupJobSettings", "GET=U"},
    {"/vmReplicaPoints", "GET=UVF"},
    {"/vmReplicaPoints/{ID}", "GET=UVF POST:failover=UVF"},
    {"/vmReplicaPoints/{ID}/mounts", "GET=F POST=F"},
    {"/vmReplicaPoints/{ID}/mounts/{ID}", "GET=F DELETE=F"},
    {"/vmReplicaPoints/{ID}/mounts/{ID}/{filepath}", "GET:,listAll,listDirs,listFiles,download=UVF POST:restore=F"},
    {"/vmRestorePoints", "GET=UVF"},
    {"/vmRestorePoints/{ID}", "GET=UVF POST:restore=V"},
    {"/vmRestorePoints/{ID}/mounts", "GET=F POST=F"},
    {"/vmRestorePoints/{ID}/mounts/{ID}", "GET=F DELETE=F"},
    {"/vmRestorePoints/{ID}/mounts/{ID}/{filepath}", "GET:,listAll,listDirs,listFiles,download=UVF POST:restore=F"},
    {"/wanAccelerators", "GET=U"},
    {"/wanAccelerators/{ID}", "GET=U"},
});
// clang-format on

Callers callers_of(std::string_view letters) {
    RoleSet roles;
    for (char letter : letters) switch (letter) {
            case 'U':
                roles = roles | RoleSet{AccountRole::portal_user};
                break;
            case 'V':
                roles = roles | RoleSet{AccountRole::vm_restore_operator};
                break;
            case 'F':
                roles = roles | RoleSet{AccountRole::file_restore_operator};
                break;
            case 'A':
                roles =
                    roles | RoleSet{AccountRole::exchange_restore_operator,
                                    AccountRole::oracle_restore_operator, AccountRole::sql_restore_operator};
                break;
            default:
                throw Error(ErrorKind::internal, "The table of known operations has an unknown role");
        }
    return Callers::roles_in(roles);
}

std::vector<KnownOperation> expand() {
    std::vector<KnownOperation> operations;
    for (auto [path, methods] : paths)
        while (!methods.empty()) {
            std::string_view letters = next_word(methods, ' ');
            std::string_view actions = next_word(letters, '=');
            std::string_view method = next_word(actions, ':');
            do operations.push_back({method, path, next_word(actions, ','), callers_of(letters)});
            while (!actions.empty());
        }
    return operations;
}

}  // namespace

const std::vector<KnownOperation>& known_operations() {
    static const std::vector<KnownOperation> operations = expand();
    return operations;
}

std::vector<KnownOperation> operations_without_route(const std::vector<Route>& routes) {
    std::vector<KnownOperation> missing;
    for (const auto& known : known_operations())
        if (std::ranges::none_of(routes, [&](const Route& route) {
                return route.method == known.method && equal_ignoring_case(route.path, known.path) &&
                       equal_ignoring_case(route.action, known.action);
            }))
            missing.push_back(known);
    return missing;
}

ApiVersion first_version_of(std::string_view path) {
    struct Family {
        std::string_view path;
        ApiVersion version;
    };
    static constexpr auto families = std::to_array<Family>({
        {"/nas", ApiVersion::v1_5},
        {"/cdpPolicies", ApiVersion::v1_6},
        {"/cdpReplicas", ApiVersion::v1_6},
        {"/cdpReplicaSessions", ApiVersion::v1_6},
        {"/cdpReplicaTaskSessions", ApiVersion::v1_6},
        {"/cdpReplica", ApiVersion::v1_7},
        {"/vAppReplicaPoints", ApiVersion::v1_7},
        {"/systemSessions", ApiVersion::v1_7},
    });
    const auto family = path.substr(0, path.find('/', 1));
    const auto found = std::ranges::find(families, family, &Family::path);
    return found == families.end() ? ApiVersion::v1_0 : found->version;
}

const KnownOperation* find_known_operation(std::string_view method, std::string_view path,
                                           std::string_view action) {
    const auto& operations = known_operations();
    const auto found = std::ranges::find_if(operations, [&](const KnownOperation& known) {
        return known.method == method && known.path == path && known.action == action;
    });
    return found == operations.end() ? nullptr : &*found;
}

}  // namespace holdfast::api
