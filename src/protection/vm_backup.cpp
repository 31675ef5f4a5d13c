#include "protection/vm_backup.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/cancellation.hpp"
#include "base/file.hpp"
#include "disk/nbd.hpp"
#include "protection/guest_work.hpp"
#include "protection/machine_snapshot.hpp"
#include "protection/paced_source.hpp"

namespace holdfast::protection {
namespace {

constexpr std::chrono::seconds nbd_deadline{60};
constexpr std::size_t nvram_limit = 64 << 20;

// The levels of EM as restic's modes.
repository::CompressionMode mode_of(catalog::CompressionLevel level) {
    using catalog::CompressionLevel;
    using repository::CompressionMode;
    switch (level) {
        case CompressionLevel::none:
            return CompressionMode::off;
        case CompressionLevel::dedupe_friendly:
            return CompressionMode::fastest;
        case CompressionLevel::optimal:
            return CompressionMode::automatic;
        case CompressionLevel::high:
            return CompressionMode::better;
        case CompressionLevel::extreme:
            return CompressionMode::max;
    }
    return CompressionMode::automatic;
}

// An image of a machine that is shut off, served for the time of the backup.
struct OfflineDisk {
    hypervisor::DomainDisk disk;
    disk::ImageServer server;
};

class MachineBackup {
  public:
    MachineBackup(const Environment& environment, hypervisor::Host& host, repository::Repository& repository,
                  const VmBackupRequest& request, RateLimit& rate, MachineProgress& progress,
                  std::stop_token stop)
        : environment_(environment),
          host_(host),
          repository_(repository),
          request_(request),
          rate_(rate),
          progress_(progress),
          stop_(std::move(stop)),
          jobs_(environment.database) {}

    VmBackupResult run() {
        domain_ = host_.find_domain(request_.object.domain);
        result_.vm_name = domain_.name;
        disks_ = host_.disks(domain_.uuid);
        for (const auto& skipped : disks_.skipped)
            result_.notes.push_back(
                fmt::format("The disk {} was left out: {}.", skipped.target, skipped.reason));
        if (disks_.disks.empty())
            throw Error(ErrorKind::not_supported,
                        "The machine " + domain_.name + " has no disk that can be backed up");
        leave_out_excluded();
        for (const auto& disk : disks_.disks) result_.data_size += disk.size;
        progress_.size = result_.data_size;
        bool running = domain_.state == hypervisor::DomainState::running ||
                       domain_.state == hypervisor::DomainState::paused;
        if (!running && domain_.state != hypervisor::DomainState::shut_off)
            throw Error(ErrorKind::conflict,
                        "The machine " + domain_.name + " is neither running nor shut off")
                .advise("Wait until it has started or stopped, then retry.");
        running ? back_up_running() : back_up_shut_off();
        result_.consistency = consistency_;
        return std::move(result_);
    }

  private:
    void leave_out_excluded() {
        for (const auto& name : request_.object.excluded_disks) {
            if (std::erase_if(disks_.disks, [&](const auto& disk) { return disk.target == name; }) > 0)
                result_.notes.push_back(fmt::format("The disk {} was left out: the job excludes it.", name));
            else if (std::ranges::find(disks_.skipped, name, &hypervisor::SkippedDisk::target) ==
                     disks_.skipped.end())
                result_.notes.push_back(
                    fmt::format("The job excludes the disk {}, which the machine does not have.", name));
        }
        if (disks_.disks.empty())
            throw Error(ErrorKind::conflict, "The job excludes every disk of the machine " + domain_.name)
                .advise("Take a disk out of ExcludedDisks, or the machine out of the job.");
    }

