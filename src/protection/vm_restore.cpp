#include "protection/vm_restore.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

#include "base/cancellation.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "disk/nbd.hpp"
#include "protection/machine_placement.hpp"

namespace holdfast::protection {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds nbd_deadline{60};
// Between the two names of a disk that is to be renamed, in a note of what to take back.
constexpr char rename_mark = '\n';

// A disk to write: first under `file`, then, over the original, renamed to `place`.
struct DiskToWrite {
    SavedDisk saved;
    fs::path file;
    fs::path place;
};

void rename_durably(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::rename(from, to, error);
    if (error)
        throw os_error(fmt::format("Cannot put {} in the place of {}", from.string(), to.string()),
                       error.value());
    sync_directory(to.parent_path());
}

class MachineRestore {
  public:
    MachineRestore(const Environment& environment, hypervisor::Host& host, repository::Repository& repository,
                   const VmRestoreRequest& request, Progress& progress, std::stop_token stop)
        : environment_(environment),
          host_(host),
          repository_(repository),
          request_(request),
          progress_(progress),
          stop_(std::move(stop)),
          sessions_(environment.database),
          scratch_(environment.run_directory) {}

    // Finds out what is to be done and refuses what cannot be; changes nothing.
    void plan() {
        read_restore_point();
        if (request_.place == RestorePlace::over_original)
            plan_over_original();
        else
            plan_beside_original();
    }

    VmRestoreResult run() {
        plan();
        try {
            write_disks();
            auto domain = request_.place == RestorePlace::over_original ? replace_original() : define_new();
            complete(domain);
            sessions_.replace_leftovers(request_.session, {});
            if (request_.power == PowerAfter::power_on)
                with_context("starting the restored machine", [&] { host_.start(domain.uuid); });
            return {domain};
        } catch (...) {
            take_back(sessions_, request_.session);
            throw;
        }
    }

  private:
    void read_restore_point() {
        auto id = repository::SnapshotId::parse(request_.point.snapshot);
        if (!id) throw Error(ErrorKind::corrupt, "The restore point names no snapshot");
        snapshot_ = *id;
        description_ = read_description(repository_, snapshot_, request_.point.vm_name);
        domain_xml_ = read_domain_xml(repository_, snapshot_, description_.name);
        for (const auto& disk : description_.disks) progress_.total_bytes += disk.size;
    }

    void plan_over_original() {
        auto original = Uuid::parse(description_.domain_id);
        if (!original) throw Error(ErrorKind::corrupt, "The restore point names no machine");
        original_ = *original;
        is_present_ = find_original();
        for (const auto& saved : description_.disks) {
            fs::path place = saved.source;
            auto current = std::ranges::find(current_disks_, saved.target, &hypervisor::DomainDisk::target);
            if (current != current_disks_.end()) {
                place = current->source;
            } else if (fs::exists(place)) {
                throw Error(
                    ErrorKind::conflict,
                    fmt::format(
                        "The file {} is there, but is not the disk {} of {} now: it may belong to another",
                        place.string(), saved.target, description_.name))
                    .advise("Move that file away, or restore the machine beside it under another name.");
            }
            if (!place.is_absolute())
                throw Error(ErrorKind::not_supported,
                            fmt::format("The disk {} of {} is no file of this machine", saved.target,
                                        description_.name))
                    .advise("Restore the machine under a new name; its disks are then files.");
            if (fs::exists(place) && !fs::is_regular_file(place))
                throw Error(ErrorKind::not_supported,
                            fmt::format("The disk {} is {}, which is no file: it cannot be replaced",
                                        saved.target, place.string()))
                    .advise("Restore the machine under a new name; its disks are then files.");
            auto file = place;
            file += ".restore-" + request_.session.to_string().substr(0, 8);
            disks_.push_back({saved, file, place});
        }
    }

    bool find_original() {
        try {
            auto domain = host_.find_domain(original_);
            if (!domain.persistent)
                throw Error(
                    ErrorKind::not_supported,
                    fmt::format("The machine {} is transient: powered off, it would be gone", domain.name))
                    .advise("Restore it beside the original, or define it first.");
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::not_found) throw;
            auto same_name = host_.find_domain_by_name(description_.name);
            if (same_name)
                throw Error(ErrorKind::conflict,
                            fmt::format("Another machine is called {} now", description_.name))
                    .advise("Rename it, or restore under a new name with KeepOriginalVM.");
            return false;
        }
        current_disks_ = host_.disks(original_).disks;
        return true;
    }

