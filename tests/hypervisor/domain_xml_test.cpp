// What is read out of a domain's XML and written into it. Golden files: golden/<case>.in.xml and .out.xml.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/file.hpp"
#include "base/text.hpp"
#include "error_of.hpp"
#include "hypervisor/backup_xml.hpp"
#include "hypervisor/domain_disks.hpp"
#include "hypervisor/host.hpp"

namespace holdfast::hypervisor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::filesystem::path golden = std::filesystem::path(HOLDFAST_TESTS_DIR) / "hypervisor/golden";

std::string golden_text(const std::string& name) {
    return read_file(golden / name, 1 << 20);
}

// HOLDFAST_WRITE_GOLDEN=1 writes the files anew, to be read before they are committed.
void expect_golden(const std::string& text, const std::string& name) {
    if (std::getenv("HOLDFAST_WRITE_GOLDEN") != nullptr)
        write_file_durably(golden / name, as_bytes(text), 0644);
    EXPECT_EQ(text, golden_text(name));
}

TEST(DomainXml, OverTheOriginalKeepsItsIdentity) {
    expect_golden(change_domain_xml(golden_text("running.in.xml"),
                                    {.disks = {{"vda", "/images/web01.qcow2", disk::ImageFormat::qcow2},
                                               {"sda", "/images/web01-sda.raw", disk::ImageFormat::raw}}}),
                  "running-same.out.xml");
}

TEST(DomainXml, BesideTheOriginalSharesNothingWithIt) {
    expect_golden(change_domain_xml(golden_text("running.in.xml"),
                                    {.new_name = "web01_restored",
                                     .new_uuid = Uuid::parse("11111111-2222-4333-8444-555555555555"),
                                     .new_mac_addresses = true,
                                     .disks = {{"vda", "/images/a & b's.raw", disk::ImageFormat::raw},
                                               {"sda", "/images/sda.qcow2", disk::ImageFormat::qcow2}}}),
                  "running-copy.out.xml");
}

TEST(DomainXml, ACopyNeverWritesToADiskOfTheOriginal) {
    const std::string xml =
        "<domain><name>x</name><devices><disk type='file' device='disk'><source file='/a'/><target "
        "dev='vda'/></disk>"
        "<disk type='block' device='lun'><source dev='/dev/sdz'/><target dev='sda'/></disk>"
        "<disk type='file' device='cdrom'><source file='/c.iso'/><target "
        "dev='sdb'/></disk></devices></domain>";
    DomainChanges changes{.disks = {{"vda", "/new", disk::ImageFormat::raw}}};
    EXPECT_THAT(change_domain_xml(xml, changes), HasSubstr("/dev/sdz"));
    changes.new_name = "y";
    auto copy = change_domain_xml(xml, changes);
    EXPECT_THAT(copy, ::testing::Not(HasSubstr("/dev/sdz")));
    EXPECT_THAT(copy, ::testing::AllOf(HasSubstr("/new"), HasSubstr("cdrom")));
}

// "stop": the machine waits where what serves its disk does not answer.
TEST(DomainXml, ADiskMayBeAnOverlayOverAServedOne) {
    auto original = golden_text("running.in.xml");
    auto made = change_domain_xml(
        original, {.new_name = "web01_restored",
                   .new_uuid = Uuid::parse("11111111-2222-4333-8444-555555555555"),
                   .new_mac_addresses = true,
                   .disks = {{"vda", "/images/a.qcow2", disk::ImageFormat::qcow2,
                              disk::NbdAddress{.socket = "/run/h & f/vda.sock", .export_name = ""}}},
                   .unplug_networks = true});
    expect_golden(made, "running-overlay.out.xml");
    auto settled = settle_overlays(made, original, {"vda"});
    EXPECT_THAT(settled, Not(HasSubstr("nbd")));
    EXPECT_THAT(settled, Not(HasSubstr("rerror_policy")));
    EXPECT_THAT(settled, HasSubstr("/images/a.qcow2"));
    auto chosen = original;
    chosen.replace(chosen.find("<driver "), 8, "<driver error_policy='report' ");
    EXPECT_THAT(settle_overlays(made, chosen, {"vda"}), HasSubstr("error_policy=\"report\""));
}

TEST(DomainXml, ChangingTwiceIsTheSameAsOnce) {
    DomainChanges changes{.new_name = "x", .new_uuid = Uuid::random(), .new_mac_addresses = true};
    auto once = change_domain_xml(golden_text("running.in.xml"), changes);
    EXPECT_EQ(change_domain_xml(once, {}), once);
}

TEST(DomainXml, DescribesDisks) {
    auto description = describe_domain(golden_text("running.in.xml"));
    ASSERT_EQ(description.disks.size(), 2U);
    EXPECT_EQ(description.disks[0].disk.target, "vda");
    EXPECT_EQ(description.disks[0].disk.source, "/images/web01-snapshot.qcow2");
    EXPECT_TRUE(description.disks[0].disk.supports_checkpoints);
    EXPECT_EQ(description.disks[1].disk.target, "sda");
    EXPECT_EQ(description.disks[1].disk.source, "");
    EXPECT_FALSE(description.disks[1].disk.supports_checkpoints);
    ASSERT_EQ(description.skipped.size(), 1U);
    EXPECT_EQ(description.skipped[0].target, "sdb");
    EXPECT_EQ(description.skipped[0].reason, "CD-ROM");
    EXPECT_EQ(description.nvram, "/var/lib/libvirt/qemu/nvram/web01_VARS.fd");
}