    // The job's last checkpoint, where the machine still has it and the repository still has its snapshot.
    void choose_base() {
        if (request_.start_from == StartFrom::nothing) {
            result_.is_full = true;
            return;
        }
        auto last = jobs_.checkpoint(request_.job.id, request_.object);
        if (!last) {
            note_full("it is the job's first backup of this machine");
            return;
        }
        auto existing = host_.checkpoints(domain_.uuid);
        if (std::ranges::find(existing, last->name) == existing.end()) {
            note_full("the machine no longer has the checkpoint of the last backup");
            return;
        }
        auto snapshot = repository::SnapshotId::parse(last->snapshot);
        auto snapshots = repository_.snapshots();
        if (!snapshot ||
            std::ranges::none_of(snapshots, [&](const auto& known) { return known.id == *snapshot; })) {
            note_full("the repository no longer has the last backup");
            return;
        }
        try {
            base_description_ = read_base_description(*snapshot);
        } catch (const Error& error) {
            note_full(fmt::format("the last backup cannot be read ({})", error.happened()));
            return;
        }
        base_ = last->name;
        base_snapshot_ = *snapshot;
    }

    // The machine may have had another name then: its folder is found by the paths that the snapshot names.
    MachineDescription read_base_description(const repository::SnapshotId& snapshot) {
        try {
            return read_description(repository_, snapshot, domain_.name);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::not_found || request_.object.name == domain_.name) throw;
            return read_description(repository_, snapshot, request_.object.name);
        }
    }

    void note_full(const std::string& why) {
        base_.reset();
        base_snapshot_.reset();
        result_.is_full = true;
        if (request_.start_from != StartFrom::nothing)
            result_.notes.push_back("Everything was read: " + why + ".");
    }

    // In full, where the base turns out not to be usable.
    std::unique_ptr<hypervisor::LiveBackup> begin_whole(hypervisor::BackupRequest& begin) {
        try {
            return begin_alone(begin);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::not_found || !base_) throw;
            note_full(fmt::format("the record of changed blocks is not whole ({})", error.happened()));
            begin.base_checkpoint.reset();
            return begin_alone(begin);
        }
    }