    void plan_beside_original() {
        new_name_ = request_.new_name.empty() ? description_.name + "_restored" : request_.new_name;
        if (host_.find_domain_by_name(new_name_))
            throw Error(ErrorKind::conflict,
                        fmt::format("A machine with the name {} is there already", new_name_))
                .advise("Give the restored machine another name in VmRestoreParameters/VmNewName.");
        std::optional<fs::path> folder;
        if (request_.storage_pool) folder = folder_of_pool(*request_.storage_pool);
        for (const auto& saved : description_.disks) {
            auto file =
                free_file(folder ? *folder : folder_for(saved), folder_name(new_name_) + "-" + saved.target,
                          saved.format == "qcow2" ? ".qcow2" : ".img");
            disks_.push_back({saved, file, file});
        }
    }

    fs::path folder_of_pool(const Uuid& id) {
        auto pools = host_.storage_pools();
        auto pool = std::ranges::find(pools, id, &hypervisor::StoragePool::uuid);
        if (pool == pools.end())
            throw Error(ErrorKind::invalid_input, "The host has no storage pool " + id.to_string())
                .advise("Name one of GET /api/lookup?type=Datastore in DatastoreRef.");
        std::error_code ignored;
        if (!fs::is_directory(pool->path, ignored))
            throw Error(ErrorKind::not_supported,
                        fmt::format("The storage pool {} is no folder of this machine", pool->name))
                .advise("Choose a pool of the type dir, fs or netfs.");
        return pool->path;
    }

    void write_disks() {
        if (is_present_) host_.power_off(original_);
        // Before a disk that has their bitmaps is shared.
        if (request_.rollback == Rollback::quick) forget_checkpoints();
        for (const auto& disk : disks_) {
            throw_if_stopped(stop_);
            // Noted before it is made: after a crash at any moment somebody knows about it.
            sessions_.note_leftover(request_.session, disk.file.string());
            with_context(fmt::format("restoring the disk {} to {}", disk.saved.target, disk.file.string()),
                         [&] { write_disk(disk); });
        }
    }

    void write_disk(const DiskToWrite& disk) {
        auto format = disk::parse_image_format(disk.saved.format);
        make_directories(disk.file.parent_path(), 0711);
        // Of what was really saved; the description tells what libvirt said before.
        auto path = MachinePaths(description_.name).disk(disk.saved.target);
        auto size = repository_.open_disk(snapshot_, path)->size();
        auto seed = open_seed(disk, size);
        bool is_shared = false;
        try {
            is_shared = seed && seed->format == format && disk::share_image(disk.place, disk.file);
            if (!is_shared) disk::create_image(disk.file, format, size);
        } catch (const Error& error) {
            // Somebody made it since it was planned: it is not ours to take back.
            if (error.kind() == ErrorKind::conflict)
                sessions_.forget_leftover(request_.session, disk.file.string());
            throw;
        }
        auto server = disk::ImageServer::start(disk.file, format, disk::Access::read_write,
                                               scratch_.path() / (disk.saved.target + ".sock"));
        auto sink = disk::connect_nbd_sink(server.address(), nbd_deadline);
        if (seed)
            repository_.restore_disk_over(snapshot_, path, {*seed->source, is_shared}, *sink, progress_,
                                          stop_);
        else
            repository_.restore_disk(snapshot_, path, *sink, progress_, stop_);
        sink->flush();
    }

    // The disk that is to be replaced, read.
    struct Seed {
        disk::ImageFormat format;
        disk::ImageServer server;
        std::unique_ptr<disk::NbdSource> source;
    };

    std::unique_ptr<Seed> open_seed(const DiskToWrite& disk, std::uint64_t size) {
        auto current = std::ranges::find(current_disks_, disk.saved.target, &hypervisor::DomainDisk::target);
        if (request_.rollback != Rollback::quick || current == current_disks_.end() ||
            !fs::exists(current->source))
            return nullptr;
        auto server = disk::ImageServer::start(current->source, current->format, disk::Access::read_only,
                                               scratch_.path() / (disk.saved.target + "-now.sock"));
        auto source = disk::NbdSource::connect(server.address(), std::nullopt, nbd_deadline);
        if (source->size() != size) return nullptr;
        return std::make_unique<Seed>(Seed{current->format, std::move(server), std::move(source)});
    }

