// Inventory, and domains defined, started, ended and removed, under a real libvirt and QEMU.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "error_of.hpp"
#include "hypervisor/private_libvirt.hpp"

namespace holdfast::hypervisor {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(Host, TellsWhatItHasAndPutsDomainsBack) {
    PrivateLibvirt libvirt;
    Host& host = libvirt.host();
    auto info = host.info();
    EXPECT_EQ(info.hypervisor, "QEMU");
    EXPECT_THAT(info.version, testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
    EXPECT_THAT(info.hostname, testing::Not(IsEmpty()));
    EXPECT_THAT(host.domains(), IsEmpty());

    auto raw = libvirt.folder() / "second.raw";
    disk::create_image(raw, disk::ImageFormat::raw, 8 << 20);
    Domain guest = libvirt.define_guest("web01", {raw.native() + ":raw"});
    EXPECT_EQ(guest.state, DomainState::shut_off);
    EXPECT_TRUE(guest.persistent);
    ASSERT_EQ(host.domains().size(), 1U);
    EXPECT_EQ(host.domains()[0].uuid, guest.uuid);
    ASSERT_TRUE(host.find_domain_by_name("web01"));
    EXPECT_FALSE(host.find_domain_by_name("web02"));
    EXPECT_EQ(error_of([&] { host.find_domain(Uuid::random()); }), ErrorKind::not_found);
    EXPECT_EQ(host.nvram(guest.uuid), std::nullopt);

    auto disks = host.disks(guest.uuid).disks;
    ASSERT_EQ(disks.size(), 2U);
    EXPECT_EQ(disks[0].source, libvirt.image("web01"));
    EXPECT_GT(disks[0].size, 100U << 20);
    EXPECT_TRUE(disks[0].supports_checkpoints);
    EXPECT_EQ(disks[1].format, disk::ImageFormat::raw);
    EXPECT_EQ(disks[1].size, 8U << 20);
    EXPECT_FALSE(disks[1].supports_checkpoints);

    // A copy beside the running original: its own name, UUID, MAC address, disk and console log.
    libvirt.boot(guest);
    EXPECT_EQ(host.find_domain(guest.uuid).state, DomainState::running);
    EXPECT_EQ(error_of([&] { host.start(guest.uuid); }), ErrorKind::conflict);
    libvirt.virsh({"suspend", "web01"});
    EXPECT_EQ(host.find_domain(guest.uuid).state, DomainState::paused);
    auto copied = libvirt.folder() / "copy.qcow2";
    std::filesystem::copy_file(disks[1].source, libvirt.folder() / "copy.raw");
    run_command({"qemu-img", "convert", "-U", "-O", "qcow2", disks[0].source.native(), copied.native()},
                std::chrono::seconds(60));
    libvirt.give_to_user(copied);
    libvirt.give_to_user(libvirt.folder() / "copy.raw");
    Domain copy = host.define(
        change_domain_xml(host.domain_xml(guest.uuid),
                          {.new_name = "web01_restored",
                           .new_uuid = Uuid::random(),
                           .new_mac_addresses = true,
                           .disks = {{"vda", copied, disk::ImageFormat::qcow2},
                                     {"vdb", libvirt.folder() / "copy.raw", disk::ImageFormat::raw}}}));
    auto mac_of = [&](const Domain& domain) {
        auto xml = host.domain_xml(domain.uuid);
        return xml.substr(xml.find("<mac address="), 32);
    };
    EXPECT_THAT(mac_of(copy), HasSubstr("52:54:00"));
    EXPECT_NE(mac_of(copy), mac_of(guest));
    libvirt.boot(copy, libvirt.console_log("web01-web01_restored"));
    EXPECT_THAT(libvirt.run(copy, "cat /root/boots"), HasSubstr("2"));

    for (const auto& domain : {guest, copy}) {
        host.power_off(domain.uuid);
        host.power_off(domain.uuid);
        host.undefine(domain.uuid);
        EXPECT_EQ(error_of([&] { host.start(domain.uuid); }), ErrorKind::not_found);
    }
    EXPECT_TRUE(std::filesystem::exists(disks[0].source));
    EXPECT_EQ(error_of([&] { host.define("<domain type='qemu'><name>x</name></domain>"); }),
              ErrorKind::invalid_input);
}

TEST(Host, UnknownAddressIsUnavailable) {
    EXPECT_EQ(error_of([] { Host::connect("qemu+unix:///session?socket=/nowhere/libvirt-sock"); }),
              ErrorKind::unavailable);
}

}  // namespace
}  // namespace holdfast::hypervisor