    // The machine is claimed for this run: a job of Holdfast that is still open on it was left behind.
    std::unique_ptr<hypervisor::LiveBackup> begin_alone(const hypervisor::BackupRequest& begin) {
        try {
            return host_.begin_backup(begin);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::conflict ||
                !host_.abort_backup(domain_.uuid, environment_.run_directory))
                throw;
            spdlog::warn("Ended a backup job that was left on {}", domain_.name);
            return host_.begin_backup(begin);
        }
    }

    std::unique_ptr<hypervisor::LiveBackup> begin() {
        hypervisor::BackupRequest begin;
        begin.domain = domain_.uuid;
        if (request_.start_from != StartFrom::nothing)
            begin.new_checkpoint =
                checkpoint_prefix(request_.job.id) + Uuid::random().to_string().substr(0, 8);
        begin.base_checkpoint = base_;
        begin.disks = disks_.disks;
        begin.scratch_directory = environment_.run_directory;
        auto begun = begin_whole(begin);
        if (std::ranges::any_of(disks_.disks, &hypervisor::DomainDisk::supports_checkpoints))
            new_checkpoint_ = begin.new_checkpoint;
        return begun;
    }

    void back_up_running() {
        choose_base();
        GuestWork guest(
            environment_, host_, request_.object.server, domain_,
            {catalog::guest_processing_of(request_.object, request_.job), request_.job.guest_scripts}, stop_);
        std::unique_ptr<hypervisor::LiveBackup> backup;
        try {
            backup = guest.around([this] { return begin(); });
            tell(guest);
            auto writer = start_snapshot();
            for (const auto& exported : backup->exports()) {
                throw_if_stopped(stop_);
                with_context(fmt::format("backing up the disk {} of {}", exported.disk.target, domain_.name),
                             [&] { add_exported_disk(*writer, exported); });
            }
            backup->finish();
            result_.snapshot = writer->finish();
        } catch (...) {
            backup.reset();  // ends libvirt's job before its checkpoint is touched
            drop_new_checkpoint();
            throw;
        }
        result_.checkpoint = new_checkpoint_;
    }

    void tell(const GuestWork& guest) {
        consistency_ = guest.consistency();
        result_.has_warnings |= guest.has_warnings();
        result_.notes.insert(result_.notes.end(), guest.notes().begin(), guest.notes().end());
    }

    // The changes since the older checkpoint stay recorded: dropping the newer one loses nothing.
    void drop_new_checkpoint() {
        if (!new_checkpoint_) return;
        try {
            host_.delete_checkpoint(domain_.uuid, *new_checkpoint_);
        } catch (const Error& error) {
            spdlog::warn("The checkpoint {} of {} is left over: {}", *new_checkpoint_, domain_.name,
                         error.what());
        }
    }

    void add_exported_disk(repository::SnapshotWriter& writer, const hypervisor::BackupExport& exported) {
        auto source = disk::NbdSource::connect(exported.address, exported.dirty_context, nbd_deadline);
        std::optional<repository::DiskParent> parent;
        if (exported.dirty_context && base_snapshot_)
            parent = repository::DiskParent{
                *base_snapshot_, MachinePaths(base_description_.name).disk(exported.disk.target),
                source->changed_extents(), request_.start_from == StartFrom::verified_checkpoint};
        else if (base_snapshot_)
            result_.notes.push_back(fmt::format("The disk {} was read in full: {}.", exported.disk.target,
                                                exported.disk.supports_checkpoints
                                                    ? "it has no record of changed blocks yet"
                                                    : "its format keeps no record of changed blocks"));
        add_disk(writer, exported.disk, *source, parent);
    }

    void add_disk(repository::SnapshotWriter& writer, const hypervisor::DomainDisk& disk,
                  repository::BlockSource& disk_source, const std::optional<repository::DiskParent>& parent) {
        auto path = MachinePaths(domain_.name).disk(disk.target);
        PacedSource source(disk_source, rate_, stop_);
        auto add = [&](const std::optional<repository::DiskParent>& base) {
            return writer.add_disk(path, source, base, std::nullopt, progress_.disks, stop_);
        };
        repository::DiskResult added;
        try {
            added = add(parent);
            if (parent && parent->is_verified) tell_verified(disk, added);
        } catch (const Error& error) {
            bool base_is_unusable =
                error.kind() == ErrorKind::not_found || error.kind() == ErrorKind::conflict;
            if (!parent || !base_is_unusable) throw;
            result_.notes.push_back(
                fmt::format("The disk {} was read in full: {}.", disk.target, error.happened()));
            added = add(std::nullopt);
        }
        result_.read_bytes += added.read_bytes;
        result_.added_bytes += added.added_bytes;
    }

    void tell_verified(const hypervisor::DomainDisk& disk, const repository::DiskResult& added) {
        if (added.missed_chunks == 0) {
            result_.notes.push_back(fmt::format(
                "The disk {} was read whole: its record of changed blocks missed nothing.", disk.target));
            return;
        }
        result_.has_warnings = true;
        result_.notes.push_back(fmt::format(
            "The disk {} was read whole: its record of changed blocks missed {} blocks of {} KiB that had "
            "changed, the first at the bytes {}. This restore point has them; those since the last whole "
            "read "
            "may not.",
            disk.target, added.missed_chunks, added.chunk_size >> 10, fmt::join(added.missed_offsets, ", ")));
    }

    void back_up_shut_off() {
        note_full("the machine is shut off");
        consistency_ = catalog::consistency::offline;
        TemporaryDirectory sockets(environment_.run_directory);
        std::vector<OfflineDisk> images;
        auto written_before = last_writes();
        for (const auto& disk : disks_.disks)
            images.push_back(
                {disk, disk::ImageServer::start(disk.source, disk.format, disk::Access::read_only,
                                                sockets.path() / (disk.target + ".sock"))});
        auto writer = start_snapshot();
        for (auto& image : images) {
            throw_if_stopped(stop_);
            with_context(fmt::format("backing up the disk {} of {}", image.disk.target, domain_.name), [&] {
                auto source = disk::NbdSource::connect(image.server.address(), std::nullopt, nbd_deadline);
                add_disk(*writer, image.disk, *source, std::nullopt);
            });
        }
        // Nothing keeps a raw image from being written to meanwhile: then it is of no one time.
        if (host_.find_domain(domain_.uuid).state != hypervisor::DomainState::shut_off ||
            last_writes() != written_before)
            throw Error(ErrorKind::conflict,
                        "The machine " + domain_.name + " was started while its disks were read")
                .advise("Retry: it is then backed up while it runs.");
        result_.snapshot = writer->finish();
    }

    std::vector<std::filesystem::file_time_type> last_writes() const {
        std::vector<std::filesystem::file_time_type> times;
        for (const auto& disk : disks_.disks) {
            std::error_code ignored;  // a block device has no useful time: the machine's state has to do
            times.push_back(std::filesystem::last_write_time(disk.source, ignored));
        }
        return times;
    }

    std::unique_ptr<repository::SnapshotWriter> start_snapshot() {
        auto writer = repository::SnapshotWriter::start(
            repository_, {.time = now(),
                          .hostname = request_.host_name,
                          .tags = snapshot_tags(request_.job.id, domain_.uuid, request_.session),
                          .parent = base_snapshot_,
                          .compression = mode_of(request_.job.compression)});
        MachinePaths paths(domain_.name);
        writer->add_file(paths.domain_xml(), host_.domain_xml(domain_.uuid));
        auto nvram = read_nvram();
        if (nvram) writer->add_file(paths.nvram(), *nvram);
        writer->add_file(paths.description(), to_json(describe(nvram.has_value())));
        return writer;
    }

    std::optional<std::string> read_nvram() {
        auto file = host_.nvram(domain_.uuid);
        if (!file) return std::nullopt;
        try {
            return read_file(*file, nvram_limit);
        } catch (const Error& error) {
            result_.has_warnings = true;
            result_.notes.push_back(fmt::format("The UEFI variables were left out: {}.", error.happened()));
            return std::nullopt;
        }
    }

    MachineDescription describe(bool has_nvram) const {
        MachineDescription description;
        description.name = domain_.name;
        description.domain_id = domain_.uuid.to_string();
        description.host = request_.host_name;
        description.job_id = request_.job.id.to_string();
        description.restore_point_id = request_.restore_point.to_string();
        description.consistency = consistency_;
        description.has_nvram = has_nvram;
        for (const auto& disk : disks_.disks)
            description.disks.push_back(
                {disk.target, std::string(disk::to_string(disk.format)), disk.source.string(), disk.size});
        return description;
    }

    const Environment& environment_;
    hypervisor::Host& host_;
    repository::Repository& repository_;
    const VmBackupRequest& request_;
    RateLimit& rate_;
    MachineProgress& progress_;
    std::stop_token stop_;
    catalog::Jobs jobs_;

    hypervisor::Domain domain_;
    hypervisor::DomainDisks disks_;
    std::optional<std::string> base_;
    std::optional<repository::SnapshotId> base_snapshot_;
    MachineDescription base_description_;
    std::optional<std::string> new_checkpoint_;
    std::string consistency_ = std::string(catalog::consistency::crash);
    VmBackupResult result_;
};

}  // namespace

VmBackupResult back_up_machine(const Environment& environment, hypervisor::Host& host,
                               repository::Repository& repository, const VmBackupRequest& request,
                               RateLimit& rate, MachineProgress& progress, std::stop_token stop) {
    return MachineBackup(environment, host, repository, request, rate, progress, std::move(stop)).run();
}

std::string checkpoint_prefix(const Uuid& job) {
    return "holdfast-" + job.to_string().substr(0, 13) + "-";
}

}  // namespace holdfast::protection
