// Machines whose files were indexed, and their points.
#pragma once

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

}  // namespace holdfast::api
