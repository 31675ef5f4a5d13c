#include "api/resources/query_answers.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "api/query/requested_selection.hpp"
#include "api/resources/handler.hpp"
#include "api/resources/represent.hpp"
#include "api/resources/represent_security.hpp"
#include "api/resources/task_routes.hpp"
#include "base/error.hpp"

namespace holdfast::api {
namespace {

using Answerer = std::uint64_t (*)(const Query&, QueryResult&);

// How a record is shown where its type alone does not tell.
constexpr auto as_it_is = [](const auto& record, Site& site) { return represent(record, site); };
constexpr auto as_root = [](const auto& record, Site& site) { return represent_root(record, site); };
constexpr auto as_file = [](const auto& record, Site& site) { return represent_file(record, site); };
constexpr auto as_task = [](const auto& record, Site& site) {
    return represent(to_view(record), site.links());
};

template <typename Record>
Record record_of(const catalog::RecordSource<Record>&);
template <typename Source>
using RecordOf = decltype(record_of(std::declval<Source>()));
template <typename List>
using ItemOf = typename std::remove_cvref_t<List>::value_type::Item;

template <typename Record>
catalog::Selected<Record> find(const Query& query, const catalog::RecordSource<Record>& source,
                               catalog::Selection selection) {
    apply_request(query.call, query.page, *query.type.fields, query.type.name, selection);
    return catalog::select_records(query.services.database, source, selection);
}

// `list` is where they go: &EntitiesType::Jobs.
template <auto list, typename Records, typename Show>
std::uint64_t put_entities(const Query& query, QueryResult& result, const Records& selected, Show show) {
    auto site = query.services.site(query.call);
    if (query.call.wants_entities()) {
        auto& items = (result.Entities.emplace().*list).emplace().items;
        for (const auto& record : selected.records) items.push_back(show(record, site));
    } else {
        auto& references = result.Refs.emplace().items;
        for (const auto& record : selected.records) references.push_back(reference_to(show(record, site)));
    }
    return selected.total;
}

template <auto list, auto source, auto show = as_it_is>
std::uint64_t entities(const Query& query, QueryResult& result) {
    auto selection = query.services.selection(query.call);
    if (!catalog::has_others(source(), selection))
        return put_entities<list>(query, result, find(query, source(), selection), show);
    using Record = RecordOf<decltype(source())>;
    using Item = ItemOf<decltype(std::declval<EntitiesType>().*list)>;
    apply_request(query.call, query.page, *query.type.fields, query.type.name, selection);
    return put_entities<list>(query, result,
                              catalog::select_with_others(query.services.database, source(), selection),
                              also_of_others<Item, Record>(show));
}

// Those without a UID have one form.
template <auto list, auto source, auto show = as_it_is>
std::uint64_t resources(const Query& query, QueryResult& result, const catalog::Selection& selection) {
    auto selected = find(query, source(), selection);
    auto site = query.services.site(query.call);
    auto& items = (result.Resources.emplace().*list).emplace().items;
    for (const auto& record : selected.records) items.push_back(show(record, site));
    return selected.total;
}

template <auto list, auto source>
std::uint64_t all_resources(const Query& query, QueryResult& result) {
    return resources<list, source>(query, result, query.services.selection(query.call));
}

std::uint64_t vm_restore_points(const Query& query, QueryResult& result) {
    auto selected = find(query, catalog::vm_restore_point_source(), query.services.selection(query.call));
    return put_entities<&EntitiesType::VmRestorePoints>(
        query, result, selected,
        [with_details = wants_details(query.call)](const catalog::VmRestorePoint& record, Site& site) {
            auto entity = represent(record, site);
            if (with_details) entity.Consistency = consistency_of(record);
            return entity;
        });
}

std::uint64_t tasks(const Query& query, QueryResult& result) {
    return resources<&ResourcesType::Tasks, catalog::task_source, as_task>(
        query, result, selection_of_tasks(query.services, query.call));
}

// What Holdfast has none of; a wrong filter is wrong all the same.
void check(const Query& query) {
    catalog::Selection unused;
    apply_request(query.call, query.page, *query.type.fields, query.type.name, unused);
}

template <auto list>
std::uint64_t no_entities(const Query& query, QueryResult& result) {
    check(query);
    if (query.call.wants_entities())
        (result.Entities.emplace().*list).emplace();
    else
        result.Refs.emplace();
    return 0;
}

template <auto list>
std::uint64_t no_resources(const Query& query, QueryResult& result) {
    check(query);
    (result.Resources.emplace().*list).emplace();
    return 0;
}

using E = EntitiesType;
using R = ResourcesType;

constexpr auto answerers = std::to_array<std::pair<std::string_view, Answerer>>({
    {"AgentBackupJob", no_entities<&E::AgentBackupJob>},
    {"AgentProtectionGroup", no_entities<&E::AgentProtectionGroups>},
    {"AgentRestorePoint", no_entities<&E::AgentRestorePoints>},
    {"Backup", entities<&E::Backups, catalog::backup_source>},
    {"BackupFile", entities<&E::BackupFiles, catalog::backup_file_source, as_file>},
    {"BackupJobSession", entities<&E::BackupJobSessions, catalog::backup_session_source>},
    {"BackupServer", entities<&E::BackupServers, catalog::backup_server_source>},
    {"BackupTaskSession", entities<&E::BackupTaskSessions, catalog::task_session_source>},
    {"CdpPolicy", no_entities<&E::CdpPolicies>},
    {"CdpReplica", no_entities<&E::CdpReplicas>},
    {"CdpReplicaSession", no_entities<&E::CdpReplicaSessions>},
    {"CdpReplicaTaskSession", no_entities<&E::CdpReplicaTaskSessions>},
    {"CloudFailoverPlan", no_entities<&E::CloudFailoverPlans>},
    {"CloudFailoverSession", no_entities<&E::CloudFailoverSessions>},
    {"CloudGateway", no_entities<&E::CloudGateways>},
    {"CloudGatewayPool", no_entities<&E::CloudGatewayPools>},
    {"CloudHardwarePlan", no_entities<&E::CloudHardwarePlans>},
    {"CloudPublicIpAddress", no_entities<&E::CloudPublicIps>},
    {"CloudReplica", no_entities<&E::CloudReplicas>},
    {"CloudSubtenant", no_resources<&R::CloudSubtenants>},
    {"CloudTenant", no_entities<&E::CloudTenants>},
    {"CloudVmReplicaPoint", no_entities<&E::CloudVmReplicaPoints>},
    {"Credentials", all_resources<&R::CredentialsInfoList, catalog::credentials_source>},
    {"DiscoveredComputer", no_entities<&E::DiscoveredComputers>},
    {"FailoverPlan", no_entities<&E::FailoverPlans>},
    {"FileServer", no_entities<&E::FileServers>},
    {"HierarchyRoot", entities<&E::HierarchyRoots, catalog::hierarchy_root_source, as_root>},
    {"Job", entities<&E::Jobs, catalog::job_source>},
    {"ManagedServer", entities<&E::ManagedServers, catalog::managed_server_source>},
    {"NasJob", no_entities<&E::NASJobs>},
    {"NasObject", no_resources<&R::NASObjects>},
    {"ObjectInAgentBackupJob", no_resources<&R::ObjectsInAgentBackupJob>},
    {"ObjectInJob", all_resources<&R::sInObjectJob, catalog::job_object_source>},
    {"Passwords", all_resources<&R::PasswordKeyInfoList, catalog::encryption_password_source>},
    {"Replica", no_entities<&E::Replicas>},
    {"ReplicaJobSession", no_entities<&E::ReplicaJobSessions>},
    {"ReplicaTaskSession", no_entities<&E::ReplicaTaskSessions>},
    {"Repository", entities<&E::Repositories, catalog::repository_source>},
    {"RestorePoint", entities<&E::RestorePoints, catalog::restore_point_source>},
    {"RestoreSession", entities<&E::RestoreSessions, catalog::restore_session_source>},
    {"Task", tasks},
    {"vAppReplicaPoint", no_entities<&E::VAppReplicaPoints>},
    {"vAppRestorePoint", no_entities<&E::VAppRestorePoints>},
    {"VCloudOrganizationConfig", no_entities<&E::VCloudOrganizationConfigs>},
    {"VlanConfiguration", no_entities<&E::VlanConfigurations>},
    {"VmReplicaPoint", no_entities<&E::VmReplicaPoints>},
    {"VmRestorePoint", vm_restore_points},
    {"VsphereSelfServiceConfig", no_entities<&E::VSphereSelfServiceConfigs>},
    {"WanAccelerator", no_entities<&E::WanAccelerators>},
});

}  // namespace

std::uint64_t answer_query(const Query& query, QueryResult& result) {
    auto found = std::ranges::find(answerers, query.type.name, [](const auto& pair) { return pair.first; });
    if (found == answerers.end())
        throw Error(ErrorKind::internal, "Nothing answers queries of " + std::string(query.type.name));
    return found->second(query, result);
}

}  // namespace holdfast::api
