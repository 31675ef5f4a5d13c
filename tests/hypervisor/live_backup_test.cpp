// Live backups of a real guest under a real libvirt and QEMU.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstring>

#include "base/file.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "error_of.hpp"
#include "hypervisor/private_libvirt.hpp"

namespace holdfast::hypervisor {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Clock = std::chrono::steady_clock;

class LiveBackups : public testing::Test {
  protected:
    BackupRequest request(const Domain& domain, std::string checkpoint,
                          std::optional<std::string> base = std::nullopt) {
        return {.domain = domain.uuid,
                .new_checkpoint = std::move(checkpoint),
                .base_checkpoint = std::move(base),
                .disks = host_.disks(domain.uuid).disks,
                .scratch_directory = libvirt_.scratch()};
    }

    // What is in the image of a guest that is paused and has written out everything.
    std::vector<std::byte> image_bytes(const std::filesystem::path& image, const std::string& format) {
        auto raw = libvirt_.folder() / "compare.raw";
        run_command({"qemu-img", "convert", "-U", "-f", format, "-O", "raw", image.native(), raw.native()},
                    60s);
        std::string bytes = read_file(raw, 1 << 30);
        std::filesystem::remove(raw);
        auto view = std::as_bytes(std::span(bytes));
        return {view.begin(), view.end()};
    }

    void pause(const Domain& domain) {
        libvirt_.run(domain, "sync");
        libvirt_.virsh({"suspend", domain.name});
    }
    void resume(const Domain& domain) { libvirt_.virsh({"resume", domain.name}); }

    std::vector<std::filesystem::path> scratch_entries() {
        std::vector<std::filesystem::path> entries;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(libvirt_.scratch()))
            entries.push_back(entry);
        return entries;
    }

    PrivateLibvirt libvirt_;
    Host& host_ = libvirt_.host();
};

void read_extents(disk::NbdSource& source, const std::vector<disk::Extent>& extents,
                  std::vector<std::byte>& into) {
    for (const auto& extent : extents)
        source.read(extent.offset, std::span(into).subspan(extent.offset, extent.length));
}

std::uint64_t total(const std::vector<disk::Extent>& extents) {
    std::uint64_t sum = 0;
    for (const auto& extent : extents) sum += extent.length;
    return sum;
}

TEST_F(LiveBackups, FullThenIncrementalRebuildTheDiskByteForByte) {
    auto raw = libvirt_.folder() / "second.raw";
    disk::create_image(raw, disk::ImageFormat::raw, 8 << 20);
    Domain guest = libvirt_.define_guest("web01", {raw.native() + ":raw"});
    libvirt_.boot(guest);
    libvirt_.run(guest, "dd if=/dev/urandom of=/dev/vdb bs=64k count=16");
    pause(guest);

    std::vector<std::byte> copy;
    {
        auto backup = host_.begin_backup(request(guest, "first"));
        ASSERT_EQ(backup->exports().size(), 2U);
        for (const auto& exported : backup->exports()) {
            EXPECT_EQ(exported.dirty_context, std::nullopt);
            auto source = disk::NbdSource::connect(exported.address, std::nullopt, 30s);
            auto extents = source->data_extents();
            EXPECT_LT(total(extents), source->size() / 2) << "holes must be told";
            std::vector<std::byte> bytes(source->size());
            read_extents(*source, extents, bytes);
            bool is_first = exported.disk.target == "vda";
            EXPECT_TRUE(bytes == image_bytes(exported.disk.source, is_first ? "qcow2" : "raw"))
                << exported.disk.target;
            if (is_first) copy = std::move(bytes);
        }
        auto begin = Clock::now();
        EXPECT_EQ(error_of([&] { host_.begin_backup(request(guest, "other")); }), ErrorKind::conflict);
        EXPECT_LT(Clock::now() - begin, 5s);
        backup->finish();
        backup->finish();
    }
    EXPECT_THAT(scratch_entries(), IsEmpty());
    EXPECT_THAT(host_.checkpoints(guest.uuid), ElementsAre("first"));

    resume(guest);
    libvirt_.run(guest, "dd if=/dev/urandom of=/data/new.bin bs=64k count=32");
    libvirt_.run(guest, "rm /data/many/file-7.txt");
    pause(guest);
    {
        auto backup = host_.begin_backup(request(guest, "second", "first"));
        const auto& vda = backup->exports().at(0);
        ASSERT_EQ(vda.disk.target, "vda");
        ASSERT_TRUE(vda.dirty_context);
        EXPECT_EQ(backup->exports().at(1).dirty_context, std::nullopt) << "a raw disk is always read in full";
        auto source = disk::NbdSource::connect(vda.address, vda.dirty_context, 30s);
        auto changed = source->changed_extents();
        EXPECT_GE(total(changed), 2U << 20);
        EXPECT_LT(total(changed), 16U << 20);
        read_extents(*source, changed, copy);
    }
    EXPECT_TRUE(copy == image_bytes(libvirt_.image("web01"), "qcow2"));
    EXPECT_THAT(scratch_entries(), IsEmpty());
    EXPECT_THAT(host_.checkpoints(guest.uuid), ElementsAre("first", "second"));

    EXPECT_EQ(error_of([&] { host_.begin_backup(request(guest, "third", "unknown")); }),
              ErrorKind::not_found);
    EXPECT_EQ(error_of([&] { host_.begin_backup(request(guest, "second")); }), ErrorKind::conflict);
    host_.delete_checkpoint(guest.uuid, "first");
    host_.delete_checkpoint(guest.uuid, "first");
    EXPECT_THAT(host_.checkpoints(guest.uuid), ElementsAre("second"));
    EXPECT_THAT(scratch_entries(), IsEmpty());
}

