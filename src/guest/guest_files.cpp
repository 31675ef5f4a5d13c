#include "guest/guest_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <ranges>
#include <utility>

#include "base/error.hpp"
#include "guest/appliance.hpp"
#include "guest/directory.hpp"
#include "guest/guest_memory.hpp"
#include "guest/guest_names.hpp"
#include "guest/mounts.hpp"
#include "guest/resolver.hpp"
#include "guest/tar_entry.hpp"

namespace holdfast::guest {
namespace {

constexpr std::chrono::seconds operation_limit{120};
// Inspection mounts every file system once and reads the registry of a Windows.
constexpr std::chrono::seconds inspection_limit{300};
// One pread costs a round trip to the appliance; its messages carry at most 4 MiB.
constexpr std::uint64_t read_size = 2 << 20;
constexpr std::size_t piece_size = 1 << 20;

Entry directory_entry(const Root& root) {
    Entry entry;
    entry.path = root.path == "/" ? "" : root.path;
    entry.name = root.name;
    entry.kind = EntryKind::directory;
    return entry;
}

class MountedGuest : public GuestFiles {
    template <typename Work>
    auto call(std::string_view doing, std::string_view path, Work&& work) {
        return appliance_->call(fmt::format("{} {}", doing, display_name(path)), operation_limit,
                                std::forward<Work>(work));
    }

  public:
    MountedGuest(std::unique_ptr<Appliance> appliance, std::vector<MountedRoot> roots)
        : appliance_(std::move(appliance)), roots_(std::move(roots)) {}

    std::vector<Root> roots() override {
        std::vector<Root> result;
        for (auto& mounted : roots_) result.push_back(mounted.root);
        return result;
    }

    Entry stat(std::string_view path) override {
        auto place = locate(path);
        if (place.root == nullptr) return directory_entry({});
        return call("reading the properties of", path, [&](guestfs_h* handle) {
            auto found = resolve(handle, place.root->folder, place.names, LastLink::followed);
            if (!found) found = resolve(handle, place.root->folder, place.names, LastLink::kept);
            if (!found) throw not_found(path);
            if (found->shown.empty()) {
                auto entry = make_entry(found->stat, directory_entry(place.root->root).path);
                entry.name = place.root->root.name;
                return entry;
            }
            return make_entry(found->stat, shown_path(*place.root, *found));
        });
    }

    Listing list(std::string_view path, Show show, std::size_t first, std::size_t count) override {
        auto place = locate(path);
        if (place.root == nullptr) return list_roots(show, first, count);
        return call("listing", path, [&](guestfs_h* handle) {
            auto folder = find(handle, place, path, EntryKind::directory);
            auto& all = names_of(handle, folder.folder_path);
            // Folders come first, so that either kind is one run of the list.
            auto border =
                std::ranges::find_if(all, [](auto& name) { return name.kind != EntryKind::directory; });
            std::span<const Name> shown(show == Show::files ? border : all.begin(),
                                        show == Show::directories ? border : all.end());
            auto page = shown.subspan(std::min(first, shown.size()));
            page = page.first(std::min(count, page.size()));
            return Listing{stat_names(handle, folder.folder_path, page, shown_path(*place.root, folder)),
                           shown.size()};
        });
    }

    Walked walk(const Visit& visit, const WalkLimits& limits, std::stop_token stop) override {
        Walked walked;
        auto end = std::chrono::steady_clock::now() + limits.time;
        Waiting waiting;
        for (auto& mounted : roots_ | std::views::reverse) {
            auto path = directory_entry(mounted.root).path;
            if (limits.enters(path)) waiting.push({mounted.folder, std::move(path), 0});
        }
        while (!waiting.empty()) {
            if (std::chrono::steady_clock::now() > end)
                throw Error(ErrorKind::unavailable,
                            fmt::format("Reading the names of all files takes longer than {} s",
                                        limits.time.count()));
            auto folder = waiting.pop();
            if (waiting.bytes() > limits.waiting_bytes)
                throw Error(ErrorKind::too_large, "The machine has too many folders with long names");
            walk_folder(folder, visit, limits, stop, waiting, walked);
        }
        return walked;
    }

