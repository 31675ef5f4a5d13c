// What a domain's XML tells about its disks, its networks and its guest agent. Pure: no connection.
// Format: https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hypervisor/host.hpp"

namespace holdfast::hypervisor {

struct DescribedDisk {
    DomainDisk disk;  // without its size, which the XML does not have
    // Where the source is a volume of a storage pool: its path has to be asked for.
    std::string pool;
    std::string volume;
};

struct DomainDescription {
    std::vector<DescribedDisk> disks;
    std::vector<SkippedDisk> skipped;
    std::optional<std::filesystem::path> nvram;
    std::vector<std::string> networks;  // names of libvirt networks, each once
    AgentState agent = AgentState::none;
};

DomainDescription describe_domain(std::string_view xml);

}  // namespace holdfast::hypervisor
