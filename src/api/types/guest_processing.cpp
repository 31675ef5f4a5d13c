#include "api/types/guest_processing.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_FLAT_LIST(PathList, "StringListType", "Path")
HOLDFAST_ENUM(VssSnapshotMode, RequireSuccess, IgnoreFailures, Disabled)
HOLDFAST_VERSIONS(VssSnapshotOptionsType, {"UsePersistentGuestAgent", since(ApiVersion::v1_7)})
HOLDFAST_PART(VssSnapshotOptionsType, (), (VssSnapshotMode, IsCopyOnly, UsePersistentGuestAgent))
HOLDFAST_ENUM(FileSystemIndexingMode, Disabled, EveryFolders, SpecifiedFolders, ExceptSpecifiedFolders)
HOLDFAST_DESCRIBE(GuestFSIndexingOptions, (),
                  (FileSystemIndexingMode, IncludedIndexingFolders, ExcludedIndexingFolders),
                  "GuestFSIndexingOptionsType", "")
HOLDFAST_PART(WindowsGuestFSIndexingOptionsType, (GuestFSIndexingOptions), ())
HOLDFAST_PART(LinuxGuestFSIndexingOptionsType, (GuestFSIndexingOptions), ())
HOLDFAST_ENUM(TransactionLogsProcessing, OnlyOnSuccessJob, Backup)
HOLDFAST_PART(SqlBackupOptionsType, (),
              (TransactionLogsProcessing, BackupLogsFrequencyMin, UseDbBackupRetention, RetainDays))
HOLDFAST_JSON_NAMES(FSFileExcludeOptionsType, {"IncludeList", "IncludeLists"},
                    {"ExcludeList", "ExcludeLists"})
HOLDFAST_PART(FSFileExcludeOptionsType, (), (BackupScope, IncludeList, ExcludeList))
HOLDFAST_ENUM(ArchivedLogsTruncation, ByAge, BySize)
HOLDFAST_PART(OracleBackupOptionsType, (),
              (BackupLogsEnabled, BackupLogsFrequencyMin, UseDbBackupRetention, RetainDays,
               ArchivedLogsTruncation, ArchivedLogsMaxAgeHours, ArchivedLogsMaxSizeMb, SysdbaCredsId,
               ProxyAutoSelect))
HOLDFAST_JSON_NAMES(GuestProcessingOptionsType, {"FSFileExcludeOptions", "FsFileExcludeOptions"})
HOLDFAST_PART(GuestProcessingOptionsType, (),
              (VssSnapshotOptions, WindowsGuestFSIndexingOptions, LinuxGuestFSIndexingOptions,
               SqlBackupOptions, WindowsCredentialsId, LinuxCredentialsId, FSFileExcludeOptions,
               OracleBackupOptions))

}  // namespace holdfast::api
