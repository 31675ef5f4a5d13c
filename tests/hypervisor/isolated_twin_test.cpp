// The definition of a machine whose boot is verified: nothing of the original's outside world may be in it.
#include "hypervisor/isolated_twin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "base/file.hpp"
#include "base/text.hpp"
#include "error_of.hpp"
#include "hypervisor/screenshot.hpp"

namespace holdfast::hypervisor {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

const TwinPlan& plan() {
    static const TwinPlan made{
        .name = "holdfast-verify-1",
        .uuid = *Uuid::parse("11111111-2222-4333-8444-555555555555"),
        .disks = {{"vda", "/run/v-1/vda.qcow2", disk::ImageFormat::qcow2,
                   disk::NbdAddress{.socket = "/run/v-1/vda.sock", .export_name = ""}}},
        .console_socket = "/run/v-1/console.sock",
        .network_port = 40000,
        .nvram = "/run/v-1/nvram",
        .memory_mib = {}};
    return made;
}

const char* const worldly = R"(<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>web01</name><uuid>aaaaaaaa-2222-4333-8444-555555555555</uuid>
  <metadata><tags xmlns='urn:holdfast:tags'><tag>shop</tag></tags></metadata>
  <memory unit='MiB'>4096</memory><memoryBacking><hugepages/><access mode='shared'/></memoryBacking>
  <vcpu placement='static' cpuset='0-3'>4</vcpu><cputune><vcpupin vcpu='0' cpuset='0'/></cputune>
  <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type><boot dev='network'/><boot dev='hd'/>
    <nvram>/var/lib/libvirt/qemu/nvram/web01_VARS.fd</nvram></os>
  <cpu mode='host-passthrough'><numa><cell id='0' cpus='0-3' memory='4' unit='GiB' memAccess='shared'/></numa></cpu>
  <on_poweroff>restart</on_poweroff>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='raw' cache='none' io='native'/><source file='/images/web01.raw'/>
      <target dev='vda' bus='virtio'/><shareable/><iotune><total_bytes_sec>5</total_bytes_sec></iotune></disk>
    <disk type='block' device='disk'><source dev='/dev/secret'/><target dev='vdb' bus='virtio'/></disk>
    <controller type='pci' index='0' model='pcie-root'/>
    <filesystem type='mount'><source dir='/srv/shared'/><target dir='shared'/></filesystem>
    <interface type='bridge'><mac address='52:54:00:aa:bb:cc'/><source bridge='br0'/><model type='e1000e'/>
      <boot order='1'/><filterref filter='clean-traffic'/>
      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></interface>
    <interface type='hostdev' managed='yes'><mac address='52:54:00:aa:bb:cd'/><source><address type='pci' domain='0x0000'
      bus='0x03' slot='0x10' function='0x2'/></source></interface>
    <serial type='tcp'><source mode='bind' host='0.0.0.0' service='4555'/><protocol type='telnet'/><target port='0'/></serial>
    <console type='tcp'><source mode='bind' host='0.0.0.0' service='4555'/><target type='serial' port='0'/></console>
    <channel type='unix'><source mode='bind' path='/var/lib/agent.sock'/><target type='virtio'
      name='org.qemu.guest_agent.0'/></channel>
    <channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>
    <input type='evdev'><source dev='/dev/input/event1'/></input>
    <tpm model='tpm-crb'><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>
    <graphics type='spice' port='5901' listen='0.0.0.0'/>
    <video><model type='qxl' ram='65536'/></video>
    <hostdev mode='subsystem' type='usb'><source><vendor id='0x1234'/></source></hostdev>
    <redirdev bus='usb' type='tcp'><source mode='connect' host='10.0.0.1' service='4000'/></redirdev>
    <watchdog model='itco' action='dump'/><shmem name='shared-memory'/><vsock><cid address='7'/></vsock>
    <newdevice path='/dev/unheard-of'/>
  </devices>
  <seclabel type='static' model='dac'><label>root:root</label></seclabel>
  <qemu:commandline><qemu:arg value='-netdev'/><qemu:arg value='tap,id=escape'/></qemu:commandline>
</domain>)";

