// Backing up one machine into one snapshot.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "base/rate_limit.hpp"
#include "catalog/jobs.hpp"
#include "hypervisor/host.hpp"
#include "protection/environment.hpp"
#include "repository/snapshot_writer.hpp"

namespace holdfast::protection {

enum class StartFrom {
    last_checkpoint,      // of the job; and leaves one for the next run
    verified_checkpoint,  // the same, but all is read, and what the record of changes missed is told
    nothing,              // all is read, and nothing is left in the machine
};

struct VmBackupRequest {
    catalog::Job job;
    catalog::JobObject object;
    Uuid session;
    Uuid restore_point;
    std::string host_name;
    StartFrom start_from = StartFrom::last_checkpoint;
};

struct VmBackupResult {
    std::string vm_name;  // as it is called now
    repository::Snapshot snapshot;
    bool is_full = false;
    std::uint64_t data_size = 0;  // of all disks
    std::uint64_t read_bytes = 0;
    std::uint64_t added_bytes = 0;
    // Sentences for the session: why everything was read although it need not be, which disks were left out.
    std::vector<std::string> notes;
    bool has_warnings = false;
    std::string consistency;  // of catalog::consistency
    // Set where the next run may start from it.
    std::optional<std::string> checkpoint;
};

// May be read from any thread.
struct MachineProgress {
    Progress disks;                      // its total grows as they are begun
    std::atomic<std::uint64_t> size{0};  // of all disks, in bytes; 0 until it is known

    int percent() const {
        auto all = size.load();
        auto done = std::min(disks.processed_bytes.load(), all);
        return all == 0 ? 0 : static_cast<int>(static_cast<double>(done) / static_cast<double>(all) * 100);
    }
};

// Reads the machine while it runs, from a checkpoint that libvirt makes at one instant, at which its file
// systems are frozen where the job wants it; only what changed since the job's last checkpoint, where that
// one is whole. A machine that is shut off is read in full. Throws; the guest is not harmed, the backup job
// of libvirt is ended, and the checkpoint of a failed run is removed. `rate` is that of reading, shared with
// others.
VmBackupResult back_up_machine(const Environment& environment, hypervisor::Host& host,
                               repository::Repository& repository, const VmBackupRequest& request,
                               RateLimit& rate, MachineProgress& progress, std::stop_token stop);

// The names of a job's checkpoints begin with it.
std::string checkpoint_prefix(const Uuid& job);

}  // namespace holdfast::protection