    void read_file(std::string_view path, std::uint64_t offset, std::uint64_t length,
                   const Sink& sink) override {
        auto place = locate(path);
        auto file = call("reading", path,
                         [&](guestfs_h* handle) { return find(handle, place, path, EntryKind::file); });
        read_bytes(path, file, offset, length, sink);
    }

    void read_folder_as_tar(std::string_view path, const Sink& sink) override {
        auto place = locate(path);
        auto folder = call("archiving", path, [&](guestfs_h* handle) {
            return find(handle, place, path, EntryKind::directory);
        });
        transfer_folder(path, folder.folder_path, Attributes::plain, sink);
    }

    OriginalPlace original_place(std::string_view path) override {
        auto place = locate_original(path);
        auto found = find_original(place, path);
        auto whole = found.folder_path.substr(place.root->folder.size());
        auto border = whole.rfind('/');
        return {.folder = border == 0 ? "/" : whole.substr(0, border),
                .name = whole.substr(border + 1),
                .kind = kind_of(found.stat),
                .size = static_cast<std::uint64_t>(std::max<std::int64_t>(found.stat.st_size, 0))};
    }

    void read_original(std::string_view path, Attributes attributes, const Sink& sink) override {
        auto place = locate_original(path);
        auto found = find_original(place, path);
        auto kind = kind_of(found.stat);
        if (kind == EntryKind::directory) return transfer_folder(path, found.folder_path, attributes, sink);
        auto send = [&](std::string_view text) { sink(std::as_bytes(std::span(text))); };
        send(call("reading the properties of", path,
                  [&](guestfs_h* handle) { return header_of(handle, found, path, attributes); }));
        bool is_file = kind == EntryKind::file;
        auto size = static_cast<std::uint64_t>(std::max<std::int64_t>(found.stat.st_size, 0));
        if (is_file) read_bytes(path, found, 0, size, sink);
        send(tar_end(is_file ? size : 0));
    }

  private:
    struct Place {
        const MountedRoot* root = nullptr;  // none: the list of roots
        std::vector<std::string> names;     // below it
    };

    // A folder that is still to be walked through.
    struct WaitingFolder {
        std::string folder_path;  // in the appliance
        std::string shown;
        std::size_t depth;
    };

    class Waiting {
      public:
        bool empty() const { return folders_.empty(); }
        std::size_t bytes() const { return bytes_; }
        void push(WaitingFolder folder) {
            bytes_ += size_of(folder);
            folders_.push_back(std::move(folder));
        }
        WaitingFolder pop() {
            auto folder = std::move(folders_.back());
            folders_.pop_back();
            bytes_ -= size_of(folder);
            return folder;
        }

      private:
        static std::size_t size_of(const WaitingFolder& folder) {
            return folder.folder_path.size() + folder.shown.size() + sizeof(WaitingFolder);
        }

        std::vector<WaitingFolder> folders_;
        std::size_t bytes_ = 0;
    };