TEST_F(LiveBackups, BrokenBitmapsAreToldAndRemoved) {
    Domain guest = libvirt_.define_empty("db01");
    auto image_info = [&] {
        return run_command({"qemu-img", "info", "-U", libvirt_.image("db01").native()}, 20s);
    };
    libvirt_.start_paused(guest);
    host_.begin_backup(request(guest, "stored"))->finish();
    host_.power_off(guest.uuid);
    EXPECT_THAT(image_info(), HasSubstr("stored"));
    EXPECT_EQ(error_of([&] { host_.begin_backup(request(guest, "off")); }), ErrorKind::conflict);

    libvirt_.start_paused(guest);
    host_.begin_backup(request(guest, "unstored"))->finish();
    libvirt_.kill_qemu(guest);
    EXPECT_THAT(image_info(), HasSubstr("in-use"));
    libvirt_.start_paused(guest);
    EXPECT_EQ(error_of([&] { host_.begin_backup(request(guest, "next", "stored")); }), ErrorKind::not_found);
    EXPECT_EQ(error_of([&] { host_.begin_backup(request(guest, "next", "unstored")); }),
              ErrorKind::not_found);
    host_.delete_checkpoint(guest.uuid, "stored");
    host_.delete_checkpoint(guest.uuid, "unstored");
    EXPECT_THAT(host_.checkpoints(guest.uuid), IsEmpty());
    EXPECT_THAT(libvirt_.virsh({"qemu-monitor-command", "db01", R"({"execute":"query-named-block-nodes"})"}),
                testing::Not(HasSubstr("stored")));
    // The same names can be used again: nothing is left of them.
    host_.begin_backup(request(guest, "stored"))->finish();
    host_.begin_backup(request(guest, "again", "stored"))->finish();

    host_.power_off(guest.uuid);
    EXPECT_THAT(image_info(), HasSubstr("stored"));
    host_.delete_checkpoint(guest.uuid, "stored");
    host_.delete_checkpoint(guest.uuid, "again");
    EXPECT_THAT(host_.checkpoints(guest.uuid), IsEmpty());
    EXPECT_THAT(image_info(), testing::Not(HasSubstr("stored")));
    EXPECT_THAT(scratch_entries(), IsEmpty());
}

TEST_F(LiveBackups, DaemonThatDiesIsUnavailableAndItsJobIsFoundAgain) {
    Domain guest = libvirt_.define_empty("app01");
    libvirt_.start_paused(guest);
    auto backup = host_.begin_backup(request(guest, "first"));
    auto source = disk::NbdSource::connect(backup->exports().at(0).address, std::nullopt, 30s);
    libvirt_.kill_daemon();
    EXPECT_EQ(error_of([&] { host_.domains(); }), ErrorKind::unavailable);
    EXPECT_EQ(error_of([&] { backup->finish(); }), ErrorKind::unavailable);
    // The export is QEMU's: it lives on.
    std::vector<std::byte> sector(512, std::byte{1});
    source->read(0, sector);
    EXPECT_EQ(sector[0], std::byte{0});

    libvirt_.start_daemon();
    EXPECT_EQ(host_.domains().size(), 1U);
    // Another installation's folder: not ours to end.
    EXPECT_FALSE(host_.abort_backup(guest.uuid, "/elsewhere"));
    EXPECT_TRUE(host_.abort_backup(guest.uuid, libvirt_.scratch()));
    EXPECT_FALSE(host_.abort_backup(guest.uuid, libvirt_.scratch()));
    EXPECT_THAT(scratch_entries(), IsEmpty());
    // Whoever means that all was read in peace is told that it was not.
    EXPECT_EQ(error_of([&] { backup->finish(); }), ErrorKind::unavailable);
    // A guest that goes off takes its job along.
    auto second = host_.begin_backup(request(guest, "second"));
    host_.power_off(guest.uuid);
    EXPECT_EQ(error_of([&] { second->finish(); }), ErrorKind::unavailable);
    EXPECT_THAT(scratch_entries(), IsEmpty());
}

TEST_F(LiveBackups, JobsOfOtherProgramsAreLeftAlone) {
    Domain guest = libvirt_.define_empty("mail01");
    libvirt_.start_paused(guest);
    auto xml = libvirt_.folder() / "job.xml";
    write_file_durably(
        xml,
        as_bytes("<domainbackup mode='pull'><server transport='unix' socket='" +
                 (libvirt_.scratch() / "other.sock").native() +
                 "'/><disks><disk name='vda' type='file'><driver type='qcow2'/><scratch file='" +
                 (libvirt_.scratch() / "other.scratch").native() + "'/></disk></disks></domainbackup>"),
        0600);
    libvirt_.virsh({"backup-begin", "mail01", xml.native()});
    EXPECT_FALSE(host_.abort_backup(guest.uuid, libvirt_.scratch()));
    EXPECT_EQ(error_of([&] { host_.begin_backup(request(guest, "first")); }), ErrorKind::conflict);
    EXPECT_THAT(libvirt_.virsh({"backup-dumpxml", "mail01"}), HasSubstr("other.sock"));
}

}  // namespace
}  // namespace holdfast::hypervisor
