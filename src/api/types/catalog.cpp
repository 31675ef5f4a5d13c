#include "api/types/catalog.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(CatalogVm, "CatalogVmEntityType", (Entity), (VmDisplayName))
HOLDFAST_LIST(CatalogVms, "CatalogVmEntityListType", "CatalogVm")
HOLDFAST_ROOT(CatalogVmRestorePoint, "CatalogVmRestorePointEntityType", (Entity), (BackupDateUTC))
HOLDFAST_LIST(CatalogVmRestorePoints, "CatalogVmRestorePointEntityListType", "CatalogVmRestorePoint")
HOLDFAST_ENUM(CatalogFileKind, Directory, File, Link, Other)
HOLDFAST_ROOT(CatalogFile, "CatalogFileType", (Resource),
              (VmDisplayName, Path, Name, Kind, Size, Owner, ModifiedDateUTC, OldestBackupDateUTC,
               NewestBackupDateUTC, RestorePoints))
HOLDFAST_LIST(CatalogFiles, "CatalogFileListType", "CatalogFile")

}  // namespace holdfast::api
