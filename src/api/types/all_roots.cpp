#include "api/types/all_roots.hpp"

#include "api/types/backup.hpp"
#include "api/types/file_system.hpp"
#include "api/types/infrastructure.hpp"
#include "api/types/job.hpp"
#include "api/types/service.hpp"
#include "api/types/session.hpp"

namespace holdfast::api {
namespace {

template <typename... T>
std::vector<const Shape*> shapes_of() {
    return {&shape_of<T>()...};
}

}  // namespace

const std::vector<const Shape*>& all_roots() {
    static const auto roots =
        shapes_of<EnterpriseManager, LogonSession, LogonSessions, LoginSpec, ErrorDocument, Link, EntityRef,
                  EntityReferences, Task, Tasks, LookupSvc,                                            //
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
                  VmRestorePointMountSpec, FileRestoreSpec>();
    return roots;
}

}  // namespace holdfast::api
