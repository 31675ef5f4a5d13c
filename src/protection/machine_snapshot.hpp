// How a machine lies in a snapshot: /<vm>/domain.xml, /<vm>/holdfast.json, /<vm>/disks/<target>.raw,
// /<vm>/nvram.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "repository/repository.hpp"

namespace holdfast::protection {

struct SavedDisk {
    std::string target;  // "vda"
    std::string format;  // of the original image: "qcow2"
    std::string source;  // where it was on the host
    std::uint64_t size = 0;
};

// What holdfast.json says: enough to rebuild the catalog and to restore without it.
struct MachineDescription {
    int version = 1;
    std::string name;
    std::string domain_id;
    std::string host;
    std::string job_id;
    std::string restore_point_id;
    std::string consistency;  // "crash", "filesystem" or "offline": see catalog/guest_processing.hpp
    bool has_nvram = false;
    std::vector<SavedDisk> disks;
};

std::string to_json(const MachineDescription& description);
// corrupt for text that is no such description.
MachineDescription description_from_json(const std::string& text);

// A machine's name as a folder of the snapshot: names that no file system takes are changed.
std::string folder_name(const std::string& machine_name);

struct MachinePaths {
    explicit MachinePaths(const std::string& machine_name) : folder(folder_name(machine_name)) {}
    std::string folder;
    std::string domain_xml() const { return folder + "/domain.xml"; }
    std::string description() const { return folder + "/holdfast.json"; }
    std::string nvram() const { return folder + "/nvram"; }
    std::string disk(const std::string& target) const { return folder + "/disks/" + target + ".raw"; }
};

MachineDescription read_description(repository::Repository& repository,
                                    const repository::SnapshotId& snapshot, const std::string& machine_name);

std::string read_domain_xml(repository::Repository& repository, const repository::SnapshotId& snapshot,
                            const std::string& machine_name);

// Tags of the snapshot of one machine's restore point.
std::vector<std::string> snapshot_tags(const Uuid& job, const Uuid& domain, const Uuid& session);
std::string session_tag(const Uuid& session);

}  // namespace holdfast::protection
