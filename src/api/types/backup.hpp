// What was kept: backups, their files and points; and the bodies that restore machines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/platform.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

enum class BackupType { Standard, ParentBackup, ChildBackup };

struct Backup : Entity {
    api::Platform Platform = api::Platform::CustomPlatform;
    std::optional<api::BackupType> BackupType;
};
struct Backups : List<Backup> {};

struct RestorePoint : Entity {
    Timestamp BackupDateUTC{};
};
struct RestorePoints : List<RestorePoint> {};

enum class PointAlgorithm { Full, ReversedIncremental, Incremental, SyntheticFull };
enum class PointType { Full, Increment, ReverseIncrement };

// As a power cut would leave the machine, with its file systems frozen, or shut off.
enum class Consistency { CrashConsistent, FileSystemConsistent, Offline };

struct VmRestorePoint : Entity {
    Timestamp CreationTimeUTC{};
    std::optional<std::string> VmName;
    PointAlgorithm Algorithm = PointAlgorithm::Full;
    api::PointType PointType = api::PointType::Full;
    std::optional<std::string> HierarchyObjRef;
    // Ours, and only where it was asked for (?details=true): strict clients of EM do not know it.
    std::optional<api::Consistency> Consistency;
    Attribute<std::optional<std::string>> VmDisplayName;
};
struct VmRestorePoints : List<VmRestorePoint> {};

struct VAppRestorePoint : Entity {
    Timestamp CreationTimeUTC{};
    PointAlgorithm Algorithm = PointAlgorithm::Full;
    api::PointType PointType = api::PointType::Full;
    std::optional<std::string> HierarchyObjRef;
    Attribute<std::optional<std::string>> VAppDisplayName;
};
struct VAppRestorePoints : List<VAppRestorePoint> {};

enum class BackupFileType { vbk, vib, vrb };

struct BackupFile : Entity {
    std::string FilePath;
    std::int64_t BackupSize = 0;  // bytes stored
    std::int64_t DataSize = 0;    // bytes read
    double DeduplicationRatio = 1;
    double CompressRatio = 1;
    Timestamp CreationTimeUtc{};  // spelled so on the wire, here only
    BackupFileType FileType = BackupFileType::vbk;
};
struct BackupFiles : List<BackupFile> {};

struct VmRestoreParametersType {
    std::optional<std::string> VmRestorePointUid;
    std::optional<Text<1, 255>> VmNewName;
    std::optional<std::string> DatastoreRef;
    std::optional<std::string> OrgVdcStorageProfileRef;
    std::optional<std::string> LinkedCloneVmTemplateRef;
};

struct VmRestoreSpecType {
    bool PowerOnAfterRestore = false;
    std::optional<std::string> HierarchyRootUid;
    bool QuickRollback = false;
    std::optional<VmRestoreParametersType> VmRestoreParameters;
    std::optional<bool> KeepOriginalVM;
};

struct VmsRestoreParametersType {
    std::vector<VmRestoreParametersType> Vm;
};

struct vCloudVAppRestoreSpecType {
    bool PowerOnAfterRestore = false;
    Text<1, 256> HierarchyRootUid;
    Text<1, 512> OrgVdcRef;
    std::optional<Text<1, 255>> vAppNewName;
    std::optional<VmsRestoreParametersType> VmsRestoreParameters;
};

// A machine or a vApp.
struct RestoreSpec {
    std::optional<VmRestoreSpecType> VmRestoreSpec;
    std::optional<vCloudVAppRestoreSpecType> vCloudVAppRestoreSpec;
};

}  // namespace holdfast::api
