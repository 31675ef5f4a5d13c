#include "api/routing/logon_documents.hpp"

#include <algorithm>
#include <array>

#include "api/routing/known_operations.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

struct LinkRow {
    std::string_view rel;
    std::string_view type;
    std::string_view path;
    std::string_view name{};
};

// Some clients take links by their index: the order is part of the interface. The last one, Delete, is added
// with the session's id.
// clang-format off
constexpr auto session_links = std::to_array<LinkRow>({
    {"Up", "EnterpriseManager", "/"},
    {"Down", "BackupServerReferenceList", "/backupServers"},
    {"Down", "ManagedServerReferenceList", "/managedServers"},
    {"Down", "JobReferenceList", "/jobs"},
    {"Down", "FailoverPlanReferenceList", "/failoverPlans"},
    {"Down", "HierarchyRootReferenceList", "/hierarchyRoots"},
    {"Down", "RepositoryReferenceList", "/repositories"},
    {"Down", "BackupReferenceList", "/backups"},
    {"Down", "RestorePointReferenceList", "/restorePoints"},
    {"Down", "VmRestorePointReferenceList", "/vmRestorePoints"},
    {"Down", "VAppRestorePointReferenceList", "/vAppRestorePoints"},
    {"Down", "ReplicaReferenceList", "/replicas"},
    {"Down", "VmReplicaPointReferenceList", "/vmReplicaPoints"},
    {"Down", "CatalogVmReferenceList", "/catalog/vms"},
    {"Down", "BackupJobSessionReferenceList", "/backupSessions"},
    {"Down", "RestoreSessionReferenceList", "/restoreSessions"},
    {"Down", "ReplicaJobSessionReferenceList", "/replicaSessions"},
    {"Down", "BackupTaskSessionReferenceList", "/backupTaskSessions"},
    {"Down", "ReplicaTaskSessionReferenceList", "/replicaTaskSessions"},
    {"Down", "EnterpriseSecuritySettings", "/security"},
    {"Down", "WanAcceleratorReferenceList", "/wanAccelerators"},
    {"Down", "BackupFileReferenceList", "/backupFiles"},
    {"Down", "ExternalRepositoryReferenceList", "/externalRepositories"},
    {"Down", "CdpPolicyReferenceList", "/cdpPolicies"},
    {"Down", "CdpReplicaSessionReferenceList", "/cdpReplicaSessions"},
    {"Down", "CdpReplicaTaskSessionReferenceList", "/cdpReplicaTaskSessions"},
    {"Down", "VAppReplicaPointReferenceList", "/vAppReplicaPoints"},
    {"Down", "VmCdpReplicaReferenceList", "/cdpReplica/vms"},
    {"Down", "VAppCdpReplicaReferenceList", "/cdpReplica/vApps"},
    {"Down", "BackupJobSessionReferenceList", "/systemSessions"},
    {"Down", "TaskList", "/tasks"},
    {"Down", "QueryService", "/querySvc"},
    {"Down", "LookupService", "/lookupSvc"},
    {"Down", "Report", "/reports/summary", "Summary"},
    {"Down", "BackupServerList", "/backupServers?format=Entity"},
    {"Down", "ManagedServerList", "/managedServers?format=Entity"},
    {"Create", "", "/backupServers?action=create"},
    {"Down", "JobList", "/jobs?format=Entity"},
    {"Down", "FailoverPlanList", "/failoverPlans?format=Entity"},
    {"Down", "HierarchyRootList", "/hierarchyRoots?format=Entity"},
    {"Down", "RepositoryList", "/repositories?format=Entity"},
    {"Down", "BackupList", "/backups?format=Entity"},
    {"Down", "RestorePointList", "/restorePoints?format=Entity"},
    {"Down", "VmRestorePointList", "/vmRestorePoints?format=Entity"},
    {"Down", "VAppRestorePointList", "/vAppRestorePoints?format=Entity"},
    {"Down", "ReplicaList", "/replicas?format=Entity"},
    {"Down", "VmReplicaPointList", "/vmReplicaPoints?format=Entity"},
    {"Down", "CatalogVmList", "/catalog/vms?format=Entity"},
    {"Down", "BackupJobSessionList", "/backupSessions?format=Entity"},
    {"Down", "RestoreSessionList", "/restoreSessions?format=Entity"},
    {"Down", "ReplicaJobSessionList", "/replicaSessions?format=Entity"},
    {"Down", "BackupTaskSessionList", "/backupTaskSessions?format=Entity"},
    {"Down", "ReplicaTaskSessionList", "/replicaTaskSessions?format=Entity"},
    {"Down", "WanAcceleratorList", "/wanAccelerators?format=Entity"},
    {"Down", "VCloudService", "/vCloud"},
    {"Down", "BackupFileList", "/backupFiles?format=Entity"},
    {"Down", "AgentsService", "/agents"},
    {"Down", "VSphereSelfService", "/selfService/vSphere"},
    {"Down", "ExternalRepositoryList", "/externalRepositories?format=Entity"},
    {"Down", "NasService", "/nas"},
    {"Down", "CdpPolicyList", "/cdpPolicies?format=Entity"},
    {"Down", "CdpReplicaSessionList", "/cdpReplicaSessions?format=Entity"},
    {"Down", "CdpReplicaTaskSessionList", "/cdpReplicaTaskSessions?format=Entity"},
    {"Down", "VAppReplicaPointList", "/vAppReplicaPoints?format=Entity"},
    {"Down", "VmCdpReplicaList", "/cdpReplica/vms?format=Entity"},
    {"Down", "VAppCdpReplicaList", "/cdpReplica/vApps?format=Entity"},
    {"Down", "BackupJobSessionList", "/systemSessions?format=Entity"},
});
// clang-format on

