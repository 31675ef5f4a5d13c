// The file systems inside a restore point, read by libguestfs in its isolated appliance, never by the host's kernel.
#pragma once

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

enum class EntryKind { file, directory, symbolic_link, other };

struct Entry {
    std::string path;  // from the root, without a leading slash: "C:/Users/x" or "etc/hostname"
    std::string name;
    EntryKind kind = EntryKind::other;
    std::uint64_t size = 0;  // bytes
    std::string owner;       // "uid:gid" in digits
    Timestamp modified;
};

// Where browsing starts. A drive of Windows is "C:". A Linux system, mounted whole by its own fstab, is "/"; a file system that
// belongs to none is its device with a colon: "sdb1:".
struct Root {
    std::string path;
    std::string name;
};

struct Listing {
    std::vector<Entry> entries;  // folders first, then by name
    std::size_t total = 0;       // in the whole folder
};

enum class Show { all, directories, files };

// One appliance over the disks of one restore point, read-only. Any thread; calls wait for each other.
class GuestFiles {
  public:
    using Sink = std::function<void(std::span<const std::byte>)>;

    // Starts the appliance (seconds) and mounts what it finds. not_supported without libguestfs or its kernel; corrupt where no
    // file system can be read. `stop` ends the start early.
    static std::unique_ptr<GuestFiles> open(const std::vector<disk::NbdAddress>& disks, std::stop_token stop);
    virtual ~GuestFiles() = default;

    virtual std::vector<Root> roots() = 0;

    // `path` as clients write it: any leading slash, "." and doubled slashes are passed over. invalid_input for ".." or a NUL;
    // not_found where nothing is. Symbolic links are resolved inside the guest's root, never outside.
    virtual Entry stat(std::string_view path) = 0;
    // Entries `first` to `first + count` of a folder; limited to 1,000,000 entries in a folder.
    virtual Listing list(std::string_view path, Show show, std::size_t first, std::size_t count) = 0;

    // The file's bytes [offset, offset + length) in order, in pieces of at most 1 MiB. What the sink throws ends it.
    virtual void read_file(std::string_view path, std::uint64_t offset, std::uint64_t length, const Sink& sink) = 0;
    // The folder and all below it as a tar archive.
    virtual void read_folder_as_tar(std::string_view path, const Sink& sink) = 0;
};

}  // namespace holdfast::guest
