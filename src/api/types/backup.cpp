#include "api/types/backup.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ENUM(BackupType, Standard, ParentBackup, ChildBackup)
HOLDFAST_ROOT(Backup, "BackupEntityType", (Entity), (Platform, BackupType))
HOLDFAST_LIST(Backups, "BackupEntityListType", "Backup")
HOLDFAST_ROOT(RestorePoint, "RestorePointEntityType", (Entity), (BackupDateUTC))
HOLDFAST_LIST(RestorePoints, "RestorePointEntityListType", "RestorePoint")
HOLDFAST_ENUM(PointAlgorithm, Full, ReversedIncremental, Incremental, SyntheticFull)
HOLDFAST_ENUM(PointType, Full, Increment, ReverseIncrement)
HOLDFAST_ENUM(Consistency, CrashConsistent, FileSystemConsistent, Offline)
HOLDFAST_ROOT(VmRestorePoint, "VmRestorePointEntityType", (Entity),
              (CreationTimeUTC, VmName, Algorithm, PointType, HierarchyObjRef, Consistency, VmDisplayName))
HOLDFAST_LIST(VmRestorePoints, "VmRestorePointEntityListType", "VmRestorePoint")
HOLDFAST_ROOT(VAppRestorePoint, "VAppRestorePointEntityType", (Entity),
              (CreationTimeUTC, Algorithm, PointType, HierarchyObjRef, VAppDisplayName))
HOLDFAST_LIST(VAppRestorePoints, "VAppRestorePointEntityListType", "VAppRestorePoint")
HOLDFAST_ENUM(BackupFileType, vbk, vib, vrb)
HOLDFAST_ROOT(BackupFile, "BackupFileEntityType", (Entity),
              (FilePath, BackupSize, DataSize, DeduplicationRatio, CompressRatio, CreationTimeUtc, FileType))
HOLDFAST_LIST(BackupFiles, "BackupFileEntityListType", "BackupFile")

HOLDFAST_PART(VmRestoreParametersType, (),
              (VmRestorePointUid, VmNewName, DatastoreRef, OrgVdcStorageProfileRef, LinkedCloneVmTemplateRef))
HOLDFAST_PART(VmRestoreSpecType, (),
              (PowerOnAfterRestore, HierarchyRootUid, QuickRollback, VmRestoreParameters, KeepOriginalVM))
HOLDFAST_PART(VmsRestoreParametersType, (), (Vm))
HOLDFAST_JSON_NAMES(vCloudVAppRestoreSpecType, {"vAppNewName", "VAppNewName"})
HOLDFAST_PART(vCloudVAppRestoreSpecType, (),
              (PowerOnAfterRestore, HierarchyRootUid, OrgVdcRef, vAppNewName, VmsRestoreParameters))
HOLDFAST_JSON_NAMES(RestoreSpec, {"vCloudVAppRestoreSpec", "VCloudVAppRestoreSpec"})
HOLDFAST_CHOICE_ROOT(RestoreSpec, "RestoreSpecType", (VmRestoreSpec, vCloudVAppRestoreSpec))

}  // namespace holdfast::api