    hypervisor::Domain define_new() {
        hypervisor::DomainChanges changes;
        changes.new_name = new_name_;
        changes.new_uuid = Uuid::random();
        changes.new_mac_addresses = true;
        for (const auto& disk : disks_)
            changes.disks.push_back(
                {disk.saved.target, disk.file, disk::parse_image_format(disk.saved.format)});
        return host_.define(hypervisor::change_domain_xml(domain_xml_, changes));
    }

    hypervisor::Domain replace_original() {
        throw_if_stopped(stop_);
        hypervisor::DomainChanges changes;
        for (const auto& disk : disks_)
            changes.disks.push_back(
                {disk.saved.target, disk.place, disk::parse_image_format(disk.saved.format)});
        auto xml = hypervisor::change_domain_xml(domain_xml_, changes);
        if (is_present_ && host_.find_domain(original_).state != hypervisor::DomainState::shut_off)
            throw Error(
                ErrorKind::conflict,
                fmt::format("The machine {} was started while its disks were written", description_.name))
                .advise("Leave it off until the restore has ended, then restore again.");
        forget_checkpoints();
        std::vector<std::string> renames;
        for (const auto& disk : disks_)
            renames.push_back(disk.file.string() + rename_mark + disk.place.string());
        // From here on the way leads forward: once the renames are noted, all at once, a crash is finished,
        // not taken back.
        sessions_.replace_leftovers(request_.session, renames);
        for (const auto& disk : disks_) rename_durably(disk.file, disk.place);
        return host_.define(xml);
    }

    // A new machine without its variables would not be what was asked for: it goes again.
    void complete(const hypervisor::Domain& domain) {
        try {
            restore_nvram(host_, domain.uuid, repository_, snapshot_, description_);
        } catch (...) {
            if (request_.place == RestorePlace::beside_original) host_.undefine(domain.uuid);
            throw;
        }
    }

    // They name bitmaps of the disks that are replaced: the next backup must not start from them.
    void forget_checkpoints() {
        if (!is_present_) return;
        for (const auto& checkpoint : host_.checkpoints(original_))
            host_.delete_checkpoint(original_, checkpoint);
    }

    const Environment& environment_;
    hypervisor::Host& host_;
    repository::Repository& repository_;
    const VmRestoreRequest& request_;
    Progress& progress_;
    std::stop_token stop_;
    catalog::RestoreSessions sessions_;
    TemporaryDirectory scratch_;

    repository::SnapshotId snapshot_;
    MachineDescription description_;
    std::string domain_xml_;
    Uuid original_;
    std::string new_name_;
    bool is_present_ = false;
    std::vector<hypervisor::DomainDisk> current_disks_;
    std::vector<DiskToWrite> disks_;
};

}  // namespace

VmRestoreResult restore_machine(const Environment& environment, hypervisor::Host& host,
                                repository::Repository& repository, const VmRestoreRequest& request,
                                Progress& progress, std::stop_token stop) {
    return MachineRestore(environment, host, repository, request, progress, std::move(stop)).run();
}

void check_restore(const Environment& environment, hypervisor::Host& host, repository::Repository& repository,
                   const VmRestoreRequest& request) {
    Progress unused;
    MachineRestore(environment, host, repository, request, unused, {}).plan();
}

void take_back(catalog::RestoreSessions& sessions, const Uuid& session) {
    for (const auto& note : sessions.leftovers(session)) {
        std::error_code error;
        auto mark = note.find(rename_mark);
        fs::path file = note.substr(0, mark);
        // Where even the folder is away (a storage that is not mounted) nothing can be said: the note stays.
        if (!fs::is_directory(file.parent_path(), error))
            error = std::make_error_code(std::errc::no_such_file_or_directory);
        if (!error && mark == std::string::npos) fs::remove(file, error);
        if (!error && mark != std::string::npos && fs::exists(file, error))
            fs::rename(file, note.substr(mark + 1), error);
        if (error)
            spdlog::warn("What a restore left at {} could not be put right yet: {}", file.string(),
                         error.message());
        else
            sessions.forget_leftover(session, note);
    }
}

}  // namespace holdfast::protection
