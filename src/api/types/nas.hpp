// File shares: the servers that have them, and the jobs that back them up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/resource.hpp"
#include "api/types/schedule.hpp"

namespace holdfast::api {

struct NASService : Resource {};

enum class FileServerType { FileServer, SmbServer, NfsServer };

struct SmbServerOptionsInfoType {
    std::optional<std::string> Path;
    std::optional<std::string> CredentialsId;
};

struct NfsServerOptionsInfoType {
    std::optional<std::string> Path;
};

struct FileServerOptionsInfoType {
    std::optional<std::string> ServerUid;
};

struct ProcessingOptionsInfoType {
    std::optional<std::string> ServerUid;
    std::optional<std::string> CacheRepositoryUid;
};

struct NASServerAdvancedOptionsInfoType {
    std::optional<std::string> ProcessingMode;  // "Direct"
    std::optional<std::string> StorageSnapshotPath;
};

// Options are those of its type.
struct FileServer : Entity {
    FileServerType ServerType = FileServerType::FileServer;
    std::optional<std::string> HierarchyObjRef;
    std::optional<SmbServerOptionsInfoType> SmbServerOptions;
    std::optional<NfsServerOptionsInfoType> NfsServerOptions;
    std::optional<FileServerOptionsInfoType> FileServerOptions;
    std::optional<ProcessingOptionsInfoType> ProcessingOptions;
    std::optional<NASServerAdvancedOptionsInfoType> NASServerAdvancedOptions;
};
struct FileServers : List<FileServer> {};

struct FileExtensionList : std::vector<std::string> {
    using std::vector<std::string>::vector;
};

struct NASObject : Resource {
    std::optional<std::string> HierarchyObjRef;
    std::optional<std::string> ObjectInJobId;
    std::optional<std::string> FileOrFolder;
    std::optional<std::string> FileServerUid;
    std::optional<FileExtensionList> InclusionMask;  // "*.*"
    std::optional<FileExtensionList> ExclusionMask;
};
struct NASObjects : List<NASObject> {};

enum class ShorttermRetentionType { Day, Month };
enum class LongtermRetentionType { Month, Year };
enum class ArchiveFileExtensionsScope { Any, Specified, ExceptSpecified };
enum class FileAttributesChangeTrackingMode {
    TrackOnlyFolderAttributesChanges,
    TrackEverythingAttributesChanges
};

struct NASJobFileExtensionsOptionsInfoType {
    std::optional<api::ArchiveFileExtensionsScope> ArchiveFileExtensionsScope;
    std::optional<FileExtensionList> InclusionMask;
    std::optional<FileExtensionList> ExclusionMask;
};

struct NASLongTermArchivalOptionsInfoType {
    std::optional<bool> ActiveFileRetentionEnabled;
    std::optional<std::int64_t> MaxActiveFileVersionsToKeep;
    std::optional<bool> DeletedFileRetentionEnabled;
    std::optional<std::int64_t> MaxDeletedFileVersionsToKeep;
    std::optional<NASJobFileExtensionsOptionsInfoType> FileExtensionsOption;
};

struct NASJobKeepFileVersionsHistoryType {
    std::optional<api::LongtermRetentionType> LongtermRetentionType;
    std::optional<std::int64_t> LongtermRetentionPeriod;
    std::optional<std::string> BackupRepositoryUid;
    std::optional<NASLongTermArchivalOptionsInfoType> ArchiveFileTypes;
};

struct NASJobSecurityOptionsInfoType {
    std::optional<api::FileAttributesChangeTrackingMode> FileAttributesChangeTrackingMode;
};

struct NASJobAdvancedStorageOptionsInfoType {
    std::optional<NASJobSecurityOptionsInfoType> ACL;
};

struct NASJobStorageOptionsInfoType {
    std::optional<std::string> BackupRepositoryUid;
    std::optional<api::ShorttermRetentionType> ShorttermRetentionType;
    std::optional<std::int64_t> ShorttermRetentionPeriod;
    std::optional<bool> LongtermRetentionEnabled;
    std::optional<NASJobKeepFileVersionsHistoryType> KeepFileVersionsHistoryOptions;
    std::optional<NASJobAdvancedStorageOptionsInfoType> AdvancedStorageOptions;
};

struct NASJob : Entity {
    std::optional<std::string> Description;
    std::optional<NASObjects> Includes;
    std::optional<NASJobStorageOptionsInfoType> StorageOptions;
    std::optional<bool> ScheduleConfigured;
    std::optional<bool> ScheduleEnabled;
    std::optional<Timestamp> NextRun;
    std::optional<ScheduleOptionsInfoType> JobScheduleOptions;
};
struct NASJobs : List<NASJob> {};

}  // namespace holdfast::api
