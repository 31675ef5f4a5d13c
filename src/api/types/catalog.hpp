// Machines whose files were indexed, and their points.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/description/list.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

// Its id in addresses and its UID is the machine's name: "urn:veeam:CatalogVm:srv04".
struct CatalogVm : Entity {
    Attribute<std::optional<std::string>> VmDisplayName;
};
struct CatalogVms : List<CatalogVm> {};

struct CatalogVmRestorePoint : Entity {
    Timestamp BackupDateUTC{};
};
struct CatalogVmRestorePoints : List<CatalogVmRestorePoint> {};

// An addition to EM's API: what a search of the index finds. One version of a file, and the points that have
// it.
enum class CatalogFileKind { Directory, File, Link, Other };

struct CatalogFile : Resource {
    std::string VmDisplayName;  // as the machine was called at the newest of these points
    std::string Path;
    std::string Name;
    CatalogFileKind Kind = CatalogFileKind::File;
    std::int64_t Size = 0;  // bytes
    std::string Owner;
    Timestamp ModifiedDateUTC{};
    Timestamp OldestBackupDateUTC{};
    Timestamp NewestBackupDateUTC{};
    std::int64_t RestorePoints = 0;
};
struct CatalogFiles : List<CatalogFile> {};

}  // namespace holdfast::api