    // Adds the folders in it to `waiting`.
    void walk_folder(const WaitingFolder& folder, const Visit& visit, const WalkLimits& limits,
                     const std::stop_token& stop, Waiting& waiting, Walked& walked) {
        auto leave_out = [&](std::string why) {
            if (walked.left_out++ == 0) walked.reason = std::move(why);
        };
        std::vector<Name> names;
        std::vector<Entry> entries;
        auto doing = fmt::format("listing {}", folder.shown);
        if (stop.stop_requested()) throw Error(ErrorKind::cancelled, "Stopped while " + doing);
        try {
            appliance_->call(
                doing, operation_limit,
                [&](guestfs_h* handle) {
                    names = read_directory(handle, folder.folder_path);
                    // The path of each is its folder's and its name.
                    if (names.size() > limits.folder_entries ||
                        names.size() * folder.shown.size() > limits.waiting_bytes)
                        throw Error(ErrorKind::too_large,
                                    fmt::format("{} holds {} files, too many to be read at once",
                                                display_name(folder.shown), names.size()));
                    entries = stat_names(handle, folder.folder_path, names, folder.shown);
                },
                stop);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::cancelled) throw;
            leave_out(error.what());
            entries.clear();
        }
        walked.entries += entries.size();
        if (walked.entries > limits.entries)
            throw Error(ErrorKind::too_large,
                        fmt::format("The machine has more than {} files", limits.entries));
        ++walked.folders;
        visit(folder.shown, entries);
        for (std::size_t i = entries.size(); i-- > 0;) {
            // What is a folder by its own word, not by what its folder says of it: a damaged file system may
            // have a link there, which would be followed.
            if (entries[i].kind != EntryKind::directory || !limits.enters(entries[i].path)) continue;
            if (entries[i].path.size() > limits.path_bytes || folder.depth >= limits.depth) {
                leave_out(fmt::format("{} is too deep inside of other folders",
                                      display_name(entries[i].path.substr(0, 200))));
                continue;
            }
            waiting.push(
                {folder.folder_path + "/" + names[i].name, std::move(entries[i].path), folder.depth + 1});
        }
    }

    static Error not_found(std::string_view path) {
        return Error(ErrorKind::not_found,
                     fmt::format("There is no {} in this restore point", display_name(path)));
    }

    static std::string shown_path(const MountedRoot& root, const Resolved& found) {
        if (root.root.path == "/") return found.shown;
        return found.shown.empty() ? root.root.path : root.root.path + "/" + found.shown;
    }

    Place locate(std::string_view path) const {
        auto names = split_path(path);
        for (auto& mounted : roots_) {
            if (names.empty() || folded(mounted.root.path) != folded(names[0])) continue;
            return {&mounted, {names.begin() + 1, names.end()}};
        }
        if (roots_.front().root.path == "/") return {&roots_.front(), names};
        if (names.empty()) return {};
        throw not_found(path);
    }

    static Resolved find(guestfs_h* handle, const Place& place, std::string_view path, EntryKind kind) {
        auto found = place.root == nullptr
                         ? std::nullopt
                         : resolve(handle, place.root->folder, place.names, LastLink::followed);
        if (!found) throw not_found(path);
        if (kind_of(found->stat) != kind)
            throw Error(ErrorKind::invalid_input,
                        fmt::format("{} is not a {}", display_name(path),
                                    kind == EntryKind::directory ? "folder" : "regular file"));
        return std::move(*found);
    }

    void read_bytes(std::string_view path, const Resolved& file, std::uint64_t offset, std::uint64_t length,
                    const Sink& sink) {
        auto size = static_cast<std::uint64_t>(std::max<std::int64_t>(file.stat.st_size, 0));
        std::uint64_t end = offset + std::min(length, size - std::min(offset, size));
        while (offset < end) {
            auto wanted = std::min(read_size, end - offset);
            std::size_t count = 0;
            OwnedText bytes = call("reading", path, [&](guestfs_h* handle) {
                OwnedText read(guestfs_pread(handle, file.folder_path.c_str(), static_cast<int>(wanted),
                                             static_cast<std::int64_t>(offset), &count));
                if (!read) throw_guestfs_error(handle, fmt::format("Cannot read {}", display_name(path)));
                return read;
            });
            if (count == 0 || count > wanted)
                throw Error(ErrorKind::corrupt, fmt::format("{} ends at byte {}, before its size of {}",
                                                            display_name(path), offset, size));
            for (auto rest = std::as_bytes(std::span(bytes.get(), count)); !rest.empty();) {
                auto piece = rest.first(std::min(rest.size(), piece_size));
                sink(piece);
                rest = rest.subspan(piece.size());
            }
            offset += count;
        }
    }

