// change_domain_xml: what a domain's XML has to lose and to take on before the domain can be put back.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/error.hpp"
#include "hypervisor/host.hpp"
#include "hypervisor/xml.hpp"

namespace holdfast::hypervisor {
namespace {

using std::string_view;

string_view attribute(pugi::xml_node node, const char* name) {
    return node.attribute(name).as_string();
}

void remove_children(pugi::xml_node node, const char* name) {
    while (node.remove_child(name)) {
    }
}

void remove_content(pugi::xml_node node) {
    while (node.first_child()) node.remove_child(node.first_child());
}

void set_attribute(pugi::xml_node node, const char* name, string_view value) {
    auto found = node.attribute(name);
    if (!found) found = node.append_attribute(name);
    found.set_value(std::string(value).c_str());
}

void set_text(pugi::xml_node parent, const char* name, const std::string& value) {
    auto child = parent.child(name);
    if (!child) child = parent.prepend_child(name);
    child.text().set(value.c_str());
}

// What libvirt writes into the XML of a running domain and makes anew at the next start.
void remove_runtime_state(pugi::xml_node domain) {
    domain.remove_attribute("id");
    for (auto label = domain.child("seclabel"); label;) {
        auto next = label.next_sibling("seclabel");
        if (attribute(label, "type") == "dynamic" || label.child("imagelabel")) domain.remove_child(label);
        label = next;
    }
    for (auto device : domain.child("devices").children()) {
        auto alias = device.child("alias");
        if (alias && !attribute(alias, "name").starts_with("ua-"))
            remove_children(device, "alias");  // "ua-": the user's own
        string_view kind = device.name();
        bool is_character_device =
            kind == "serial" || kind == "console" || kind == "parallel" || kind == "channel";
        if (is_character_device && attribute(device, "type") == "pty") {
            device.remove_attribute("tty");
            remove_children(device, "source");
        }
        if (kind == "channel") device.child("target").remove_attribute("state");
        string_view tap = attribute(device.child("target"), "dev");
        if (kind == "interface" && (tap.starts_with("vnet") || tap.starts_with("macvtap")))
            remove_children(device, "target");
        if (kind == "interface" && attribute(device, "type") == "network")
            for (const char* name : {"portid", "bridge"}) device.child("source").remove_attribute(name);
        if (kind == "graphics" && attribute(device, "autoport") == "yes") {
            device.remove_attribute("port");
            device.remove_attribute("tlsPort");
        }
    }
    // libvirt's own socket for the guest agent stands in a folder named after the old run.
    for (auto channel : domain.child("devices").children("channel"))
        if (attribute(channel.child("source"), "path").contains("/channel/target/domain-"))
            remove_children(channel, "source");
}

void clean_disk(pugi::xml_node disk) {
    remove_children(disk, "backingStore");
    remove_children(disk, "mirror");
    auto source = disk.child("source");
    source.remove_attribute("index");
    remove_children(source, "seclabel");
    string_view device = disk.attribute("device").as_string("disk");
    // What was in the drive may be gone; an empty drive always starts.
    if (device == "cdrom" || device == "floppy") {
        remove_children(disk, "source");
        set_attribute(disk, "type", "file");
    }
}

constexpr std::array error_policies{"error_policy", "rerror_policy"};

// Told whole, so that libvirt need not ask the server before the machine starts.
void put_over(pugi::xml_node disk, pugi::xml_node source, const disk::NbdAddress& backing) {
    for (const char* policy : error_policies) set_attribute(disk.child("driver"), policy, "stop");
    auto store = disk.insert_child_after("backingStore", source);
    set_attribute(store, "type", "network");
    set_attribute(store.append_child("format"), "type", "raw");
    auto served = store.append_child("source");
    set_attribute(served, "protocol", "nbd");
    if (!backing.export_name.empty()) set_attribute(served, "name", backing.export_name);
    auto host = served.append_child("host");
    set_attribute(host, "transport", "unix");
    set_attribute(host, "socket", backing.socket.native());
    store.append_child("backingStore");
}

pugi::xml_node find_disk(pugi::xml_node devices, string_view target) {
    return devices.find_child([&](pugi::xml_node node) {
        return string_view(node.name()) == "disk" && attribute(node.child("target"), "dev") == target;
    });
}

void replace_source(pugi::xml_node disk, const DomainChanges::DiskFile& replacement) {
    // Of the old place: how to log in there, and how its content was encrypted. A backup holds it decrypted.
    for (const char* name : {"source", "auth", "encryption"}) remove_children(disk, name);
    set_attribute(disk, "type", "file");
    auto driver = disk.child("driver");
    if (!driver) driver = disk.prepend_child("driver");
    set_attribute(driver, "name", "qemu");
    set_attribute(driver, "type", to_string(replacement.format));
    if (replacement.format == disk::ImageFormat::raw) remove_children(driver, "metadata_cache");
    auto source = disk.insert_child_after("source", driver);
    set_attribute(source, "file", replacement.file.native());
    if (replacement.backing) put_over(disk, source, *replacement.backing);
}

void replace_disks(pugi::xml_node devices, const std::vector<DomainChanges::DiskFile>& replacements) {
    for (auto disk : devices.children("disk")) clean_disk(disk);
    for (const auto& replacement : replacements) {
        auto disk = find_disk(devices, replacement.target);
        if (!disk)
            throw Error(ErrorKind::invalid_input, "The virtual machine has no disk " + replacement.target);
        replace_source(disk, replacement);
    }
}

// Disks that were not backed up still lead to what the original uses: two machines must not write to one of
// them.
void remove_disks_without_replacement(pugi::xml_node devices,
                                      const std::vector<DomainChanges::DiskFile>& replacements) {
    std::vector<pugi::xml_node> removed;
    for (auto disk : devices.children("disk")) {
        auto device = attribute(disk, "device");
        bool is_medium = device == "cdrom" || device == "floppy";
        bool is_replaced = std::ranges::any_of(replacements, [&](const auto& replacement) {
            return attribute(disk.child("target"), "dev") == replacement.target;
        });
        if (!is_medium && !is_replaced) removed.push_back(disk);
    }
    for (auto disk : removed) devices.remove_child(disk);
}

// "/var/log/web01.log" -> "/var/log/web01-<name>.log"
std::string path_of_copy(const std::string& path, const std::string& name) {
    std::filesystem::path original(path);
    return (original.parent_path() / (original.stem().native() + "-" + name + original.extension().native()))
        .native();
}

// A domain beside the original must not take what the original holds while it runs: log files, files and
// sockets of character devices, the fixed port of its screen.
void keep_off_the_original(pugi::xml_node devices, const std::string& name) {
    auto move = [&](pugi::xml_attribute path) {
        if (path && path.value()[0] == '/') path.set_value(path_of_copy(path.value(), name).c_str());
    };
    for (auto device : devices.children()) {
        move(device.child("log").attribute("file"));
        auto source = device.child("source");
        bool owns_path = attribute(device, "type") == "file" || attribute(source, "mode") == "bind";
        if (string_view(device.name()) != "disk" && owns_path) move(source.attribute("path"));
        if (string_view(device.name()) == "graphics" && device.attribute("port")) {
            device.remove_attribute("port");
            device.remove_attribute("tlsPort");
            set_attribute(device, "autoport", "yes");
        }
    }
}

void change_identity(pugi::xml_node domain, const DomainChanges& changes) {
    if (changes.new_uuid) {
        std::string uuid = changes.new_uuid->to_string();
        if (!domain.child("uuid")) domain.insert_child_after("uuid", domain.child("name"));
        set_text(domain, "uuid", uuid);
        // libvirt refuses a domain whose SMBIOS tells another UUID than its own.
        for (auto entry : domain.child("sysinfo").child("system").children("entry"))
            if (attribute(entry, "name") == "uuid") entry.text().set(uuid.c_str());
    }
    if (changes.new_name) set_text(domain, "name", *changes.new_name);
    if (changes.new_name || changes.new_uuid) {
        // libvirt makes a path from the new name; two domains must not share one file. The template stays.
        auto nvram = domain.child("os").child("nvram");
        if (nvram) {
            remove_content(nvram);
            nvram.remove_attribute("type");
            if (!nvram.first_attribute()) domain.child("os").remove_child(nvram);
        }
    }
    if (changes.new_mac_addresses)
        for (auto device : domain.child("devices").children("interface")) remove_children(device, "mac");
    if (changes.unplug_networks) {
        for (auto device : domain.child("devices").children("interface")) {
            auto link = device.child("link");
            set_attribute(link ? link : device.append_child("link"), "state", "down");
        }
    }
    // The guest must be able to see that it went back in time; libvirt makes a new id for an empty element.
    remove_content(domain.child("genid"));
}

}  // namespace

std::string change_domain_xml(std::string_view xml, const DomainChanges& changes) {
    auto document = parse_xml(xml, "domain");
    auto domain = document.document_element();
    if (!domain.child("name")) throw Error(ErrorKind::invalid_input, "The XML of a domain has no <name>");
    auto devices = domain.child("devices");
    remove_runtime_state(domain);
    replace_disks(devices, changes.disks);
    change_identity(domain, changes);
    if (changes.new_name) {
        keep_off_the_original(devices, *changes.new_name);
        remove_disks_without_replacement(devices, changes.disks);
    }
    return to_text(document);
}

std::string settle_overlays(std::string_view xml, std::string_view saved,
                            const std::vector<std::string>& targets) {
    auto document = parse_xml(xml, "domain");
    auto before = parse_xml(saved, "domain");
    for (const auto& target : targets) {
        auto disk = find_disk(document.document_element().child("devices"), target);
        if (!disk) continue;  // taken out of the machine meanwhile
        clean_disk(disk);
        auto driver = disk.child("driver");
        auto driver_before = find_disk(before.document_element().child("devices"), target).child("driver");
        for (const char* policy : error_policies) {
            driver.remove_attribute(policy);
            if (auto chosen = driver_before.attribute(policy)) set_attribute(driver, policy, chosen.value());
        }
    }
    return to_text(document);
}

}  // namespace holdfast::hypervisor