TEST(IsolatedTwin, HasNothingOfTheWorldOutside) {
    auto twin = make_isolated_twin(worldly, plan());
    for (const char* outside :
         {"web01",  "aaaaaaaa", "shop",          "hugepages",     "cpuset",         "numa",
          "VARS",   "/images",  "shareable",     "secret",        "/srv/shared",    "52:54:00",
          "br0",    "filter",   "0.0.0.0",       "telnet",        "agent.sock",     "spice",
          "evdev",  "tpm",      "qxl",           "usb",           "10.0.0.1",       "watchdog",
          "shmem",  "vsock",    "unheard",       "seclabel",      "root:root",      "commandline",
          "escape", "hostdev",  "dev='network'", "memoryBacking", "total_bytes_sec"})
        EXPECT_THAT(twin.xml, Not(HasSubstr(outside)));
    EXPECT_THAT(twin.xml, AllOf(HasSubstr("holdfast-verify-1"), HasSubstr("/run/v-1/vda.qcow2"),
                                HasSubstr("/run/v-1/nvram"), HasSubstr("write_bytes_sec"),
                                HasSubstr("<on_poweroff>destroy")));
    EXPECT_TRUE(twin.has_agent);
    EXPECT_EQ(twin.network_cards, 2);
}

TEST(IsolatedTwin, ItsNetworkCardsAreCablesToOnePlace) {
    auto twin = make_isolated_twin(worldly, plan());
    pugi::xml_document document;
    ASSERT_TRUE(document.load_string(twin.xml.c_str()));
    auto devices = document.child("domain").child("devices");
    int count = 0;
    for (auto card : devices.children("interface")) {
        ++count;
        EXPECT_STREQ(card.attribute("type").value(), "client");
        EXPECT_STREQ(card.child("source").attribute("address").value(), "127.0.0.1");
        EXPECT_STREQ(card.child("source").attribute("port").value(), "40000");
        EXPECT_FALSE(card.child("boot"));
    }
    EXPECT_EQ(count, 2);
    // So that the guest finds the card where it was.
    auto first = devices.child("interface");
    EXPECT_STREQ(first.child("model").attribute("type").value(), "e1000e");
    EXPECT_STREQ(first.child("address").attribute("bus").value(), "0x01");
    // The host's card had a place that ours must not take.
    EXPECT_FALSE(first.next_sibling("interface").child("address"));
}

TEST(IsolatedTwin, HasAConsoleAndAScreen) {
    auto twin = make_isolated_twin(
        "<domain><name>x</name><devices><disk type='file' device='disk'><source file='/a'/>"
        "<target dev='vda'/></disk></devices></domain>",
        plan());
    EXPECT_THAT(twin.xml, AllOf(HasSubstr("<serial type=\"unix\">"), HasSubstr("/run/v-1/console.sock"),
                                HasSubstr("type=\"vga\"")));
    EXPECT_FALSE(twin.has_agent);
    EXPECT_EQ(twin.network_cards, 0);
    // A machine with BIOS has no variables.
    EXPECT_THAT(twin.xml, Not(HasSubstr("nvram")));
}

TEST(IsolatedTwin, MayHaveLessMemory) {
    auto smaller = plan();
    smaller.memory_mib = 512;
    auto twin = make_isolated_twin(worldly, smaller);
    EXPECT_THAT(twin.xml, HasSubstr("<memory unit=\"MiB\">512</memory>"));
    EXPECT_THAT(twin.xml, Not(HasSubstr("4096")));
}

TEST(Screenshot, IsAPictureThatOthersRead) {
    // Two pixels: red and blue.
    auto png = png_of_pixmap(std::string_view("P6\n# made by hand\n2 1\n255\n\xff\0\0\0\0\xff", 36));
    auto bytes = as_text(png);
    EXPECT_TRUE(bytes.starts_with("\x89PNG\r\n\x1a\n"));
    EXPECT_EQ(bytes.substr(12, 4), "IHDR");
    EXPECT_EQ(bytes.substr(16, 8), std::string_view("\0\0\0\2\0\0\0\1", 8));
    EXPECT_EQ(bytes.substr(bytes.size() - 8, 4), "IEND");
}

TEST(Screenshot, APictureThatIsNoneIsRefused) {
    for (std::string_view wrong : {"", "P5\n1 1\n255\nx", "P6\n", "P6\n2 2\n255\nabc", "P6\n99999 1\n255\n",
                                   "P6\n1 1\n65535\nabcdef", "P6\n-1 1\n255\nabc", "P6 #"})
        EXPECT_EQ(error_of([&] { png_of_pixmap(wrong); }), ErrorKind::corrupt) << wrong;
}

}  // namespace
}  // namespace holdfast::hypervisor
