#include "api/types/storage.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(WanAccelerator, "WanAcceleratorEntityType", (Entity),
              (Description, OutOfDate, Version, Capacity, TrafficPort, ConnectionsCount, CachePath,
               HighBandwidthModeEnabled, BackupServerUid, BackupServerName))
HOLDFAST_LIST(WanAccelerators, "WanAcceleratorEntityListType", "WanAccelerator")
HOLDFAST_ENUM(ExternalRepositoryType, AmazonS3External, AzureStorageExternal, GoogleCloudStorageExternal)
HOLDFAST_ROOT(ExternalRepository, "ExternalRepositoryEntityType", (Entity),
              (RepositoryType, Path, UsedSpace, Description))
HOLDFAST_LIST(ExternalRepositories, "ExternalRepositoryEntityListType", "ExternalRepository")

}  // namespace holdfast::api
