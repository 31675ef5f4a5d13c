#include "guest/mounts.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.hpp"
#include "guest/appliance.hpp"
#include "guest/guest_memory.hpp"
#include "guest/guest_names.hpp"
#include "guest/resolver.hpp"

namespace holdfast::guest {
namespace {

constexpr std::size_t most_roots = 64;

// libguestfs gives maps as a flat list: key, value, key, value.
std::vector<std::pair<std::string, std::string>> take_pairs(char** list) {
    auto flat = take_strings(list);
    std::vector<std::pair<std::string, std::string>> pairs;
    for (std::size_t i = 0; i + 1 < flat.size(); i += 2) pairs.emplace_back(flat[i], flat[i + 1]);
    return pairs;
}

class Mounter {
  public:
    explicit Mounter(guestfs_h* handle) : handle_(handle) {
        for (auto& [device, type] : take_pairs(guestfs_list_filesystems(handle))) types_[device] = type;
    }

    void mount_systems() {
        auto systems = take_strings(guestfs_inspect_os(handle_));
        guestfs_umount_all(handle_);
        for (auto& system : systems) {
            OwnedText type(guestfs_inspect_get_type(handle_, system.c_str()));
            if (type && std::string_view(type.get()) == "windows")
                mount_drives(system);
            else
                mount_unix(system);
        }
    }

    void mount_rest() {
        for (auto& [device, type] : types_)
            if (!used_.contains(device) && type != "swap" && type != "unknown" && type != "crypto_LUKS")
                mount_root(device, device_name(device));
    }

    std::vector<MountedRoot> take() {
        std::ranges::sort(
            roots_, {}, [](auto& mounted) { return std::pair(mounted.root.path != "/", mounted.root.path); });
        return std::move(roots_);
    }

  private:
    void mount_unix(const std::string& system) {
        auto mounts = take_pairs(guestfs_inspect_get_mountpoints(handle_, system.c_str()));
        std::ranges::sort(mounts, {}, [](auto& mount) { return mount.first.size(); });
        bool first = std::ranges::none_of(roots_, [](auto& mounted) { return mounted.root.path == "/"; });
        if (!mount_root(system, first ? "/" : device_name(system))) return;
        std::string root = roots_.back().folder;
        for (auto& [where, device] : mounts)
            if (where != "/") mount_below(root, where, device);
    }

    // The guest's fstab says where: only a real folder of the guest's own is good enough, never what a link
    // makes of it.
    void mount_below(const std::string& root, const std::string& where, const std::string& device) {
        try {
            auto folder = resolve(handle_, root, split_path(where), LastLink::followed);
            if (folder && S_ISDIR(static_cast<mode_t>(folder->stat.st_mode)) &&
                mount(device, folder->folder_path))
                used_.insert(device);
        } catch (const Error& error) {
            spdlog::warn("{} of the guest is not mounted: {}", display_name(where), error.what());
            if (error.kind() == ErrorKind::unavailable) throw;
        }
    }

    void mount_drives(const std::string& system) {
        for (auto& [letter, device] :
             take_pairs(guestfs_inspect_get_drive_mappings(handle_, system.c_str()))) {
            if (letter.size() != 1 || used_.contains(device)) continue;
            char upper =
                letter[0] >= 'a' && letter[0] <= 'z' ? static_cast<char>(letter[0] - 'a' + 'A') : letter[0];
            if (upper >= 'A' && upper <= 'Z') mount_root(device, std::string{upper, ':'});
        }
        if (!used_.contains(system)) mount_root(system, device_name(system));
    }

    bool mount_root(const std::string& device, const std::string& path) {
        if (roots_.size() >= most_roots) return false;
        std::string folder = fmt::format("/root{}", roots_.size());
        if (guestfs_mkmountpoint(handle_, folder.c_str()) != 0)
            throw_guestfs_error(handle_, "Cannot make a folder in the file system appliance");
        if (!mount(device, folder)) {
            guestfs_rmmountpoint(handle_, folder.c_str());
            return false;
        }
        used_.insert(device);
        roots_.push_back({{path, path}, folder});
        return true;
    }

    bool mount(const std::string& device, const std::string& folder) {
        std::vector<std::string> attempts = {"ro,nosuid,nodev,noexec"};
        auto type = types_.find(device);
        // An XFS whose twin is mounted already, and an ext whose journal cannot be replayed.
        if (type != types_.end() && type->second == "xfs") attempts.push_back(attempts[0] + ",nouuid");
        if (type != types_.end() && type->second.starts_with("ext"))
            attempts.push_back(attempts[0] + ",noload");
        for (auto& options : attempts) {
            if (guestfs_mount_options(handle_, options.c_str(), device.c_str(), folder.c_str()) == 0)
                return true;
            if (guestfs_is_ready(handle_) != 1)
                throw_guestfs_error(handle_, "Cannot mount " + display_name(device));
        }
        spdlog::warn("The guest's file system {} cannot be mounted: {}", display_name(device),
                     last_guestfs_error(handle_));
        return false;
    }

    // "/dev/vg0/data" is "vg0-data:", "btrfsvol:/dev/sda2/home" is "sda2-home:".
    std::string device_name(const std::string& device) const {
        std::string name = device.substr(device.starts_with("btrfsvol:") ? 9 : 0);
        if (name.starts_with("/dev/")) name.erase(0, 5);
        if (name.starts_with("mapper/")) name.erase(0, 7);
        std::ranges::replace(name, '/', '-');
        name = display_name(name);
        auto taken = [&](const std::string& path) {
            return std::ranges::any_of(
                roots_, [&](auto& mounted) { return folded(mounted.root.path) == folded(path); });
        };
        std::string path = name + ":";
        for (int i = 2; taken(path); ++i) path = fmt::format("{}-{}:", name, i);
        return path;
    }

    guestfs_h* handle_;
    std::map<std::string, std::string> types_;  // of each device
    std::set<std::string> used_;                // devices that are part of a root
    std::vector<MountedRoot> roots_;
};

}  // namespace

std::vector<MountedRoot> mount_all(guestfs_h* handle) {
    Mounter mounter(handle);
    mounter.mount_systems();
    mounter.mount_rest();
    auto roots = mounter.take();
    if (!roots.empty()) return roots;
    if (guestfs_is_ready(handle) != 1) throw_guestfs_error(handle, "Cannot look for file systems");
    throw Error(ErrorKind::corrupt, "The disks have no file system that can be read")
        .advise("Encrypted disks, and disks without file systems, can only be restored whole.");
}

}  // namespace holdfast::guest
