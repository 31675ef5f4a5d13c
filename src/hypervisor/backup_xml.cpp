#include "hypervisor/backup_xml.hpp"

#include "hypervisor/xml.hpp"

namespace holdfast::hypervisor {
namespace {

pugi::xml_node add(pugi::xml_node parent, const char* name,
                   std::initializer_list<std::pair<const char*, std::string>> attributes) {
    auto node = parent.append_child(name);
    for (const auto& [attribute, value] : attributes)
        node.append_attribute(attribute).set_value(value.c_str());
    return node;
}

}  // namespace

std::string export_bitmap(const std::string& target) {
    return "backup-" + target;
}

std::string backup_xml(const std::vector<PlannedDisk>& disks, const std::filesystem::path& socket,
                       const std::filesystem::path& scratch_folder) {
    pugi::xml_document document;
    auto backup = add(document, "domainbackup", {{"mode", "pull"}});
    add(backup, "server", {{"transport", "unix"}, {"socket", socket.native()}});
    auto list = add(backup, "disks", {});
    for (const auto& [disk, base] : disks) {
        auto node =
            add(list, "disk",
                {{"name", disk.target}, {"backup", "yes"}, {"type", "file"}, {"exportname", disk.target}});
        if (base) {
            node.append_attribute("backupmode").set_value("incremental");
            node.append_attribute("incremental").set_value(base->c_str());
            node.append_attribute("exportbitmap").set_value(export_bitmap(disk.target).c_str());
        } else {
            node.append_attribute("backupmode").set_value("full");
        }
        add(node, "driver", {{"type", "qcow2"}});
        add(node, "scratch", {{"file", (scratch_folder / (disk.target + ".scratch")).native()}});
    }
    return to_text(document);
}

std::optional<std::string> checkpoint_xml(const std::string& name, const std::vector<DomainDisk>& disks) {
    pugi::xml_document document;
    auto checkpoint = add(document, "domaincheckpoint", {});
    add(checkpoint, "name", {}).text().set(name.c_str());
    auto list = add(checkpoint, "disks", {});
    for (const auto& disk : disks)
        if (disk.supports_checkpoints) add(list, "disk", {{"name", disk.target}, {"checkpoint", "bitmap"}});
    if (!list.first_child()) return std::nullopt;
    return to_text(document);
}

std::vector<std::string> disks_of_checkpoint(std::string_view xml) {
    auto document = parse_xml(xml, "domaincheckpoint");
    std::vector<std::string> targets;
    for (auto disk : document.document_element().child("disks").children("disk"))
        if (std::string_view(disk.attribute("checkpoint").as_string()) == "bitmap")
            targets.emplace_back(disk.attribute("name").as_string());
    return targets;
}

std::filesystem::path socket_of_backup(std::string_view xml) {
    auto document = parse_xml(xml, "domainbackup");
    return document.document_element().child("server").attribute("socket").as_string();
}

}  // namespace holdfast::hypervisor
