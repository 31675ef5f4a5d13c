// The file systems inside a restore point, read by libguestfs in its isolated appliance, never by the host's
// kernel.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "disk/nbd.hpp"

namespace holdfast::guest {

// How the appliance runs. `automatic` tries the processor's virtualization once and remembers for the life of
// the process when the appliance does not come up with it: the device can be there and still hang a guest in
// early boot.
enum class Acceleration { automatic, hardware, emulation };

// HOLDFAST_ACCEL is "kvm" or "tcg"; automatic when it is not set. invalid_input for anything else.
Acceleration acceleration_from_environment();

enum class EntryKind { file, directory, symbolic_link, other };

struct Entry {
    // From the root, without a leading slash: "C:/Users/x" or "etc/hostname". Names are always UTF-8 that XML
    // can carry: each byte or character that is not is U+FFFD, and such a name is found again under that
    // spelling.
    std::string path;
    std::string name;
    EntryKind kind = EntryKind::other;
    std::uint64_t size = 0;  // bytes
    std::string owner;       // "uid:gid" in digits
    Timestamp modified;
};

// Where browsing starts. A drive of Windows is "C:". A Linux system, mounted whole by its own fstab, is "/";
// a file system that belongs to none is its device with a colon: "sdb1:", "vg0-data:"; so is each further
// system on the same disks.
struct Root {
    std::string path;
    std::string name;
};

struct Listing {
    std::vector<Entry> entries;  // folders first, then by name
    std::size_t total = 0;       // in the whole folder, of what is shown
};

// `files` is everything but directories.
enum class Show { all, directories, files };

// What a walk does not go beyond.
struct WalkLimits {
    std::uint64_t entries = 10'000'000;     // of all folders together: too_large
    std::size_t folder_entries = 250'000;   // of one: it is left out
    std::size_t waiting_bytes = 256 << 20;  // of the paths of folders that are still to be read: too_large
    std::chrono::seconds time{7200};        // unavailable
    // Of a folder's path as it is shown, and of folders in one another: what is below is left out.
    std::size_t path_bytes = 2000;
    std::size_t depth = 200;
    // By the folder's path: where it says no, neither the folder nor what is below it is visited, and it is
    // not counted as left out. Called on the caller's thread.
    std::function<bool(const std::string& path)> enters = [](const std::string&) { return true; };
};

struct Walked {
    std::uint64_t folders = 0;
    std::uint64_t entries = 0;
    std::uint64_t left_out = 0;  // folders that could not be read, or are beyond the limits
    std::string reason;          // of the first of them
};

// Bytes as the guest has them, which need not be UTF-8.
struct OriginalPlace {
    std::string folder;  // "/srv/data"
    std::string name;
    EntryKind kind = EntryKind::other;
    std::uint64_t size = 0;  // of a file
};

// `all` are extended attributes, and with them access control lists, as pax records, which programs that do
// not know them mistake for members with the folder's long names in it.
enum class Attributes { plain, all };

// One appliance over the disks of one restore point, read-only. Any thread; calls wait for each other, also
// for the whole of an archive. Every call ends within minutes whatever the file system does to the appliance:
// one that passes its deadline ends the appliance, and from then on every call is `unavailable`.
class GuestFiles {
  public:
    using Sink = std::function<void(std::span<const std::byte>)>;

    // Starts the appliance (seconds) and mounts what it finds. not_supported without libguestfs or its
    // kernel; corrupt where no file system can be read. `stop` ends the start early.
    static std::unique_ptr<GuestFiles> open(const std::vector<disk::NbdAddress>& disks, std::stop_token stop,
                                            Acceleration acceleration = acceleration_from_environment());
    virtual ~GuestFiles() = default;

    // "/" first. With it, paths that begin with no other root are below it; without it, the empty path lists
    // the roots.
    virtual std::vector<Root> roots() = 0;

    // `path` as clients write it: any leading slash, "." and doubled slashes are passed over. invalid_input
    // for ".." or a NUL; not_found where nothing is. Names are found exactly, else in any letter case, as
    // clients write them in lower case. Symbolic links are resolved inside the guest's root, never outside;
    // one that leads nowhere is told as the link that it is.
    virtual Entry stat(std::string_view path) = 0;
    // Entries `first` to `first + count` of a folder, links as links; too_large above 1,000,000 entries in a
    // folder.
    virtual Listing list(std::string_view path, Show show, std::size_t first, std::size_t count) = 0;

    // Every folder of every root with what is in it, a folder before those in it, in the same order each
    // time. A folder that cannot be read comes without entries, one beyond the limits does not. Links are not
    // followed. What `visit` throws ends it; cancelled when `stop` is requested. Other calls take turns with
    // its folders.
    using Visit = std::function<void(const std::string& path, std::span<const Entry> entries)>;
    virtual Walked walk(const Visit& visit, const WalkLimits& limits, std::stop_token stop) = 0;

    // The file's bytes [offset, offset + length), as far as it has them, in order, in pieces of at most 1
    // MiB. What the sink throws ends it and comes out. invalid_input for what is no regular file.
    virtual void read_file(std::string_view path, std::uint64_t offset, std::uint64_t length,
                           const Sink& sink) = 0;
    // The folder and all below it as a tar archive with owners in digits; names begin with "./". What the
    // sink throws ends it.
    virtual void read_folder_as_tar(std::string_view path, const Sink& sink) = 0;

    // Where in its running machine something lies, links on the way to it resolved, the last one not.
    // not_found; not_supported for what is below another root than "/": where the machine mounts that is not
    // told by its disks. invalid_input for "/" itself.
    virtual OriginalPlace original_place(std::string_view path) = 0;
    // What original_place() tells of: a file or link as the one member "entry", a folder as "./" with all
    // below it. invalid_input for devices, sockets and pipes by themselves.
    virtual void read_original(std::string_view path, Attributes attributes, const Sink& sink) = 0;
};

}  // namespace holdfast::guest
