#include "api/query/query_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/query/filter_value.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/sources.hpp"

namespace holdfast::api {
namespace {

enum class Readers { administrators, users, operators, users_and_operators };

Callers callers_of(Readers readers) {
    switch (readers) {
        case Readers::administrators:
            return Callers::administrators();
        case Readers::users:
            return Callers::roles({AccountRole::portal_user});
        case Readers::operators:
            return Callers::roles({AccountRole::vm_restore_operator, AccountRole::file_restore_operator});
        case Readers::users_and_operators:
            return Callers::roles({AccountRole::portal_user, AccountRole::vm_restore_operator,
                                   AccountRole::file_restore_operator});
    }
    return Callers::administrators();
}

// A type: its fields are those of its source, or where nothing of it is kept they are written down here,
// "Name:kind" with the words of an enumeration for the kind, and text for none.
struct Row {
    std::string_view name;
    Readers readers;
    const std::vector<catalog::Field>* (*source)() = nullptr;
    std::string_view fields{};
    std::string_view link_type{};  // where it is not the name and List
};

template <auto source>
const std::vector<catalog::Field>* fields_of() {
    return &source().fields;
}

// clang-format off
constexpr auto rows = std::to_array<Row>({
    {"AgentBackupJob", Readers::administrators, nullptr,
     "UID:id Name Description JobType Platform:AgentForLinux|AgentForWindows ScheduleConfigured:boolean ScheduleEnabled:boolean "
     "BackupServerUid:id BackupServerName"},
    {"AgentProtectionGroup", Readers::administrators, nullptr, "UID:id Name BackupServerUid:id BackupServerName"},
    {"AgentRestorePoint", Readers::users, nullptr,
     "UID:id Name CreationTime:time ComputerName Type:Full|Increment Algorithm:Full|Incremental|SyntheticFull RestorePointId:id "
     "RestorePointName BackupUid:id BackupName BackupFileUid:id BackupFileName BackupServerUid:id BackupServerName"},
    {"Backup", Readers::users_and_operators, fields_of<catalog::backup_source>},
    {"BackupFile", Readers::users, fields_of<catalog::backup_file_source>},
    {"BackupJobSession", Readers::users, fields_of<catalog::backup_session_source>},
    {"BackupServer", Readers::users, fields_of<catalog::backup_server_source>},
    {"BackupTaskSession", Readers::users, fields_of<catalog::task_session_source>},
    {"CdpPolicy", Readers::administrators, nullptr,
     "UID:id Name Description NextRun:time ScheduleConfigured:boolean ScheduleEnabled:boolean BackupServerUid:id BackupServerName"},
    {"CdpReplica", Readers::administrators, nullptr,
     "UID:id Name PolicyId PolicyName BackupServerUid:id BackupServerName"},
    {"CdpReplicaSession", Readers::users, nullptr,
     "Id:id Name PolicyUid:id PolicyName BackupServerUid:id BackupServerName CreationTimeUTC:time EndTimeUTC:time "
     "State:Starting|Stopping|Working|Pausing|Resuming|Stopped Result:None|Success|Warning|Failed FailureMessage"},
    {"CdpReplicaTaskSession", Readers::users, nullptr,
     "Id:id Name PolicySessionUid:id PolicySessionName BackupServerUid:id BackupServerName CreationTimeUTC:time EndTimeUTC:time "
     "State:InProgress|Pending|Completed Reason TotalSize:number VmDisplayName"},
    {"CloudFailoverPlan", Readers::administrators, nullptr,
     "UID:id Name Description CloudTenantUid:id CloudTenantName BackupServerUid:id BackupServerName"},
    {"CloudFailoverSession", Readers::administrators, nullptr,
     "UID:id Name Type CreationTime:time EndTime:time State:Starting|Stopping|Working|Stopped Result:None|Success|Warning|Failed "
     "FailureMessage BackupServerUid:id BackupServerName"},
    {"CloudGateway", Readers::administrators, nullptr,
     "UID:id Name Enabled:boolean Description BackupServerUid:id BackupServerName"},
    {"CloudGatewayPool", Readers::users, nullptr, "UID:id Name Description BackupServerUid:id BackupServerName"},
    {"CloudHardwarePlan", Readers::administrators, nullptr,
     "UID:id Name Platform:VMware|HyperV BackupServerUid:id BackupServerName"},
    {"CloudPublicIpAddress", Readers::administrators, nullptr,
     "UID:id Name IpAddress CloudTenantUid:id CloudTenantName BackupServerUid:id BackupServerName"},
    {"CloudReplica", Readers::administrators, nullptr, "UID:id Name Platform:VMware|HyperV|vCloud"},
    {"CloudSubtenant", Readers::administrators, nullptr,
     "UID Name CloudTenantUid:id CloudTenantName Disabled:boolean Unlimited:boolean Quota:number UsedQuota:number BackupResourceId "
     "BackupServerUid:id BackupServerName"},
    {"CloudTenant", Readers::administrators, nullptr,
     "UID:id Name Enabled:boolean BackupServerUid:id BackupServerName Type:vCD|Standalone|ActiveDirectory OrganizationReference"},
    {"CloudVmReplicaPoint", Readers::administrators, nullptr,
     "UID:id Name CreationTime:time VmName Type:CDP|Full|ReverseIncrement|Increment|Snapshot ReplicaUid:id ReplicaName "
     "VmDisplayName BackupServerUid:id BackupServerName State:Unknown|Ready|Failover|Failback|PermanentFailover"},
    {"Credentials", Readers::users, fields_of<catalog::credentials_source>},
    {"DiscoveredComputer", Readers::administrators, nullptr,
     "UID Name BackupServerUid:id BackupServerName AgentVersion AgentStatus:NotInstalled|Installed|UnsupportedOs|Failed|Exclude "
     "OsVersion IpAddress ProtectionGroupUid:id ProtectionGroupName"},
    {"FailoverPlan", Readers::operators, nullptr, "UID:id Name Description BackupServerUid:id BackupServerName"},
    {"FileServer", Readers::users, nullptr, "UID:id Name BackupServerUid:id BackupServerName"},
    {"HierarchyRoot", Readers::users, fields_of<catalog::hierarchy_root_source>},
    {"Job", Readers::administrators, fields_of<catalog::job_source>},
    {"ManagedServer", Readers::users, fields_of<catalog::managed_server_source>},
    {"NasJob", Readers::administrators, nullptr,
     "UID:id Name Description NextRun:time ScheduleConfigured:boolean ScheduleEnabled:boolean BackupServerUid:id BackupServerName",
     "NASJobList"},
    {"NasObject", Readers::administrators, nullptr,
     "UID Name JobUid:id JobName FileServerUid:id FileServerName BackupServerUid:id BackupServerName", "NASObjectList"},
    {"ObjectInAgentBackupJob", Readers::administrators, nullptr,
     "UID DisplayName JobUid:id JobName FileServerUid:id FileServerName BackupServerUid:id BackupServerName"},
    {"ObjectInJob", Readers::administrators, fields_of<catalog::job_object_source>},
    {"Passwords", Readers::users, fields_of<catalog::encryption_password_source>, "", "PasswordKeyList"},
    {"Replica", Readers::users_and_operators, nullptr, "UID:id Name JobUid:id JobName RepositoryUid:id RepositoryName"},
    {"ReplicaJobSession", Readers::users, nullptr,
     "UID:id Name JobType:Replica JobUid:id JobName CreationTime:time EndTime:time "
     "State:Starting|Stopping|Working|Pausing|Resuming|Stopped Result:None|Success|Warning|Failed IsRetry:boolean "
     "BackupServerUid:id BackupServerName"},
    {"ReplicaTaskSession", Readers::users, nullptr,
     "UID:id Name CreationTime:time EndTime:time State:InProgress|Pending|Completed Result:None|Success|Warning|Failed Reason "
     "TotalSize:number JobSessionUid:id JobUid:id JobName BackupServerUid:id BackupServerName VmDisplayName"},
    {"Repository", Readers::users, fields_of<catalog::repository_source>},
    {"RestorePoint", Readers::users_and_operators, fields_of<catalog::restore_point_source>},
    {"RestoreSession", Readers::users_and_operators, fields_of<catalog::restore_session_source>},
    {"Task", Readers::users_and_operators, fields_of<catalog::task_source>},
    {"vAppReplicaPoint", Readers::users_and_operators, nullptr,
     "UID:id Name vAppDisplayName CreationTime:time vAppName Type:Full|ReverseIncrement|Increment|Snapshot "
     "Algorithm:Full|ReversedIncremental|Incremental|SyntheticFull ReplicaUid:id ReplicaName BackupServerUid:id BackupServerName",
     "VAppReplicaPointList"},
    {"vAppRestorePoint", Readers::users_and_operators, nullptr,
     "UID:id Name CreationTime:time Type:Full|Increment|ReverseIncrement "
     "Algorithm:Full|ReversedIncremental|Incremental|SyntheticFull RestorePointId VAppDisplayName BackupServerUid:id BackupServerName",
     "VAppRestorePointList"},
    {"VCloudOrganizationConfig", Readers::users, nullptr,
     "UID:id Name RepositoryUid:id QuotaGb:number Disabled:boolean JobSchedulerType:Full|Partial|Random|Disabled UsedQuota:number "
     "BackupServerUid:id BackupServerName HostUid:id RepositoryFriendlyName"},
    {"VlanConfiguration", Readers::administrators, nullptr,
     "UID SwitchName SwitchType:VirtualSwitch|DistributedVirtualSwitch SwitchId ClusterName ClusterRef BackupServerUid:id "
     "BackupServerName"},
    {"VmReplicaPoint", Readers::users_and_operators, nullptr,
     "UID:id Name CreationTime:time Type:Full|ReverseIncrement|Increment|Snapshot "
     "Algorithm:Full|ReversedIncremental|Incremental|SyntheticFull ReplicaUid:id ReplicaName VmDisplayName BackupServerUid:id "
     "BackupServerName"},
    {"VmRestorePoint", Readers::users_and_operators, fields_of<catalog::vm_restore_point_source>},
    {"VsphereSelfServiceConfig", Readers::users, nullptr,
     "UID:id Name BackupServerUid:id BackupServerName JobSchedulerType:Full|Partial|Random|Disabled AccountType:User|Group "
     "PerUser:boolean QuotaGb:number RepositoryUid:id UsedQuota:number", "VSphereSelfServiceConfigList"},
    {"WanAccelerator", Readers::users, nullptr,
     "UID:id Name Capacity:number ConnectionsCount:number HighBandwidthModeEnabled:boolean BackupServerUid:id BackupServerName"},
});
// clang-format on

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        auto end = std::min(text.find(separator), text.size());
        parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

catalog::Field read_field(std::string_view text) {
    using catalog::FieldKind;
    auto colon = std::min(text.find(':'), text.size());
    auto kind = text.substr(std::min(colon + 1, text.size()));
    catalog::Field field{.name = std::string(text.substr(0, colon))};
    if (kind.empty()) return field;
    for (auto [word, known] : {std::pair("id", FieldKind::id), std::pair("boolean", FieldKind::boolean),
                               std::pair("time", FieldKind::time), std::pair("number", FieldKind::number)})
        if (kind == word) field.kind = known;
    if (field.kind != FieldKind::text) return field;
    field.kind = FieldKind::enumeration;
    for (auto word : split(kind, '|')) field.words.emplace_back(word);
    return field;
}

const std::vector<catalog::Field>* read_fields(std::string_view text) {
    // They live as long as the program: conditions point to them.
    static std::vector<std::unique_ptr<std::vector<catalog::Field>>> kept;
    auto fields = std::make_unique<std::vector<catalog::Field>>();
    for (auto field : split(text, ' ')) fields->push_back(read_field(field));
    kept.push_back(std::move(fields));
    return kept.back().get();
}

QueryType make_type(const Row& row) {
    QueryType type{
        .name = row.name,
        .callers = callers_of(row.readers),
        .link_type = row.link_type.empty() ? std::string(row.name) + "List" : std::string(row.link_type),
        .link_order = "",
        .fields = row.source != nullptr ? row.source() : read_fields(row.fields)};
    const auto* name = catalog::find_field(*type.fields, "Name");
    type.link_order = name != nullptr ? name->name : type.fields->front().name;
    return type;
}

}  // namespace

const std::vector<QueryType>& query_types() {
    static const auto types = [] {
        std::vector<QueryType> made;
        made.reserve(rows.size());
        for (const auto& row : rows) made.push_back(make_type(row));
        return made;
    }();
    return types;
}

const QueryType& find_query_type(std::string_view name) {
    const auto& types = query_types();
    auto found = std::ranges::find_if(
        types, [&](const auto& type) { return equal_ignoring_case(type.name, trimmed(name)); });
    if (found != types.end()) return *found;
    std::string names;
    for (const auto& type : types) names += (names.empty() ? "" : ", ") + std::string(type.name);
    throw Error(ErrorKind::invalid_input, name.empty() ? "The parameter type is missing"
                                                       : fmt::format("There is no type {}", cite(name)))
        .advise("The types are: " + names + ".");
}

}  // namespace holdfast::api
