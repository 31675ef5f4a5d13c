#include "api/types/all_roots.hpp"

#include "api/types/audit.hpp"
#include "api/types/backup.hpp"
#include "api/types/catalog.hpp"
#include "api/types/credentials.hpp"
#include "api/types/file_system.hpp"
#include "api/types/infrastructure.hpp"
#include "api/types/job.hpp"
#include "api/types/report.hpp"
#include "api/types/security.hpp"
#include "api/types/service.hpp"
#include "api/types/session.hpp"
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
        RebuildScopeJobSpec, AccountPasswordSpec, AuditEvent, AuditEvents,  //
        CredentialsInfo, CredentialsInfoList, CredentialsInfoSpec, PasswordKeyInfo, PasswordKeyInfoList,
        PasswordKeyInfoSpec,  //
        ReportingSvc, SummaryReport, OverviewReportFrame, VmsOverviewReportFrame, JobStatisticsReportFrame,
        ProcessedVmsReportFrame, RepositoryReportFrame,      //
        SystemSession, SystemSessions, SystemSessionEvents,  //
        CatalogVm, CatalogVms, CatalogVmRestorePoint, CatalogVmRestorePoints>();
    return roots;
}

}  // namespace holdfast::api
