#include "api/resources/mount_routes.hpp"

#include <fmt/format.h>

#include "api/resources/file_download.hpp"
#include "api/resources/file_restore_limits.hpp"
#include "api/resources/visible.hpp"
#include "api/types/file_system.hpp"
#include "base/text.hpp"
#include "catalog/accounts.hpp"

namespace holdfast::api {
namespace {

constexpr std::uint32_t default_page = 100;

// The scopes may have changed since the mount was made.
std::shared_ptr<protection::FileMount> find_mount(const Services& services, const Call& call) {
    auto mount =
        services.mounts.find(call.id(), static_cast<int>(call.number(1)), services.session_key(call));
    if (!services.visibility(call).machine(mount->point().hierarchy_root, mount->point().domain))
        throw Error(ErrorKind::not_found, "There is no VM restore point " + call.id().to_string());
    return mount;
}

std::string mount_path(const Uuid& point, int number) {
    return fmt::format("/vmRestorePoints/{}/mounts/{}", point.to_string(), number);
}

// The root of a Linux system is "/", which in an address is written %2F.
std::string entry_path(const protection::FileMount& mount, const std::string& path) {
    auto encoded = LinkBuilder::encode_file_path(path);
    return mount_path(mount.point().id, mount.number()) + "/" + (encoded.empty() ? "%2F" : encoded);
}

// Paths in answers: "C:/Users" below a drive, "/etc" below the root.
std::string shown_path(const std::string& path) {
    bool is_below_drive = path.substr(0, path.find('/')).ends_with(':');
    return is_below_drive || path.starts_with('/') ? path : "/" + path;
}

DirectoryEntry directory_entry(const Call& call, const protection::FileMount& mount, const std::string& path,
                               const std::string& name) {
    DirectoryEntry entry;
    auto address = entry_path(mount, path);
    entry.Href = call.links().href(address);
    entry.Type = "DirectoryEntry";
    entry.Path = shown_path(path);
    entry.Name = name;
    entry.Links = LinkList{
        call.links().link("Down", address + "?action=listAll&pageSize=100&page=1", "FileSystemItemsList"),
        call.links().link("Down", address + "?action=listFiles&pageSize=100&page=1", "FileEntryList"),
        call.links().link("Down", address + "?action=listDirs&pageSize=100&page=1", "DirectoryEntryList"),
        call.links().action("Restore", address, "restore")};
    return entry;
}

FileEntry file_entry(const Call& call, const protection::FileMount& mount, const guest::Entry& file) {
    FileEntry entry;
    auto address = entry_path(mount, file.path);
    entry.Href = call.links().href(address);
    entry.Type = "FileEntry";
    entry.Links = LinkList{call.links().action("Restore", address, "restore")};
    entry.Path = shown_path(file.path);
    entry.Name = file.name;
    entry.Size = static_cast<std::int64_t>(file.size);
    entry.Owner = file.owner;
    entry.ModifiedDateUTC = file.modified;
    return entry;
}

VmRestorePointMount represent(const Call& call, protection::FileMount& mount) {
    VmRestorePointMount result;
    auto path = mount_path(mount.point().id, mount.number());
    result.Href = call.links().href(path);
    result.Type = "VmRestorePointMount";
    result.Links = LinkList{call.links().link("Delete", path)};
    result.FSRoots.emplace();
    for (const auto& root : mount.files().roots())
        result.FSRoots->DirectoryEntry.push_back(directory_entry(call, mount, root.path, root.name));
    return result;
}

Answer mount_point(const Services& services, const Call& call) {
    auto point = find_vm_point(services, call);
    call.body_or_default<VmRestorePointMountSpec>();  // the kind of system is found out by looking
    return services.start_task(
        call, "MountRestorePoint",
        [&services, point, owner = services.session_key(call),
         account = call.logon().account()](std::stop_token stop) {
            auto mount = services.mounts.mount(point, owner, account, stop);
            return TaskOutcome{
                .links = {{"Related", mount_path(point.id, mount->number()), "VmRestorePointMount",
                           fmt::format("{}@{}", point.id.to_string(), mount->number())}}};
        });
}

Answer list_mounts(const Services& services, const Call& call) {
    auto point = find_vm_point(services, call);
    VmRestorePointMounts list;
    for (const auto& mount : services.mounts.list(point.id, services.session_key(call)))
        list.items.push_back(represent(call, *mount));
    return ok(std::move(list));
}

Answer get_mount(const Services& services, const Call& call) {
    return ok(represent(call, *find_mount(services, call)));
}

Answer unmount(const Services& services, const Call& call) {
    services.mounts.unmount(call.id(), static_cast<int>(call.number(1)), services.session_key(call));
    return no_content();
}

Answer get_entry(const Services& services, const Call& call) {
    auto mount = find_mount(services, call);
    auto found = mount->files().stat(call.file_path());
    FileSystemEntry entry;
    if (found.kind == guest::EntryKind::directory)
        entry.DirectoryEntry = directory_entry(call, *mount, found.path, found.name);
    else
        entry.FileEntry = file_entry(call, *mount, found);
    return ok(std::move(entry));
}

Answer list_folder(const Services& services, const Call& call, guest::Show show) {
    auto mount = find_mount(services, call);
    PageRequest page = requested_page(call).value_or(PageRequest{.size = default_page, .number = 1});
    auto listing = mount->files().list(call.file_path(), show, page.first(), page.size);
    FileSystemEntries entries;
    auto address = entry_path(*mount, call.file_path());
    entries.Href = call.links().href(address);
    entries.Type = "FileSystemItemsList";
    entries.Links = LinkList{call.links().link("Up", address, "DirectoryEntry")};
    entries.Files.emplace();
    entries.Directories.emplace();
    for (const auto& entry : listing.entries) {
        if (entry.kind == guest::EntryKind::directory)
            entries.Directories->DirectoryEntry.push_back(
                directory_entry(call, *mount, entry.path, entry.name));
        else
            entries.Files->FileEntry.push_back(file_entry(call, *mount, entry));
    }
    entries.PagingInfo = paging_info(call, page, listing.total);
    return ok(std::move(entries));
}

Answer list_all(const Services& services, const Call& call) {
    return list_folder(services, call, guest::Show::all);
}
Answer list_dirs(const Services& services, const Call& call) {
    return list_folder(services, call, guest::Show::directories);
}
Answer list_files(const Services& services, const Call& call) {
    return list_folder(services, call, guest::Show::files);
}

// Administrators are held to none.
catalog::RestoreLimits limits_of(const Services& services, const Call& call) {
    if (call.logon().roles().contains(AccountRole::portal_administrator)) return {};
    auto account = catalog::Accounts(services.database).find_by_name(call.logon().account());
    return account ? account->limits : catalog::RestoreLimits();
}

Answer restore_file(const Services& services, const Call& call) {
    auto mount = find_mount(services, call);
    auto spec = call.body<FileRestoreSpec>();
    if (!spec.ForDirectDownload)
        throw Error(ErrorKind::not_supported, "Restoring files to their original place is not built yet")
            .advise("Send ForDirectDownload and download the file.");
    auto entry = mount->files().stat(call.file_path());  // refuses at once what is not there
    check_download(limits_of(services, call), entry);
    return services.start_task(
        call, "FileRestoreFromMountPoint", [mount, path = entry.path](std::stop_token) {
            return TaskOutcome{.links = {{"Download", entry_path(*mount, path) + "?action=download"}}};
        });
}

Answer download_file(const Services& services, const Call& call) {
    auto mount = find_mount(services, call);
    if (auto limits = limits_of(services, call); limits.hold())
        check_download(limits, mount->files().stat(call.file_path()));
    return raw(download(mount, call.file_path(), call.request().header("Range")));
}

}  // namespace

std::vector<Route> mount_routes(const Services& services) {
    constexpr auto file_restorers = Callers::roles({AccountRole::file_restore_operator});
    constexpr std::string_view mounts = "/vmRestorePoints/{ID}/mounts";
    constexpr std::string_view mount = "/vmRestorePoints/{ID}/mounts/{ID}";
    constexpr std::string_view entry = "/vmRestorePoints/{ID}/mounts/{ID}/{filepath}";
    auto row = rows_for(services, file_restorers);
    auto read = [&](std::string_view action, auto handler) {
        return Route{.method = "GET",
                     .path = entry,
                     .action = action,
                     .callers = restorers,
                     .handler = bind_handler(services, handler)};
    };
    return {
        row("GET", mounts, "", list_mounts),
        row("POST", mounts, "", mount_point),
        row("GET", mount, "", get_mount),
        row("DELETE", mount, "", unmount),
        read("", get_entry),
        read("listAll", list_all),
        read("listDirs", list_dirs),
        read("listFiles", list_files),
        read("download", download_file),
        row("POST", entry, "restore", restore_file),
    };
}

}  // namespace holdfast::api
