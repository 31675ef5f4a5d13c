#include "catalog/disk_names.hpp"

#include "catalog/stored_json.hpp"

namespace holdfast::catalog {

std::string to_json(const DiskNames& names) {
    return to_stored_json(names);
}

DiskNames disk_names_from_json(const std::string& text) {
    return from_stored_json<DiskNames>(text, "A list of disks");
}

}  // namespace holdfast::catalog
