#include "api/types/catalog.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(CatalogVm, "CatalogVmEntityType", (Entity), (VmDisplayName))
HOLDFAST_LIST(CatalogVms, "CatalogVmEntityListType", "CatalogVm")
HOLDFAST_ROOT(CatalogVmRestorePoint, "CatalogVmRestorePointEntityType", (Entity), (BackupDateUTC))
HOLDFAST_LIST(CatalogVmRestorePoints, "CatalogVmRestorePointEntityListType", "CatalogVmRestorePoint")

}  // namespace holdfast::api