TEST(DomainXml, TellsWhetherTheGuestAgentListens) {
    auto agent = [](const std::string& target) {
        return describe_domain("<domain><devices><channel type='unix'><target type='virtio' " + target +
                               "/></channel></devices></domain>")
            .agent;
    };
    EXPECT_EQ(agent("name='org.qemu.guest_agent.0' state='connected'"), AgentState::connected);
    EXPECT_EQ(agent("name='org.qemu.guest_agent.0' state='disconnected'"), AgentState::disconnected);
    EXPECT_EQ(agent("name='org.qemu.guest_agent.0'"), AgentState::disconnected) << "it is off";
    EXPECT_EQ(agent("name='com.redhat.spice.0' state='connected'"), AgentState::none);
    EXPECT_EQ(describe_domain("<domain/>").agent, AgentState::none);
}

TEST(DomainXml, SaysWhyDisksAreSkipped) {
    auto reason = [](const std::string& disk) {
        auto description = describe_domain("<domain><name>x</name><devices>" + disk + "</devices></domain>");
        return description.skipped.size() == 1 ? description.skipped[0].reason : "";
    };
    EXPECT_THAT(reason("<disk type='file' device='floppy'><target dev='fda'/></disk>"), HasSubstr("floppy"));
    EXPECT_THAT(reason("<disk type='file'><shareable/><target dev='vda'/></disk>"), HasSubstr("shared"));
    EXPECT_THAT(reason("<disk type='file'><transient/><target dev='vda'/></disk>"), HasSubstr("transient"));
    EXPECT_THAT(reason("<disk type='block' device='lun'><target dev='sda'/></disk>"),
                HasSubstr("passed through"));
    EXPECT_THAT(reason("<disk type='file'><driver type='vmdk'/><target dev='vda'/></disk>"),
                HasSubstr("vmdk"));
    EXPECT_THAT(reason("<disk type='vhostuser'><target dev='vda'/></disk>"), HasSubstr("vhostuser"));
    EXPECT_EQ(reason("<disk type='volume'><source pool='p' volume='v'/><target dev='vda'/></disk>"), "");
}

TEST(DomainXml, BadInputIsRefused) {
    for (const char* text : {"", "<domain", "text", "<volume/>", "<domain/>", "<domain><name>x</domain>"})
        EXPECT_EQ(error_of([&] { change_domain_xml(text, {}); }), ErrorKind::invalid_input) << text;
    EXPECT_EQ(error_of([&] { change_domain_xml(std::string(5 << 20, ' '), {}); }), ErrorKind::invalid_input);
    std::string deep;
    for (int i = 0; i < 200'000; ++i) deep += "<a>";
    for (int i = 0; i < 200'000; ++i) deep += "</a>";
    EXPECT_EQ(error_of([&] { change_domain_xml("<domain><name>x</name>" + deep + "</domain>", {}); }),
              ErrorKind::invalid_input);
    EXPECT_EQ(error_of([&] {
                  change_domain_xml("<domain><name>x</name><devices/></domain>",
                                    {.disks = {{"vda", "/x", disk::ImageFormat::raw}}});
              }),
              ErrorKind::invalid_input);
    std::string entity =
        "<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><domain><name>&e;</name></domain>";
    EXPECT_THAT(change_domain_xml(entity, {}), Not(HasSubstr("root")));
}

TEST(BackupXml, NamesDisksScratchAndBase) {
    DomainDisk vda{.target = "vda", .supports_checkpoints = true};
    DomainDisk vdb{.target = "vdb"};
    EXPECT_EQ(backup_xml({{vda, "monday"}, {vdb, std::nullopt}}, "/s & t/nbd.sock", "/s & t"),
              R"(<domainbackup mode="pull">
  <server transport="unix" socket="/s &amp; t/nbd.sock" />
  <disks>
    <disk name="vda" backup="yes" type="file" exportname="vda" backupmode="incremental" incremental="monday" exportbitmap="backup-vda">
      <driver type="qcow2" />
      <scratch file="/s &amp; t/vda.scratch" />
    </disk>
    <disk name="vdb" backup="yes" type="file" exportname="vdb" backupmode="full">
      <driver type="qcow2" />
      <scratch file="/s &amp; t/vdb.scratch" />
    </disk>
  </disks>
</domainbackup>
)");
}

TEST(BackupXml, CheckpointIsOnlyOnDisksThatSupportIt) {
    DomainDisk vda{.target = "vda", .supports_checkpoints = true};
    DomainDisk vdb{.target = "vdb"};
    EXPECT_EQ(checkpoint_xml("monday", {vdb}), std::nullopt);
    auto xml = checkpoint_xml("monday", {vda, vdb});
    ASSERT_TRUE(xml);
    EXPECT_THAT(disks_of_checkpoint(*xml), ElementsAre("vda"));
}

}  // namespace
}  // namespace holdfast::hypervisor
