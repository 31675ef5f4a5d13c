#include "api/types/repository_upkeep.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(RepositoryCheckSpec, "RepositoryCheckSpecType", (), (ReadData))
HOLDFAST_ROOT(RepositoryStatistics, "RepositoryStatisticsType", (Resource),
              (Snapshots, Packs, StoredSize, CountedTimeUTC, Files, RestoreSize, DataBlobs, TreeBlobs,
               UniqueSize))
HOLDFAST_ROOT(RepositoryKey, "RepositoryKeyType", (Resource),
              (Id, CreationTimeUTC, UserName, HostName, IsCurrent))
HOLDFAST_LIST(RepositoryKeys, "RepositoryKeyListType", "RepositoryKey")
HOLDFAST_ROOT(RepositoryPasswordSpec, "RepositoryPasswordSpecType", (), (Password))

}  // namespace holdfast::api
