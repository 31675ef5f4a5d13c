// The definition of a machine that starts from a restore point only to see whether it does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hypervisor/host.hpp"

namespace holdfast::hypervisor {

struct TwinPlan {
    std::string name;
    Uuid uuid;
    std::vector<DomainChanges::DiskFile> disks;
    // Where somebody listens: the machine connects its serial ports to it when it starts.
    std::filesystem::path console_socket;
    // On 127.0.0.1, where somebody listens for frames: each of its network cards is a cable to there and to
    // nowhere else (QEMU's `-netdev socket,connect=`).
    std::uint16_t network_port = 0;
    // Of its UEFI variables, for machines that have such: never one of the original.
    std::filesystem::path nvram;
    std::optional<std::uint64_t> memory_mib;  // nothing: as much as the original
};

struct Twin {
    std::string xml;
    int network_cards = 0;
    bool has_agent = false;  // a channel for the guest agent
};

// Pure. Nothing of the original's outside world is left: what is not known here to be harmless is left out
// (networks, passed-through devices, shared folders, TPM, sockets, screens that somebody could connect to,
// CPU and memory placement, metadata with its tags, QEMU's own arguments). It has a screen that can be looked
// at. Errors as change_domain_xml().
Twin make_isolated_twin(std::string_view xml, const TwinPlan& plan);

// More of an original's network cards are left out.
inline constexpr int most_network_cards = 8;

}  // namespace holdfast::hypervisor
