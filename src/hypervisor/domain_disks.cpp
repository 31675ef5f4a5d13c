#include "hypervisor/domain_disks.hpp"

#include <algorithm>

#include "hypervisor/xml.hpp"

namespace holdfast::hypervisor {
namespace {

// Why a disk is not backed up; nothing for one that is.
std::optional<std::string> reason_to_skip(pugi::xml_node disk) {
    std::string_view device = disk.attribute("device").as_string("disk");
    if (device == "cdrom") return "CD-ROM";
    if (device == "floppy") return "floppy disk";
    if (device == "lun") return "SCSI device passed through";
    if (disk.child("shareable")) return "shared between virtual machines";
    if (disk.child("transient")) return "transient: its changes are dropped at power off";
    std::string_view type = disk.attribute("type").as_string("file");
    if (type != "file" && type != "block" && type != "volume" && type != "network" && type != "nvme")
        return "disks of type " + std::string(type) + " cannot be backed up";
    std::string_view format = disk.child("driver").attribute("type").as_string("raw");
    if (format != "raw" && format != "qcow2")
        return "images of format " + std::string(format) + " cannot be backed up";
    return std::nullopt;
}

DescribedDisk describe_disk(pugi::xml_node node) {
    DescribedDisk described;
    std::string_view type = node.attribute("type").as_string("file");
    pugi::xml_node source = node.child("source");
    described.disk.target = node.child("target").attribute("dev").as_string();
    described.disk.format = disk::parse_image_format(node.child("driver").attribute("type").as_string("raw"));
    // A bitmap needs a place in the image, and an image that may be written.
    described.disk.supports_checkpoints =
        described.disk.format == disk::ImageFormat::qcow2 && !node.child("readonly");
    if (type == "file") described.disk.source = source.attribute("file").as_string();
    if (type == "block") described.disk.source = source.attribute("dev").as_string();
    if (type == "volume") {
        described.pool = source.attribute("pool").as_string();
        described.volume = source.attribute("volume").as_string();
    }
    return described;
}

}  // namespace

DomainDescription describe_domain(std::string_view xml) {
    auto document = parse_xml(xml, "domain");
    auto domain = document.document_element();
    DomainDescription description;
    for (auto node : domain.child("devices").children("disk")) {
        if (auto reason = reason_to_skip(node))
            description.skipped.push_back({node.child("target").attribute("dev").as_string(), *reason});
        else
            description.disks.push_back(describe_disk(node));
    }
    auto nvram = domain.child("os").child("nvram");
    std::string path = nvram.child("source") ? nvram.child("source").attribute("file").as_string()
                                             : nvram.text().as_string();
    if (!path.empty()) description.nvram = path;
    for (auto node : domain.child("devices").children("interface")) {
        std::string name = node.child("source").attribute("network").as_string();
        if (!name.empty() && std::ranges::find(description.networks, name) == description.networks.end())
            description.networks.push_back(std::move(name));
    }
    for (auto node : domain.child("devices").children("channel")) {
        auto target = node.child("target");
        if (std::string_view(target.attribute("name").as_string()) != "org.qemu.guest_agent.0") continue;
        bool is_connected = std::string_view(target.attribute("state").as_string()) == "connected";
        description.agent = is_connected ? AgentState::connected : AgentState::disconnected;
    }
    return description;
}

}  // namespace holdfast::hypervisor
