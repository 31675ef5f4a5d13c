// Names of a machine's disks, as libvirt has them ("vda"); a list of them is kept as JSON in the database.
#pragma once

#include <string>
#include <vector>

namespace holdfast::catalog {

using DiskNames = std::vector<std::string>;

std::string to_json(const DiskNames& names);
// corrupt where the text is not what to_json wrote.
DiskNames disk_names_from_json(const std::string& text);

}  // namespace holdfast::catalog
