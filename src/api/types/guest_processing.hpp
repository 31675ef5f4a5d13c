// What happens inside a guest while it is backed up. Everything may be missing: a request sends what it
// changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/description/field_types.hpp"

namespace holdfast::api {

struct PathList : std::vector<std::string> {
    using std::vector<std::string>::vector;
};

enum class VssSnapshotMode { RequireSuccess, IgnoreFailures, Disabled };

struct VssSnapshotOptionsType {
    std::optional<api::VssSnapshotMode> VssSnapshotMode;
    std::optional<bool> IsCopyOnly;
    std::optional<bool> UsePersistentGuestAgent;
};

enum class FileSystemIndexingMode { Disabled, EveryFolders, SpecifiedFolders, ExceptSpecifiedFolders };

struct GuestFSIndexingOptions {
    std::optional<api::FileSystemIndexingMode> FileSystemIndexingMode;
    std::optional<PathList> IncludedIndexingFolders;
    std::optional<PathList> ExcludedIndexingFolders;
};
struct WindowsGuestFSIndexingOptionsType : GuestFSIndexingOptions {};
struct LinuxGuestFSIndexingOptionsType : GuestFSIndexingOptions {};

enum class TransactionLogsProcessing { OnlyOnSuccessJob, Backup };

struct SqlBackupOptionsType {
    std::optional<api::TransactionLogsProcessing> TransactionLogsProcessing;
    std::optional<std::int32_t> BackupLogsFrequencyMin;
    std::optional<bool> UseDbBackupRetention;
    std::optional<std::int32_t> RetainDays;
};

struct FSFileExcludeOptionsType {
    std::optional<Range<1, 2>> BackupScope;
    std::optional<PathList> IncludeList;
    std::optional<PathList> ExcludeList;
};

enum class ArchivedLogsTruncation { ByAge, BySize };

struct OracleBackupOptionsType {
    std::optional<bool> BackupLogsEnabled;
    std::optional<std::int32_t> BackupLogsFrequencyMin;
    std::optional<bool> UseDbBackupRetention;
    std::optional<std::int32_t> RetainDays;
    std::optional<api::ArchivedLogsTruncation> ArchivedLogsTruncation;
    std::optional<std::int32_t> ArchivedLogsMaxAgeHours;
    std::optional<std::int32_t> ArchivedLogsMaxSizeMb;
    std::optional<std::string> SysdbaCredsId;
    std::optional<bool> ProxyAutoSelect;
};

struct GuestProcessingOptionsType {
    std::optional<VssSnapshotOptionsType> VssSnapshotOptions;
    std::optional<WindowsGuestFSIndexingOptionsType> WindowsGuestFSIndexingOptions;
    std::optional<LinuxGuestFSIndexingOptionsType> LinuxGuestFSIndexingOptions;
    std::optional<SqlBackupOptionsType> SqlBackupOptions;
    std::optional<std::string> WindowsCredentialsId;
    std::optional<std::string> LinuxCredentialsId;
    std::optional<FSFileExcludeOptionsType> FSFileExcludeOptions;
    std::optional<OracleBackupOptionsType> OracleBackupOptions;
};

}  // namespace holdfast::api
