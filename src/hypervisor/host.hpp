// A libvirt host: its domains, live backups of them, and domains put back.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "disk/nbd.hpp"

namespace holdfast::hypervisor {

struct HostInfo {
    std::string hostname;
    std::string hypervisor;       // "QEMU"
    std::string version;          // of the hypervisor, "7.2.22"
    std::string libvirt_version;  // "9.0.0"
    Uuid host_uuid;               // from the capabilities; nil where they have none
};

enum class DomainState { running, paused, shut_off, other };

struct Domain {
    std::string name;
    Uuid uuid;
    DomainState state = DomainState::other;
    bool persistent = true;
};

struct StoragePool {
    std::string name;
    Uuid uuid;
    std::filesystem::path path;  // volumes are below it; empty for pools without one
};

struct Network {
    std::string name;
    Uuid uuid;
};

struct DomainDisk {
    std::string target;            // "vda"
    std::filesystem::path source;  // file or block device; empty for what is not one
    disk::ImageFormat format = disk::ImageFormat::raw;
    std::uint64_t size = 0;  // virtual, in bytes; 0 where it cannot be told, as for a missing image
    bool supports_checkpoints = false;  // qcow2 does, raw does not
};

// A disk that is not backed up, and why, in words for the session: "CD-ROM", "shareable".
struct SkippedDisk {
    std::string target;
    std::string reason;
};

struct DomainDisks {
    std::vector<DomainDisk> disks;
    std::vector<SkippedDisk> skipped;
};

struct BackupRequest {
    Uuid domain;
    // Made at the instant of the backup on every disk that supports it; none of them: no checkpoint.
    std::optional<std::string> new_checkpoint;
    // Export the blocks that changed since this one. Only disks that have its bitmap get a dirty context.
    std::optional<std::string> base_checkpoint;
    std::vector<DomainDisk> disks;
    // A folder in it is made for the job's socket and scratch files, and given to the user of the QEMU
    // process (where libvirt tells none: to the owner of this directory). That user must be able to pass all
    // folders above. At most 70 bytes long.
    std::filesystem::path scratch_directory;
};

struct BackupExport {
    DomainDisk disk;
    disk::NbdAddress address;
    std::optional<std::string> dirty_context;  // set for an incremental backup of this disk
};

// A pull-mode backup job of libvirt. Destroying it ends the job (the guest is not touched) and removes
// scratch and socket.
class LiveBackup {
  public:
    virtual ~LiveBackup() = default;
    virtual const std::vector<BackupExport>& exports() const = 0;
    // Ends the job and removes its files; throws where that failed. The checkpoint stays.
    virtual void finish() = 0;
};

// Whether the QEMU guest agent can be asked, by its channel in the live definition.
enum class AgentState {
    none,          // no channel
    disconnected,  // nothing in the guest listens
    connected,
};

// File systems of a guest, frozen. Destroying it thaws them. They are thawed ten seconds after the freeze
// began whatever happens, also to Holdfast.
class FrozenGuest {
  public:
    virtual ~FrozenGuest() = default;
    virtual int file_systems() const = 0;
    // Whether all of them were frozen until now. Throws unavailable where they could not be thawed in time;
    // this is then tried on in the background.
    virtual bool thaw() = 0;
};

// For /bin/sh in a Linux guest, as the user that the guest agent runs as, which is root.
struct GuestCommand {
    std::string line;
    std::chrono::seconds limit;  // then it is killed with all that it started in its session
};

struct GuestCommandResult {
    bool ended_in_time = true;
    int status = 0;      // 128 + signal for a death by signal
    std::string output;  // the end of it, at most 2000 bytes
};

// A program for /bin/sh in a Linux guest that is given bytes.
struct FedScript {
    std::string text;
    std::vector<std::string> arguments;  // ASCII
};

// A script that runs in a guest, and its standard input. The file HOLDFAST_WHOLE names in its environment is
// there once it has been given all: what ends without it was cut off. Destroying it before its end was waited
// for ends the script with SIGTERM, and so does the guest itself where it hears nothing for some minutes.
class GuestFeed {
  public:
    virtual ~GuestFeed() = default;
    // Some MiB are under way at most. Throws io with the script's words where it ended meanwhile, unavailable
    // where it takes no more or the agent does not answer, and cancelled.
    virtual void write(std::span<const std::byte> bytes) = 0;
    // That was all. Waits for the script's end.
    virtual GuestCommandResult finish() = 0;
};

// What to change in a domain's XML when it is put back.
struct DomainChanges {
    std::optional<std::string> new_name;
    std::optional<Uuid> new_uuid;
    bool new_mac_addresses = false;
    // target -> file and format that take the place of the disk's source.
    struct DiskFile {
        std::string target;
        std::filesystem::path file;
        disk::ImageFormat format;
        // Served on a unix socket: what `file`, a qcow2 image, is an overlay over. The machine pauses where
        // it does not answer.
        std::optional<disk::NbdAddress> backing{};
    };
    std::vector<DiskFile> disks;
    bool unplug_networks = false;  // their links are down
    // A copy (new_name) loses disks that are not replaced, which are the original's; drives of CD-ROMs stay,
    // without a medium.
};

// Pure: XML in, XML out. invalid_input for text that is no domain XML. Backing chains, runtime ids, seclabels
// of the old run are dropped.
std::string change_domain_xml(std::string_view xml, const DomainChanges& changes);

// The definition of a machine whose overlays (DiskFile::backing) were completed: they are plain disks, and do
// at errors what `saved`, the definition before, says.
std::string settle_overlays(std::string_view xml, std::string_view saved,
                            const std::vector<std::string>& targets);

// Whom the hypervisor runs machines as.
struct SystemUser {
    unsigned user;
    unsigned group;
};

struct BlockJobProgress {
    std::uint64_t done;  // in a unit of the hypervisor's
    std::uint64_t total;
};

// One connection. Any thread. A lost connection is made again at the next call; until then: unavailable.
class Host {
  public:
    // "qemu:///system". Throws unavailable with what libvirt said.
    static std::unique_ptr<Host> connect(const std::string& uri);
    virtual ~Host() = default;

