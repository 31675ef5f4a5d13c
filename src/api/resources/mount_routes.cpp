#include "api/resources/mount_routes.hpp"

#include <fmt/format.h>

#include "api/resources/file_download.hpp"
#include "api/resources/file_entries.hpp"
#include "api/resources/file_restore_limits.hpp"
#include "api/resources/visible.hpp"

namespace holdfast::api {

std::string mount_path(const protection::FileMount& mount) {
    return fmt::format("/vmRestorePoints/{}/mounts/{}", mount.point().id.to_string(), mount.number());
}

TaskOutcome outcome_of_restore(const Services& services, const protection::FileRestoreRequest& request,
                               std::stop_token stop) {
    auto end = protection::restore_in_place(services.database, services.hosts, request, std::move(stop));
    return {.message = end.told,
            .links = {{"Related", fmt::format("/restoreSessions/{}?format=Entity", end.session.to_string()),
                       "RestoreSession", request.mount->point().vm_name}}};
}

namespace {

// The scopes may have changed since the mount was made.
std::shared_ptr<protection::FileMount> find_mount(const Services& services, const Call& call) {
    auto mount =
        services.mounts.find(call.id(), static_cast<int>(call.number(1)), services.session_key(call));
    if (!services.visibility(call).machine(mount->point().hierarchy_root, mount->point().domain))
        throw Error(ErrorKind::not_found, "There is no VM restore point " + call.id().to_string());
    return mount;
}

VmRestorePointMount represent(const Call& call, protection::FileMount& mount) {
    VmRestorePointMount result;
    auto path = mount_path(mount);
    result.Href = call.links().href(path);
    result.Type = "VmRestorePointMount";
    result.Links = LinkList{call.links().link("Delete", path)};
    result.FSRoots.emplace();
    for (const auto& root : mount.files().roots())
        result.FSRoots->DirectoryEntry.push_back(directory_entry(call, path, root.path, root.name));
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
            return TaskOutcome{.links = {{"Related", mount_path(*mount), "VmRestorePointMount",
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
    return ok(file_system_entry(call, mount_path(*mount), found));
}

Answer list_folder(const Services& services, const Call& call, guest::Show show) {
    auto mount = find_mount(services, call);
    auto page = requested_or_first_page(call);
    auto listing = mount->files().list(call.file_path(), show, page.first(), page.size);
    auto base = mount_path(*mount);
    return ok(file_system_entries(call, base, entry_path(base, call.file_path()), listing.entries, page,
                                  listing.total));
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

Answer restore_file(const Services& services, const Call& call) {
    auto mount = find_mount(services, call);
    auto spec = call.body<FileRestoreSpec>();
    auto existing = in_place(spec);
    auto entry = mount->files().stat(call.file_path());  // refuses at once what is not there
    if (existing) {
        check_restore_in_place(limits_of(services, call), entry);
        mount->files().original_place(call.file_path());  // the same for what has none
        return services.start_task(
            call, "FileRestoreFromMountPoint",
            [&services, request = protection::FileRestoreRequest{mount, call.file_path(), *existing,
                                                                 call.logon().account()}](
                std::stop_token stop) { return outcome_of_restore(services, request, stop); });
    }
    check_download(limits_of(services, call), entry);
    return services.start_task(
        call, "FileRestoreFromMountPoint", [mount, path = entry.path](std::stop_token) {
            return TaskOutcome{
                .links = {{"Download", entry_path(mount_path(*mount), path) + "?action=download"}}};
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