    void transfer_folder(std::string_view path, const std::string& folder, Attributes attributes,
                         const Sink& sink) {
        int with_all = attributes == Attributes::all ? 1 : 0;
        appliance_->transfer(
            fmt::format("archiving {}", display_name(path)), operation_limit,
            [&](guestfs_h* handle, const char* destination) {
                if (guestfs_tar_out_opts(handle, folder.c_str(), destination,
                                         GUESTFS_TAR_OUT_OPTS_NUMERICOWNER, 1, GUESTFS_TAR_OUT_OPTS_XATTRS,
                                         with_all, GUESTFS_TAR_OUT_OPTS_SELINUX, with_all,
                                         GUESTFS_TAR_OUT_OPTS_ACLS, with_all, -1) != 0)
                    throw_guestfs_error(handle, fmt::format("Cannot archive {} whole", display_name(path)));
            },
            sink);
    }

    Place locate_original(std::string_view path) const {
        auto place = locate(path);
        if (place.root == nullptr || place.root->root.path != "/")
            throw Error(
                ErrorKind::not_supported,
                fmt::format("{} is in no Linux system that its disks tell the place of", display_name(path)))
                .advise(
                    "Only what is below / goes back to its place. Send ForDirectDownload and download it.");
        if (place.names.empty())
            throw Error(ErrorKind::invalid_input, "A whole system is not restored file by file")
                .advise("Restore the machine, or folders of it.");
        return place;
    }

    Resolved find_original(const Place& place, std::string_view path) {
        auto found = call("looking for", path, [&](guestfs_h* handle) {
            return resolve(handle, place.root->folder, place.names, LastLink::kept);
        });
        if (!found) throw not_found(path);
        return std::move(*found);
    }

    static std::string header_of(guestfs_h* handle, const Resolved& found, std::string_view path,
                                 Attributes wanted) {
        const char* where = found.folder_path.c_str();
        auto mode = static_cast<mode_t>(found.stat.st_mode);
        std::string target;
        if (S_ISLNK(mode)) {
            OwnedText link(guestfs_readlink(handle, where));
            if (!link) throw_guestfs_error(handle, fmt::format("Cannot read {}", display_name(path)));
            target = link.get();
        } else if (!S_ISREG(mode)) {
            throw Error(ErrorKind::invalid_input,
                        fmt::format("{} is neither a file, a folder nor a link", display_name(path)))
                .advise("Restore the folder that it is in.");
        }
        ExtendedAttributes attributes;
        if (wanted == Attributes::all) {
            OwnedAttributes list(guestfs_lgetxattrs(handle, where));
            // A file system without them is no failure.
            for (std::uint32_t i = 0; list && i < list->len; ++i) {
                const auto& one = list->val[i];
                attributes.emplace_back(one.attrname, std::string(one.attrval, one.attrval_len));
            }
        }
        return tar_header(found.stat, target, attributes);
    }

    Listing list_roots(Show show, std::size_t first, std::size_t count) const {
        Listing listing;
        if (show == Show::files) return listing;
        listing.total = roots_.size();
        for (std::size_t i = first; i < roots_.size() && i - first < count; ++i)
            listing.entries.push_back(directory_entry(roots_[i].root));
        return listing;
    }

    // The folder that was listed last is kept, so that paging through it does not read it again for every
    // page. Used on the appliance's thread only.
    const std::vector<Name>& names_of(guestfs_h* handle, const std::string& folder) {
        if (listed_folder_ != folder) {
            listed_folder_.clear();
            listed_names_ = read_directory(handle, folder);
            listed_folder_ = folder;
        }
        return listed_names_;
    }

    std::unique_ptr<Appliance> appliance_;
    const std::vector<MountedRoot> roots_;
    std::string listed_folder_;
    std::vector<Name> listed_names_;
};

}  // namespace

std::unique_ptr<GuestFiles> GuestFiles::open(const std::vector<disk::NbdAddress>& disks, std::stop_token stop,
                                             Acceleration acceleration) {
    if (disks.empty()) throw Error(ErrorKind::invalid_input, "The restore point has no disks to look into");
    auto appliance = Appliance::launch(disks, stop, acceleration);
    auto roots = appliance->call("looking for file systems", inspection_limit, mount_all, stop);
    return std::make_unique<MountedGuest>(std::move(appliance), std::move(roots));
}

}  // namespace holdfast::guest