    virtual HostInfo info() = 0;
    virtual std::vector<Domain> domains() = 0;
    // not_found, naming the host.
    virtual Domain find_domain(const Uuid& uuid) = 0;
    virtual std::optional<Domain> find_domain_by_name(const std::string& name) = 0;
    virtual std::vector<StoragePool> storage_pools() = 0;
    virtual std::vector<Network> networks() = 0;
    // Names of the libvirt networks that a domain's interfaces are on.
    virtual std::vector<std::string> networks_of(const Uuid& uuid) = 0;
    // The words in a domain's metadata <tags xmlns="urn:holdfast:tags"><tag>…</tag></tags>.
    virtual std::vector<std::string> tags(const Uuid& uuid) = 0;

    // The persistent definition, with secrets; of a running transient domain the live one.
    virtual std::string domain_xml(const Uuid& uuid) = 0;
    virtual DomainDisks disks(const Uuid& uuid) = 0;
    // The NVRAM file of a UEFI domain, when it has one.
    virtual std::optional<std::filesystem::path> nvram(const Uuid& uuid) = 0;

    // Names of its checkpoints, oldest first.
    virtual std::vector<std::string> checkpoints(const Uuid& domain) = 0;
    // With its bitmaps; where those are broken, only the metadata. Gone already: no error.
    virtual void delete_checkpoint(const Uuid& domain, const std::string& name) = 0;

    // A running or paused domain. conflict: another backup job runs on it. not_found: the base checkpoint or
    // its bitmap is missing or broken; the caller then asks again without a base.
    virtual std::unique_ptr<LiveBackup> begin_backup(const BackupRequest& request) = 0;
    // Ends a backup job that a dead Holdfast left behind and removes its files; whether there was one. Jobs
    // of other programs, known by another place of their socket, are left alone.
    virtual bool abort_backup(const Uuid& domain, const std::filesystem::path& scratch_directory) = 0;

    // Of a domain that is off or paused: none or disconnected.
    virtual AgentState agent(const Uuid& domain) = 0;
    // These ask the guest agent: unavailable where it does not answer within some seconds, not_supported
    // where there is none, io with its words for what it refuses.
    virtual void ping_agent(const Uuid& domain) = 0;
    // Without success nothing stays frozen, unless the agent stopped to answer meanwhile: thaw() tells.
    virtual std::unique_ptr<FrozenGuest> freeze(const Uuid& domain) = 0;
    // What is frozen, by whomever; how many file systems were.
    virtual int thaw(const Uuid& domain) = 0;
    virtual GuestCommandResult run_in_guest(const Uuid& domain, const GuestCommand& command,
                                            const std::stop_token& stop) = 0;

    // As run_in_guest().
    virtual std::unique_ptr<GuestFeed> feed_in_guest(const Uuid& domain, const FedScript& script,
                                                     const std::stop_token& stop) = 0;

    // Defines (or redefines) a persistent domain.
    virtual Domain define(const std::string& xml) = 0;
    // Removes the definition with its NVRAM file and checkpoint metadata; disks stay.
    virtual void undefine(const Uuid& uuid) = 0;
    virtual void start(const Uuid& uuid) = 0;
    // Defines and starts a machine that is gone as soon as it is off, or the connection to the host is lost,
    // by whatever: of a Holdfast that was killed none is left.
    virtual Domain start_transient(const std::string& xml) = 0;
    // What is on the screen of a running machine, as PNG. not_supported where it has none.
    virtual std::vector<std::byte> screenshot(const Uuid& uuid) = 0;
    // Off at once, as if the power was cut. Off already: no error.
    virtual void power_off(const Uuid& uuid) = 0;
    // Goes on after a pause.
    virtual void resume(const Uuid& uuid) = 0;
    // Whether it was paused because a disk did not answer or is full.
    virtual bool is_paused_by_disk_error(const Uuid& uuid) = 0;

    // Of machines whose definition names no other; nothing where libvirt tells none (qemu:///session).
    virtual std::optional<SystemUser> user_of_machines() = 0;
    // Begins to copy into the disk's image all that it still reads from below it, while the machine runs.
    // Under way already: no error.
    virtual void begin_pull(const Uuid& uuid, const std::string& target) = 0;
    // Of a block job of that disk; nothing where there is none (any more).
    virtual std::optional<BlockJobProgress> pull_progress(const Uuid& uuid, const std::string& target) = 0;
};

// Running or paused; not where it is off or gone.
bool is_active(Host& host, const Uuid& domain);

}  // namespace holdfast::hypervisor
