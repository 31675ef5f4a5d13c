#include "hypervisor/live_backup.hpp"

#include <fmt/format.h>
#include <libvirt/virterror.h>
#include <spdlog/spdlog.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "hypervisor/backup_xml.hpp"
#include "hypervisor/libvirt_error.hpp"
#include "hypervisor/scratch_folder.hpp"

namespace holdfast::hypervisor {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto end_limit = 30s;
constexpr auto socket_name = "nbd.sock";

// The socket of the backup job that runs on the domain; nothing when none runs.
std::optional<std::filesystem::path> running_backup(virDomainPtr domain) {
    LibvirtText xml(::virDomainBackupGetXMLDesc(domain, 0));
    if (xml) return socket_of_backup(xml.get());
    auto failure = last_libvirt_failure();
    bool none =
        failure.code == VIR_ERR_NO_DOMAIN_BACKUP || failure.code == VIR_ERR_OPERATION_INVALID;  // shut off
    if (!none) throw to_error(failure, "Cannot see whether a backup of " + name_of(domain) + " runs");
    return std::nullopt;
}

// Ends the job that serves `socket`, and waits until it has ended. Whether it ran.
bool end_job(virDomainPtr domain, const std::filesystem::path& socket) {
    if (running_backup(domain) != socket) return false;
    if (::virDomainAbortJob(domain) != 0) {
        auto failure = last_libvirt_failure();
        if (running_backup(domain) == socket)
            throw to_error(failure, "Cannot end the backup job of " + name_of(domain));
    }
    auto limit = Clock::now() + end_limit;
    while (running_backup(domain) == socket) {
        if (Clock::now() > limit)
            throw Error(ErrorKind::unavailable, fmt::format("The backup job of {} did not end within {} s",
                                                            name_of(domain), end_limit.count()));
        std::this_thread::sleep_for(10ms);  // libvirt ends it when QEMU has told that its block jobs are gone
    }
    return true;
}

class PullBackup : public LiveBackup {
  public:
    PullBackup(std::shared_ptr<Connection> connection, const Uuid& domain, std::filesystem::path folder)
        : connection_(std::move(connection)), domain_(domain), folder_(std::move(folder)) {}

    ~PullBackup() override {
        try {
            end();
        } catch (const std::exception& error) {
            spdlog::warn("A backup job is left behind until the next start: {}", error.what());
        }
    }

    const std::vector<BackupExport>& exports() const override { return exports_; }
    void add_export(BackupExport exported) { exports_.push_back(std::move(exported)); }
    std::filesystem::path socket() const { return folder_ / socket_name; }
    const std::filesystem::path& folder() const { return folder_; }

    void finish() override {
        if (folder_.empty() || end()) return;
        // Without its job the export shows the disk as it is now: what was read last may not belong to the
        // instant.
        throw Error(ErrorKind::unavailable, "The backup job of the virtual machine ended before all was read")
            .advise("Run the backup again.");
    }

  private:
    // Whether the job still ran.
    bool end() {
        if (folder_.empty()) return false;
        bool ran = false;
        try {
            ran = end_job(connection_->find(domain_).get(), socket());
        } catch (const Error& error) {
            // A domain that is gone took its job along. Otherwise the files stay: by them the job is known as
            // ours later.
            if (error.kind() != ErrorKind::not_found) throw;
        }
        remove_scratch_folder(folder_);
        folder_.clear();
        return ran;
    }

