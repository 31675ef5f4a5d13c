#include "hypervisor/isolated_twin.hpp"

#include <algorithm>
#include <array>

#include "hypervisor/xml.hpp"

namespace holdfast::hypervisor {
namespace {

using std::string_view;

// What a machine may keep, and nothing else: a new kind of device in libvirt must not be a hole.
constexpr auto kept_of_domain = std::to_array<string_view>(
    {"name", "uuid", "genid", "memory", "currentMemory", "vcpu", "iothreads", "os", "features", "cpu",
     "clock", "on_poweroff", "on_reboot", "on_crash", "pm", "sysinfo", "devices"});
constexpr auto kept_devices =
    std::to_array<string_view>({"emulator", "disk", "controller", "serial", "console", "channel", "interface",
                                "input", "video", "memballoon", "panic", "iommu"});
constexpr auto kept_of_disk =
    std::to_array<string_view>({"driver", "source", "backingStore", "target", "serial", "wwn", "vendor",
                                "product", "boot", "address", "readonly", "geometry", "blockio"});
constexpr auto kept_of_interface = std::to_array<string_view>({"mac", "model", "address", "mtu", "acpi"});

// So that the scratch space is not filled, nor the host's disks kept busy, faster than somebody looks.
constexpr const char* most_written_per_second = "134217728";

string_view text_of(pugi::xml_node node, const char* attribute) {
    return node.attribute(attribute).as_string();
}

void set(pugi::xml_node node, const char* attribute, const std::string& value) {
    auto found = node.attribute(attribute);
    if (!found) found = node.append_attribute(attribute);
    found.set_value(value.c_str());
}

template <typename Condition>
void remove_children_if(pugi::xml_node node, Condition is_unwanted) {
    for (auto child = node.first_child(); child;) {
        auto next = child.next_sibling();
        if (is_unwanted(child)) node.remove_child(child);
        child = next;
    }
}

template <std::size_t N>
void keep_only(pugi::xml_node node, const std::array<string_view, N>& names) {
    remove_children_if(
        node, [&](pugi::xml_node child) { return std::ranges::find(names, child.name()) == names.end(); });
}

bool is_passed_through(pugi::xml_node interface) {
    auto type = text_of(interface, "type");
    return type == "hostdev" || type == "vdpa";
}

bool is_wanted_device(pugi::xml_node device) {
    string_view kind = device.name();
    if (std::ranges::find(kept_devices, kind) == kept_devices.end()) return false;
    auto target = device.child("target");
    // The other consoles are libvirt's second view of the serial ports.
    if (kind == "console") return text_of(target, "type") == "virtio" || text_of(target, "type") == "sclp";
    if (kind == "channel") return text_of(target, "name") == "org.qemu.guest_agent.0";
    if (kind == "input")
        return text_of(device, "type") != "passthrough" && text_of(device, "type") != "evdev";
    return true;
}

void connect_console(pugi::xml_node port, const std::string& socket) {
    remove_children_if(port, [](pugi::xml_node child) {
        string_view name = child.name();
        return name != "target" && name != "address";
    });
    port.remove_attribute("tty");
    set(port, "type", "unix");
    auto source = port.append_child("source");
    set(source, "mode", "connect");
    set(source, "path", socket);
}

void connect_consoles(pugi::xml_node devices, const std::string& socket) {
    bool has_any = false;
    for (auto device : devices.children()) {
        string_view kind = device.name();
        if (kind != "serial" && kind != "console") continue;
        connect_console(device, socket);
        has_any = true;
    }
    if (!has_any) connect_console(devices.append_child("serial"), socket);
}

void connect_interface(pugi::xml_node interface, std::uint16_t port) {
    // A card of the host's has an address and a driver that ours would not have.
    bool was_passed_through = is_passed_through(interface);
    keep_only(interface, kept_of_interface);
    if (was_passed_through) remove_children_if(interface, [](pugi::xml_node) { return true; });
    while (interface.first_attribute()) interface.remove_attribute(interface.first_attribute());
    set(interface, "type", "client");
    auto source = interface.append_child("source");
    set(source, "address", "127.0.0.1");
    set(source, "port", std::to_string(port));
    if (!interface.child("model")) set(interface.append_child("model"), "type", "virtio");
}

int connect_interfaces(pugi::xml_node devices, std::uint16_t port) {
    int count = 0;
    remove_children_if(devices, [&](pugi::xml_node device) {
        return string_view(device.name()) == "interface" && ++count > most_network_cards;
    });
    for (auto interface : devices.children("interface")) connect_interface(interface, port);
    return std::min(count, most_network_cards);
}

// What is written is thrown away: it need not be durable.
void make_disk_disposable(pugi::xml_node disk) {
    keep_only(disk, kept_of_disk);
    for (const char* attribute : {"sgio", "rawio", "snapshot", "model"}) disk.remove_attribute(attribute);
    if (text_of(disk, "device") == "lun") set(disk, "device", "disk");
    auto source = disk.child("source");
    if (!source) return;
    auto driver = disk.child("driver");
    driver.remove_attribute("io");
    set(driver, "cache", "unsafe");
    auto limit = disk.append_child("iotune").append_child("write_bytes_sec");
    limit.text().set(most_written_per_second);
}

// Screens of SPICE need its server, which is not there.
void give_screen(pugi::xml_node devices) {
    auto video = devices.child("video");
    while (devices.remove_child(video.next_sibling("video"))) {
    }
    if (!video) video = devices.append_child("video");
    auto model = video.child("model");
    auto type = std::string(text_of(model, "type"));
    video.remove_child("driver");
    if (type == "virtio" || type == "vga" || type == "cirrus" || type == "bochs" || type == "ramfb") {
        model.remove_child("acceleration");
        return;
    }
    video.remove_child("model");
    if (type == "none") video.remove_child("address");
    set(video.prepend_child("model"), "type", "vga");
}

void give_memory(pugi::xml_node domain, const std::optional<std::uint64_t>& mib) {
    if (!mib) return;
    domain.remove_child("currentMemory");
    auto memory = domain.child("memory");
    if (!memory) memory = domain.append_child("memory");
    set(memory, "unit", "MiB");
    memory.text().set(std::to_string(*mib).c_str());
}

void keep_nvram_apart(pugi::xml_node os, const std::filesystem::path& file) {
    bool has_variables = os.child("nvram") || text_of(os, "firmware") == "efi" ||
                         text_of(os.child("loader"), "type") == "pflash";
    if (!has_variables) return;
    auto nvram = os.child("nvram");
    if (!nvram) nvram = os.append_child("nvram");
    nvram.text().set(file.c_str());
}

void set_lifecycle(pugi::xml_node domain) {
    for (const char* event : {"on_poweroff", "on_crash"}) {
        domain.remove_child(event);
        domain.append_child(event).text().set("destroy");
    }
}

}  // namespace

Twin make_isolated_twin(std::string_view xml, const TwinPlan& plan) {
    auto document = parse_xml(
        change_domain_xml(
            xml,
            {.new_name = plan.name, .new_uuid = plan.uuid, .new_mac_addresses = true, .disks = plan.disks}),
        "domain");
    auto domain = document.document_element();
    keep_only(domain, kept_of_domain);
    auto vcpu = domain.child("vcpu");
    while (vcpu.first_attribute()) vcpu.remove_attribute(vcpu.first_attribute());
    domain.child("cpu").remove_child("numa");
    give_memory(domain, plan.memory_mib);
    set_lifecycle(domain);
    auto os = domain.child("os");
    remove_children_if(os, [](pugi::xml_node child) {
        return string_view(child.name()) == "boot" && text_of(child, "dev") == "network";
    });
    keep_nvram_apart(os, plan.nvram);
    auto devices = domain.child("devices");
    remove_children_if(devices, [](pugi::xml_node device) { return !is_wanted_device(device); });
    for (auto disk : devices.children("disk")) make_disk_disposable(disk);
    connect_consoles(devices, plan.console_socket.native());
    Twin twin;
    twin.network_cards = connect_interfaces(devices, plan.network_port);
    twin.has_agent = bool(devices.child("channel"));
    give_screen(devices);
    twin.xml = to_text(document);
    return twin;
}

}  // namespace holdfast::hypervisor
