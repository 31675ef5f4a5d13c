// What happens inside of a guest while it is backed up. EM's words; kept as JSON in the database.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::catalog {

// Whether its file systems are frozen at the instant of the backup.
enum class VssSnapshotMode {
    RequireSuccess,  // a machine that cannot be frozen is not backed up
    IgnoreFailures,  // it is backed up as a power cut would leave it, and the session says why
    Disabled,
};

struct GuestProcessing {
    VssSnapshotMode mode = VssSnapshotMode::IgnoreFailures;
    bool copy_only = false;  // changes nothing: logs of databases are never touched

    bool operator==(const GuestProcessing&) const = default;
};

struct GuestScript {
    std::string command;  // a line for /bin/sh in the guest; empty: none
    int limit_seconds = 60;
};

// Before the file systems are frozen, and after they were thawed.
struct GuestScripts {
    GuestScript before;
    GuestScript after;

    bool is_empty() const { return before.command.empty() && after.command.empty(); }
};

// What a restore point is as, of its machine: in the database and in snapshots.
namespace consistency {
inline constexpr std::string_view crash = "crash";            // as a power cut would leave it
inline constexpr std::string_view filesystem = "filesystem";  // file systems were frozen
inline constexpr std::string_view offline = "offline";        // the machine was shut off
}  // namespace consistency

enum class IndexedExtent { none, all, only, all_but };

struct IndexedPart {
    IndexedExtent extent = IndexedExtent::none;
    std::vector<std::string> folders{};  // for only and all_but: as the request named them
    bool operator==(const IndexedPart&) const = default;
};

// Of which guests of a job the files are put into the index.
struct GuestIndexing {
    IndexedPart linux_guests{};
    IndexedPart windows_guests{};
    bool is_on() const {
        return linux_guests.extent != IndexedExtent::none || windows_guests.extent != IndexedExtent::none;
    }
    bool operator==(const GuestIndexing&) const = default;
};

std::string to_json(const GuestProcessing& processing);
std::string to_json(const GuestScripts& scripts);
std::string to_json(const GuestIndexing& indexing);
// An empty text stands for the defaults. corrupt where the text is not what to_json wrote.
GuestProcessing guest_processing_from_json(const std::string& text);
GuestScripts guest_scripts_from_json(const std::string& text);
GuestIndexing guest_indexing_from_json(const std::string& text);

}  // namespace holdfast::catalog
