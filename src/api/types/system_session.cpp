#include "api/types/system_session.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ENUM(SystemSessionType, CatalogConsolidation, CatalogCrawlJob, CatalogReplicationJob, CollectJob,
              SecurityScopesRebuild, VcPluginJob, LicAutoUpdate, DatabaseMaintenance, HistoryCollectJob,
              LicenseRevoke, SyncCheckForProductUpdatesOption, LogExport)
HOLDFAST_ENUM(SystemSessionState, InProgress, CompletedSuccessfully, CompletedWarning, Failed)
HOLDFAST_PART(SessionResultInfoType, (), (Result, Message, IsCanceled))
HOLDFAST_ROOT(SystemSession, "SystemSessionEntityType", (Entity),
              (SessionType, CreationTimeUTC, EndTimeUTC, State, Result))
HOLDFAST_LIST(SystemSessions, "SystemSessionEntityListType", "Sessions")
HOLDFAST_PART(SystemSessionEventType, (), (CreationTimeUTC, Message, Order))
HOLDFAST_ROOT(SystemSessionEvents, "SystemSessionEventResourceType", (Resource), (Events))

}  // namespace holdfast::api
