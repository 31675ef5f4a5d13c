#include "guest/directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "guest/appliance.hpp"
#include "guest/guest_memory.hpp"
#include "guest/guest_names.hpp"

namespace holdfast::guest {
namespace {

// A folder of this size on disk may have more entries than the limit (an entry takes no less than 8 bytes):
// count before reading.
constexpr std::int64_t size_worth_counting = 8 * static_cast<std::int64_t>(most_entries);
// 4 MiB is the most that one message to the appliance can carry, and a name has at most 255 bytes.
constexpr std::size_t stat_batch = 2000;
// The years 1 and 9999, in seconds since 1970: what dates on the wire can tell.
constexpr std::int64_t first_second = -62'135'596'800, last_second = 253'402'300'799;

Error too_many_entries(const std::string& folder) {
    return Error(ErrorKind::too_large,
                 fmt::format("The folder {} has more than {} entries", display_name(folder), most_entries))
        .advise("Restore the disk or download the folder as an archive instead.");
}

// Counts the NUL that ends each name as the appliance sends them, and cancels above the limit, so that a
// folder without an end costs neither memory nor disk.
void count_entries(guestfs_h* handle, const std::string& folder) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw os_error("Cannot make a pipe", errno);
    UniqueFd read_end(ends[0]), write_end(ends[1]);
    std::size_t count = 0;
    std::jthread counter([&] {
        std::array<char, 64 << 10> buffer;
        ssize_t bytes = 0;
        while ((bytes = ::read(read_end.get(), buffer.data(), buffer.size())) > 0) {
            count += static_cast<std::size_t>(std::count(buffer.begin(), buffer.begin() + bytes, '\0'));
            if (count > most_entries) guestfs_user_cancel(handle);
        }
    });
    int result = guestfs_ls0(handle, folder.c_str(), fmt::format("/dev/fd/{}", write_end.get()).c_str());
    write_end.reset();
    counter.join();
    if (count > most_entries) throw too_many_entries(folder);
    if (result != 0) throw_guestfs_error(handle, "Cannot list " + display_name(folder));
}

EntryKind kind_of_type(char type) {
    switch (type) {
        case 'd':
            return EntryKind::directory;
        case 'r':
            return EntryKind::file;
        case 'l':
            return EntryKind::symbolic_link;
        default:
            return EntryKind::other;
    }
}

OwnedStats stat_batch_of(guestfs_h* handle, const std::string& folder, std::span<const Name> names) {
    std::vector<char*> pointers;
    for (auto& name : names) pointers.push_back(const_cast<char*>(name.name.c_str()));
    pointers.push_back(nullptr);
    OwnedStats stats(guestfs_lstatnslist(handle, folder.c_str(), pointers.data()));
    if (!stats || stats->len != names.size())
        throw_guestfs_error(handle, "Cannot list " + display_name(folder));
    return stats;
}

}  // namespace

std::vector<Name> read_directory(guestfs_h* handle, const std::string& folder) {
    OwnedStat stat(guestfs_lstatns(handle, folder.c_str()));
    if (!stat) throw_guestfs_error(handle, "Cannot list " + display_name(folder));
    if (stat->st_size >= size_worth_counting) count_entries(handle, folder);
    OwnedDirectory directory(guestfs_readdir(handle, folder.c_str()));
    if (!directory) throw_guestfs_error(handle, "Cannot list " + display_name(folder));
    if (directory->len > most_entries + 2) throw too_many_entries(folder);
    std::vector<Name> names;
    std::vector<Name> unknown;
    for (auto& entry : std::span(directory->val, directory->len)) {
        std::string_view name = entry.name;
        if (name == "." || name == ".." || name.empty() || name.find('/') != name.npos) continue;
        auto& list = entry.ftyp == 'u' || entry.ftyp == '?' ? unknown : names;
        list.push_back({std::string(name), kind_of_type(entry.ftyp)});
    }
    // Some file systems do not tell kinds in the listing.
    for (std::span<Name> rest = unknown; !rest.empty();) {
        auto batch = rest.first(std::min(rest.size(), stat_batch));
        auto stats = stat_batch_of(handle, folder, batch);
        for (std::size_t i = 0; i < batch.size(); ++i) batch[i].kind = kind_of(stats->val[i]);
        rest = rest.subspan(batch.size());
    }
    std::ranges::move(unknown, std::back_inserter(names));
    std::ranges::sort(names, {}, [](const Name& name) {
        return std::pair(name.kind != EntryKind::directory, std::string_view(name.name));
    });
    return names;
}

std::vector<Entry> stat_names(guestfs_h* handle, const std::string& folder, std::span<const Name> names,
                              const std::string& shown_folder) {
    std::vector<Entry> entries;
    while (!names.empty()) {
        auto batch = names.first(std::min(names.size(), stat_batch));
        auto stats = stat_batch_of(handle, folder, batch);
        for (std::size_t i = 0; i < batch.size(); ++i) {
            auto shown = display_name(batch[i].name);
            entries.push_back(
                make_entry(stats->val[i], shown_folder.empty() ? shown : shown_folder + "/" + shown));
            entries.back().name = shown;
        }
        names = names.subspan(batch.size());
    }
    return entries;
}

EntryKind kind_of(const FileStat& stat) {
    if (stat.st_ino == -1) return EntryKind::other;  // it could not be read
    auto mode = static_cast<mode_t>(stat.st_mode);
    if (S_ISDIR(mode)) return EntryKind::directory;
    if (S_ISREG(mode)) return EntryKind::file;
    return S_ISLNK(mode) ? EntryKind::symbolic_link : EntryKind::other;
}

Entry make_entry(const FileStat& stat, std::string shown_path) {
    Entry entry;
    entry.path = std::move(shown_path);
    entry.name = entry.path.substr(entry.path.rfind('/') + 1);
    entry.kind = kind_of(stat);
    if (stat.st_ino == -1) return entry;
    if (entry.kind == EntryKind::file)
        entry.size = static_cast<std::uint64_t>(std::max<std::int64_t>(stat.st_size, 0));
    entry.owner = fmt::format("{}:{}", stat.st_uid, stat.st_gid);
    auto seconds = std::clamp<std::int64_t>(stat.st_mtime_sec, first_second, last_second);
    auto micros = std::clamp<std::int64_t>(stat.st_mtime_nsec, 0, 999'999'999) / 1000;
    entry.modified = from_micros(seconds * 1'000'000 + micros);
    return entry;
}

}  // namespace holdfast::guest
