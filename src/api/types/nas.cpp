#include "api/types/nas.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(NASService, "NASServiceType", (Resource), ())

HOLDFAST_ENUM(FileServerType, FileServer, SmbServer, NfsServer)
HOLDFAST_PART(SmbServerOptionsInfoType, (), (Path, CredentialsId))
HOLDFAST_PART(NfsServerOptionsInfoType, (), (Path))
HOLDFAST_PART(FileServerOptionsInfoType, (), (ServerUid))
HOLDFAST_PART(ProcessingOptionsInfoType, (), (ServerUid, CacheRepositoryUid))
HOLDFAST_PART(NASServerAdvancedOptionsInfoType, (), (ProcessingMode, StorageSnapshotPath))
HOLDFAST_ROOT(FileServer, "FileServerEntityType", (Entity),
              (ServerType, HierarchyObjRef, SmbServerOptions, NfsServerOptions, FileServerOptions,
               ProcessingOptions, NASServerAdvancedOptions))
HOLDFAST_LIST(FileServers, "FileServerEntityListType", "FileServer")

HOLDFAST_FLAT_LIST(FileExtensionList, "FileExtensionInfoListType", "Extension")
HOLDFAST_JSON_NAMES(NASObject, {"InclusionMask", "InclusionMasks"}, {"ExclusionMask", "ExclusionMasks"})
HOLDFAST_ROOT(NASObject, "NASObjectType", (Resource),
              (HierarchyObjRef, ObjectInJobId, FileOrFolder, FileServerUid, InclusionMask, ExclusionMask))
HOLDFAST_LIST(NASObjects, "NASObjectListType", "NASObject")

HOLDFAST_ENUM(ShorttermRetentionType, Day, Month)
HOLDFAST_ENUM(LongtermRetentionType, Month, Year)
HOLDFAST_ENUM(ArchiveFileExtensionsScope, Any, Specified, ExceptSpecified)
HOLDFAST_ENUM(FileAttributesChangeTrackingMode, TrackOnlyFolderAttributesChanges,
              TrackEverythingAttributesChanges)
HOLDFAST_JSON_NAMES(NASJobFileExtensionsOptionsInfoType, {"InclusionMask", "InclusionMasks"},
                    {"ExclusionMask", "ExclusionMasks"})
HOLDFAST_PART(NASJobFileExtensionsOptionsInfoType, (),
              (ArchiveFileExtensionsScope, InclusionMask, ExclusionMask))
HOLDFAST_PART(NASLongTermArchivalOptionsInfoType, (),
              (ActiveFileRetentionEnabled, MaxActiveFileVersionsToKeep, DeletedFileRetentionEnabled,
               MaxDeletedFileVersionsToKeep, FileExtensionsOption))
HOLDFAST_PART(NASJobKeepFileVersionsHistoryType, (),
              (LongtermRetentionType, LongtermRetentionPeriod, BackupRepositoryUid, ArchiveFileTypes))
HOLDFAST_PART(NASJobSecurityOptionsInfoType, (), (FileAttributesChangeTrackingMode))
HOLDFAST_PART(NASJobAdvancedStorageOptionsInfoType, (), (ACL))
HOLDFAST_PART(NASJobStorageOptionsInfoType, (),
              (BackupRepositoryUid, ShorttermRetentionType, ShorttermRetentionPeriod,
               LongtermRetentionEnabled, KeepFileVersionsHistoryOptions, AdvancedStorageOptions))
HOLDFAST_ROOT(NASJob, "NASJobEntityType", (Entity),
              (Description, Includes, StorageOptions, ScheduleConfigured, ScheduleEnabled, NextRun,
               JobScheduleOptions))
HOLDFAST_LIST(NASJobs, "NASJobEntityListType", "NASJob")

}  // namespace holdfast::api
