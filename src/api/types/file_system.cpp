#include "api/types/file_system.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_DESCRIBE(DirectoryEntry, (Resource), (Path, Name), "DirectoryEntryType", "")
HOLDFAST_DESCRIBE(FileEntry, (Resource), (Path, Name, Size, Owner, ModifiedDateUTC, Actions), "FileEntryType",
                  "")
HOLDFAST_PART(DirectoryEntryListType, (), (DirectoryEntry))
HOLDFAST_PART(FileEntryListType, (), (FileEntry))
HOLDFAST_CHOICE_ROOT(FileSystemEntry, "FileSystemEntryType", (DirectoryEntry, FileEntry))
HOLDFAST_ROOT(FileSystemEntries, "FileSystemEntriesType", (Resource), (Files, Directories, PagingInfo))
HOLDFAST_ROOT(VmRestorePointMount, "VmRestorePointMountType", (Resource), (FSRoots))
HOLDFAST_LIST(VmRestorePointMounts, "VmRestorePointMountListType", "VmRestorePointMount")
HOLDFAST_ENUM(OsKind, Windows, Linux)
HOLDFAST_ANY_ROOT(VmRestorePointMountSpec, "VmRestorePointMountSpecType", (OsKind))
HOLDFAST_PART(PlainCredentialsType, (), (UserName, Password))
HOLDFAST_PART(FileRestoreToOriginalSpecInfoType, (), (Overwrite, PermissionsOnly, GuestCredentials))
HOLDFAST_CHOICE_ROOT(FileRestoreSpec, "FileRestoreSpecType", (ToOriginalLocation, ForDirectDownload))

}  // namespace holdfast::api