constexpr std::array<std::string_view, 5> versions = {"v1_3", "v1_4", "v1_5", "v1_6", "v1_7"};

std::optional<std::string> given(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

// No link leads to what the session's version does not have, or the account's roles may not do.
bool is_shown(const LinkRow& row, const Logon& logon) {
    const auto path = row.path.substr(0, row.path.find('?'));
    const auto* known = row.rel == "Create" ? find_known_operation("POST", path, "create")
                                            : find_known_operation("GET", path);
    return first_version_of(path) <= api_version_of(logon.version()) &&
           (known == nullptr || known->callers.allows(logon.roles()));
}

Link create_session(const LinkBuilder& links, std::string_view version) {
    return links.link("Create", "/sessionMngr/?v=" + std::string(version), "LogonSession");
}

}  // namespace

EnterpriseManager describe_entry_point(const LinkBuilder& links) {
    EnterpriseManager entry;
    entry.Links =
        LinkList{links.link("Down", "/logonSessions", "LogonSessionList"), create_session(links, "latest")};
    auto& supported = entry.SupportedVersions.emplace().SupportedVersion;
    for (std::string_view version : versions) {
        auto& described = supported.emplace_back();
        described.Links = LinkList{create_session(links, version)};
        described.Name = std::string(version);
    }
    return entry;
}

LogonSession describe_logon(const Logon& logon, const LinkBuilder& links) {
    LogonSession session;
    std::string path = "/logonSessions/" + logon.id().to_string();
    auto& list = session.Links.emplace();
    for (const auto& row : session_links)
        if (is_shown(row, logon))
            list.push_back(links.link(row.rel, row.path, given(row.type), given(row.name)));
    list.push_back(links.link("Delete", path));
    session.Href = links.href(path);
    session.Type = "LogonSession";
    session.UserName = logon.account();
    session.SessionId = logon.id().to_string();
    return session;
}

std::optional<std::string> parse_version(std::string_view text) {
    std::string version = to_lower(trimmed(text));
    if (version.empty() || version == "latest") return "latest";
    if (version.starts_with('v')) version.erase(0, 1);
    if (version == "1") version = "1_0";
    std::ranges::replace(version, '.', '_');
    if (version.size() == 3 && version.starts_with("1_") && version[2] >= '0' && version[2] <= '7')
        return "v" + version;
    return std::nullopt;
}

ApiVersion api_version_of(std::string_view version) {
    if (version == "latest") return newest_version;
    return all_versions.at(static_cast<std::size_t>(version.at(version.size() - 1) - '0'));
}

}  // namespace holdfast::api
