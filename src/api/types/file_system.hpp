// Files within a restore point: mounts, listings, and the bodies that restore them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

struct DirectoryEntry : Resource {
    std::string Path;  // "C:/Documents", with "/" on every system
    std::string Name;
};

struct FileEntry : Resource {
    std::string Path;
    std::string Name;
    std::optional<std::int64_t> Size;  // bytes
    std::optional<std::string> Owner;
    std::optional<Timestamp> ModifiedDateUTC;
    std::optional<LinkList> Actions;
};

struct DirectoryEntryListType {
    std::vector<api::DirectoryEntry> DirectoryEntry;
};

struct FileEntryListType {
    std::vector<api::FileEntry> FileEntry;
};

// What stands at one path: one of the two.
struct FileSystemEntry {
    std::optional<api::DirectoryEntry> DirectoryEntry;
    std::optional<api::FileEntry> FileEntry;
};

struct FileSystemEntries : Resource {
    std::optional<FileEntryListType> Files;
    std::optional<DirectoryEntryListType> Directories;
    std::optional<api::PagingInfo> PagingInfo;
};

struct VmRestorePointMount : Resource {
    std::optional<DirectoryEntryListType> FSRoots;
};
struct VmRestorePointMounts : List<VmRestorePointMount> {};

enum class OsKind { Windows, Linux };

// The optional body of a mount. Its root element is documented nowhere, so that any is taken.
struct VmRestorePointMountSpec {
    std::optional<api::OsKind> OsKind;
};

struct PlainCredentialsType {
    Text<1, 255> UserName;
    Text<0, 1024> Password;
};

struct FileRestoreToOriginalSpecInfoType {
    Attribute<std::optional<bool>> Overwrite;
    Attribute<std::optional<bool>> PermissionsOnly;
    std::optional<PlainCredentialsType> GuestCredentials;
};

// One of the two.
struct FileRestoreSpec {
    std::optional<FileRestoreToOriginalSpecInfoType> ToOriginalLocation;
    std::optional<EmptyType> ForDirectDownload;
};

}  // namespace holdfast::api