    std::shared_ptr<Connection> connection_;
    Uuid domain_;
    std::filesystem::path folder_;  // empty when all has ended
    std::vector<BackupExport> exports_;
};

// libvirt itself would wait 30 s for the other job before it says no.
void require_ready(virDomainPtr domain) {
    if (::virDomainIsActive(domain) != 1)
        throw Error(ErrorKind::conflict,
                    "The virtual machine " + name_of(domain) + " is not running, so it has no live disks")
            .advise("Start it, or read its disks from their files.");
    if (running_backup(domain))
        throw Error(ErrorKind::conflict, "Another backup of " + name_of(domain) + " runs already")
            .advise("Wait until it has ended, then try again.");
    virDomainJobInfo job{};
    if (::virDomainGetJobInfo(domain, &job) == 0 && job.type != VIR_DOMAIN_JOB_NONE)
        throw Error(ErrorKind::conflict,
                    "libvirt runs another job on " + name_of(domain) + ", such as a migration or a save")
            .advise("Wait until it has ended, then try again.");
}

// The targets that have a bitmap of the base checkpoint.
std::vector<std::string> disks_of_base(virDomainPtr domain, const std::string& name) {
    CheckpointHandle checkpoint(::virDomainCheckpointLookupByName(domain, name.c_str(), 0));
    if (!checkpoint) throw_libvirt_error(fmt::format("Cannot start from the checkpoint {} of", name), domain);
    LibvirtText xml(::virDomainCheckpointGetXMLDesc(checkpoint.get(), VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN));
    if (!xml) throw_libvirt_error(fmt::format("Cannot read the checkpoint {} of", name), domain);
    return disks_of_checkpoint(xml.get());
}

std::vector<PlannedDisk> plan(virDomainPtr domain, const BackupRequest& request) {
    std::vector<std::string> with_base;
    if (request.base_checkpoint) with_base = disks_of_base(domain, *request.base_checkpoint);
    std::vector<PlannedDisk> disks;
    bool any_incremental = false;
    for (const auto& disk : request.disks) {
        if (disk.target.empty() || disk.target.contains('/'))
            throw Error(ErrorKind::invalid_input,
                        fmt::format("\"{}\" is no name of a disk of {}", disk.target, name_of(domain)));
        PlannedDisk planned{disk, std::nullopt};
        if (disk.supports_checkpoints && std::ranges::find(with_base, disk.target) != with_base.end())
            planned.base_checkpoint = request.base_checkpoint;
        any_incremental |= planned.base_checkpoint.has_value();
        disks.push_back(std::move(planned));
    }
    if (disks.empty())
        throw Error(ErrorKind::invalid_input, "A backup of " + name_of(domain) + " was asked for no disk");
    if (request.base_checkpoint && !any_incremental)
        throw Error(ErrorKind::not_found, fmt::format("The checkpoint {} of {} covers none of its disks",
                                                      *request.base_checkpoint, name_of(domain)));
    return disks;
}

void begin_job(virDomainPtr domain, const BackupRequest& request, const std::vector<PlannedDisk>& disks,
               const PullBackup& backup) {
    std::string job = backup_xml(disks, backup.socket(), backup.folder());
    std::optional<std::string> checkpoint;
    if (request.new_checkpoint) checkpoint = checkpoint_xml(*request.new_checkpoint, request.disks);
    if (::virDomainBackupBegin(domain, job.c_str(), checkpoint ? checkpoint->c_str() : nullptr, 0) != 0) {
        auto failure = last_libvirt_failure();
        Error error = to_error(failure, "Cannot begin a backup of " + name_of(domain));
        if (failure.message.contains("Permission denied"))
            error.advise("The user under whom QEMU runs must be able to reach " +
                         request.scratch_directory.string() +
                         ": each folder above it needs the right to be entered (chmod o+x).");
        throw error;
    }
    if (::access(backup.socket().c_str(), R_OK | W_OK) != 0)
        throw os_error("Cannot use the socket of the backup job, " + backup.socket().string(), errno)
            .advise("Run Holdfast as root, or as the user under whom the virtual machines run.");
}

}  // namespace

std::unique_ptr<LiveBackup> begin_live_backup(std::shared_ptr<Connection> connection,
                                              const BackupRequest& request) {
    auto domain = connection->find(request.domain);
    require_ready(domain.get());
    auto disks = plan(domain.get(), request);
    // Its destructor also ends a job that began although the call failed, as when the connection was lost
    // meanwhile.
    auto backup = std::make_unique<PullBackup>(connection, request.domain,
                                               make_scratch_folder(request.scratch_directory, domain.get()));
    if (backup->socket().native().size() >= sizeof(sockaddr_un::sun_path))
        throw Error(ErrorKind::invalid_input, "The path of the scratch folder " +
                                                  request.scratch_directory.string() +
                                                  " is too long for a socket in it")
            .advise("Choose one of at most 70 bytes.");
    begin_job(domain.get(), request, disks, *backup);
    for (const auto& [disk, base] : disks) {
        BackupExport exported{disk, {backup->socket(), disk.target}, std::nullopt};
        if (base) exported.dirty_context = "qemu:dirty-bitmap:" + export_bitmap(disk.target);
        backup->add_export(std::move(exported));
    }
    return backup;
}

bool abort_left_backup(Connection& connection, const Uuid& uuid,
                       const std::filesystem::path& scratch_directory) {
    auto domain = connection.find(uuid);
    auto socket = running_backup(domain.get());
    if (!socket || !is_scratch_folder(socket->parent_path(), scratch_directory)) return false;
    bool ended = end_job(domain.get(), *socket);
    remove_scratch_folder(socket->parent_path());
    return ended;
}

}  // namespace holdfast::hypervisor
