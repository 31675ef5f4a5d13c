#include "api/resources/catalog_routes.hpp"

#include <fmt/format.h>

#include "api/resources/file_entries.hpp"
#include "api/resources/file_restore_limits.hpp"
#include "api/resources/handler.hpp"
#include "api/resources/mount_routes.hpp"
#include "api/types/catalog.hpp"
#include "base/text.hpp"
#include "catalog/guest_index.hpp"
#include "guest/guest_names.hpp"

namespace holdfast::api {
namespace {

// The id of a machine of the catalog is its name.
std::string machine_path(const std::string& name) {
    return "/catalog/vms/" + LinkBuilder::encode_segment(name);
}
std::string point_path(const catalog::VmRestorePoint& point) {
    return machine_path(point.vm_name) + "/vmRestorePoints/" + point.id.to_string();
}
std::string files_path(const catalog::VmRestorePoint& point) {
    return point_path(point) + "/guestfs";
}

CatalogVm represent_machine(const Call& call, const std::string& name) {
    CatalogVm entity;
    auto path = machine_path(name);
    entity.Href = call.links().entity_href(path);
    entity.Type = "CatalogVm";
    entity.Name = name;
    entity.UID = "urn:veeam:CatalogVm:" + name;
    entity.VmDisplayName = name;
    entity.Links =
        LinkList{call.links().link("Alternate", path, "CatalogVmReference", name),
                 call.links().link("Down", path + "/vmRestorePoints", "CatalogVmRestorePointReferenceList")};
    return entity;
}

CatalogVmRestorePoint represent_point(const Call& call, const catalog::VmRestorePoint& point) {
    CatalogVmRestorePoint entity;
    auto path = point_path(point);
    auto name = format_for_name(point.created);
    entity.Href = call.links().entity_href(path);
    entity.Type = "CatalogVmRestorePoint";
    entity.Name = name;
    entity.UID = make_urn("CatalogVmRestorePoint", point.id);
    entity.BackupDateUTC = point.created;
    entity.Links = LinkList{
        call.links().link("Alternate", path, "CatalogVmRestorePointReference", name),
        call.links().link("Up", machine_path(point.vm_name) + "?format=Entity", "CatalogVm", point.vm_name),
        call.links().action("Browse", path, "browse"),
        call.links().link("Related", fmt::format("/vmRestorePoints/{}?format=Entity", point.id.to_string()),
                          "VmRestorePoint", point.vm_name)};
    return entity;
}

guest::EntryKind kind_of(catalog::FileKind kind) {
    switch (kind) {
        case catalog::FileKind::folder:
            return guest::EntryKind::directory;
        case catalog::FileKind::file:
            return guest::EntryKind::file;
        case catalog::FileKind::link:
            return guest::EntryKind::symbolic_link;
        case catalog::FileKind::other:
            break;
    }
    return guest::EntryKind::other;
}

// As a mount would tell of it.
guest::Entry entry_of(const std::string& folder, const catalog::IndexedFile& file) {
    guest::Entry entry;
    entry.path = folder == catalog::folder_of_roots ? file.name : catalog::path_in(folder, file.name);
    entry.name = file.name;
    entry.kind = kind_of(file.kind);
    entry.size = static_cast<std::uint64_t>(file.size);
    entry.owner = file.owner;
    entry.modified = file.modified;
    return entry;
}

// The machine's name, or its UID, as clients write either.
std::string requested_machine(const Call& call) {
    constexpr std::string_view urn = "urn:veeam:CatalogVm:";
    const auto& text = call.text();
    bool is_urn = equal_ignoring_case(std::string_view(text).substr(0, urn.size()), urn);
    return is_urn ? text.substr(urn.size()) : text;
}

// 404 where the caller sees no such machine with indexed files.
std::vector<catalog::VmRestorePoint> find_points(const Services& services, const Call& call) {
    auto name = requested_machine(call);
    auto points = catalog::GuestIndex(services.database).points(services.viewer(call), name);
    if (points.empty())
        throw Error(ErrorKind::not_found, fmt::format("No files of a machine {} are indexed", name))
            .advise("Its job must index guest files, and have run since.");
    return points;
}

catalog::VmRestorePoint find_point(const Services& services, const Call& call) {
    auto name = requested_machine(call);
    catalog::GuestIndex index(services.database);
    auto point = index.find_point(services.viewer(call), name, call.id(1));
    if (!point)
        throw Error(ErrorKind::not_found,
                    fmt::format("No files of a restore point {} of a machine {} are indexed",
                                call.id(1).to_string(), name));
    return *point;
}

std::string requested_path(const Call& call) {
    return guest::joined(guest::split_path(call.file_path()));
}

guest::Entry find_entry(const Services& services, const catalog::VmRestorePoint& point,
                        const std::string& path) {
    auto found = catalog::GuestIndex(services.database).find(point.id, path);
    if (!found) throw Error(ErrorKind::not_found, fmt::format("There is no /{} in this restore point", path));
    return entry_of(found->folder, found->file);
}

Answer list_machines(const Services& services, const Call& call) {
    std::vector<CatalogVm> items;
    for (const auto& name : catalog::GuestIndex(services.database).machines(services.viewer(call)))
        items.push_back(represent_machine(call, name));
    return collection<CatalogVms>(call, std::move(items));
}

Answer get_machine(const Services& services, const Call& call) {
    return one(call, represent_machine(call, find_points(services, call).front().vm_name));
}

Answer list_points(const Services& services, const Call& call) {
    std::vector<CatalogVmRestorePoint> items;
    for (const auto& point : find_points(services, call)) items.push_back(represent_point(call, point));
    return collection<CatalogVmRestorePoints>(call, std::move(items));
}

Answer get_point(const Services& services, const Call& call) {
    return one(call, represent_point(call, find_point(services, call)));
}

// Nothing is mounted: listings come from the index. What is restored from there mounts the point.
Answer browse(const Services& services, const Call& call) {
    auto point = find_point(services, call);
    return services.start_task(call, "BrowseGuestFiles", [point](std::stop_token) {
        return TaskOutcome{
            .links = {{"Down", files_path(point) + "/", "FileSystemItemsList", point.vm_name}}};
    });
}

Answer get_top(const Services& services, const Call& call) {
    auto point = find_point(services, call);
    auto address = files_path(point);
    DirectoryEntry entry;
    entry.Href = call.links().href(address);
    entry.Type = "DirectoryEntry";
    entry.Name = point.vm_name;
    entry.Links = LinkList{
        call.links().link("Down", address + "?action=listAll&pageSize=100&page=1", "FileSystemItemsList"),
        call.links().link("Down", address + "?action=listFiles&pageSize=100&page=1", "FileEntryList"),
        call.links().link("Down", address + "?action=listDirs&pageSize=100&page=1", "DirectoryEntryList")};
    FileSystemEntry top;
    top.DirectoryEntry = std::move(entry);
    return ok(std::move(top));
}

Answer list_folder(const Services& services, const Call& call, const catalog::VmRestorePoint& point,
                   const std::string& path, const std::string& address, catalog::ShowFiles show) {
    auto page = requested_or_first_page(call);
    auto listing = catalog::GuestIndex(services.database).list(point.id, path, show, page.first(), page.size);
    if (!listing)
        throw Error(ErrorKind::not_found, fmt::format("There is no folder /{} in this restore point", path));
    std::vector<guest::Entry> entries;
    for (const auto& file : listing->files) entries.push_back(entry_of(listing->folder, file));
    return ok(file_system_entries(call, files_path(point), address, entries, page, listing->total));
}

template <catalog::ShowFiles show>
Answer list_top(const Services& services, const Call& call) {
    auto point = find_point(services, call);
    return list_folder(services, call, point, std::string(catalog::folder_of_roots), files_path(point), show);
}

template <catalog::ShowFiles show>
Answer list_inside(const Services& services, const Call& call) {
    auto point = find_point(services, call);
    auto path = requested_path(call);
    return list_folder(services, call, point, path, entry_path(files_path(point), path), show);
}

Answer get_entry(const Services& services, const Call& call) {
    auto point = find_point(services, call);
    return ok(file_system_entry(call, files_path(point), find_entry(services, point, requested_path(call))));
}

// Only those who may mount the point anyway.
void require_file_restorer(const Call& call) {
    auto roles = call.logon().roles();
    if (!roles.contains(AccountRole::portal_administrator) &&
        !roles.contains(AccountRole::file_restore_operator))
        throw Error(ErrorKind::forbidden,
                    "Access denied: restoring files takes the role File Restore Operator");
}

Answer restore_file(const Services& services, const Call& call) {
    auto point = find_point(services, call);
    auto spec = call.body_or_default<FileRestoreSpec>();
    auto entry = find_entry(services, point, requested_path(call));
    auto existing = in_place(spec);
    require_file_restorer(call);
    if (existing) {
        check_restore_in_place(limits_of(services, call), entry);
        return services.start_task(
            call, "RestoreFile",
            [&services, point, path = entry.path, existing = *existing, owner = services.session_key(call),
             account = call.logon().account()](std::stop_token stop) {
                auto mount = services.mounts.find_or_mount(point, owner, account, stop);
                return outcome_of_restore(services, {mount, path, existing, account}, stop);
            });
    }
    check_download(limits_of(services, call), entry);
    return services.start_task(
        call, "RestoreFile",
        [&services, point, path = entry.path, owner = services.session_key(call),
         account = call.logon().account()](std::stop_token stop) {
            auto mount = services.mounts.find_or_mount(point, owner, account, stop);
            auto found = mount->files().stat(path);
            return TaskOutcome{
                .links = {{"Download", entry_path(mount_path(*mount), found.path) + "?action=download"},
                          {"Related",
                           fmt::format("/restoreSessions/{}?format=Entity", mount->session().to_string()),
                           "RestoreSession", point.vm_name}}};
        });
}

CatalogFileKind to_form(catalog::FileKind kind) {
    switch (kind) {
        case catalog::FileKind::folder:
            return CatalogFileKind::Directory;
        case catalog::FileKind::file:
            return CatalogFileKind::File;
        case catalog::FileKind::link:
            return CatalogFileKind::Link;
        case catalog::FileKind::other:
            break;
    }
    return CatalogFileKind::Other;
}

CatalogFile represent_found(const Call& call, const catalog::FoundFile& found) {
    catalog::VmRestorePoint point;
    point.id = found.newest_point;
    point.vm_name = found.vm_name;
    auto entry = entry_of(found.folder, found.file);
    auto base = files_path(point);
    auto address = entry_path(base, entry.path);
    auto shown = file_system_entry(call, base, entry);
    CatalogFile file;
    file.Href = call.links().href(address);
    file.Type = "CatalogFile";
    bool is_folder = shown.DirectoryEntry.has_value();
    file.Links = LinkList{
        call.links().link("Up", machine_path(point.vm_name) + "?format=Entity", "CatalogVm", point.vm_name),
        call.links().link("Related", address, is_folder ? "DirectoryEntry" : "FileEntry", entry.name),
        call.links().link("Related", point_path(point) + "?format=Entity", "CatalogVmRestorePoint",
                          format_for_name(found.newest)),
        call.links().action("Restore", address, "restore")};
    file.VmDisplayName = found.vm_name;
    file.Path = is_folder ? shown.DirectoryEntry->Path : shown.FileEntry->Path;
    file.Name = entry.name;
    file.Kind = to_form(found.file.kind);
    file.Size = found.file.size;
    file.Owner = found.file.owner;
    file.ModifiedDateUTC = found.file.modified;
    file.OldestBackupDateUTC = found.oldest;
    file.NewestBackupDateUTC = found.newest;
    file.RestorePoints = found.points;
    return file;
}

std::optional<Timestamp> requested_time(const Call& call, std::string_view parameter) {
    auto text = call.query().find(parameter);
    if (!text) return std::nullopt;
    auto time = parse_time(*text);
    if (!time)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The parameter {} is no time: {}", parameter, *text))
            .advise("Write it as 2026-06-14T23:09:26Z.");
    return time;
}

Answer search(const Services& services, const Call& call) {
    auto page = requested_or_first_page(call);
    catalog::FileSearch wanted{.viewer = services.viewer(call),
                               .name = std::string(call.query().get("name")),
                               .since = requested_time(call, "since"),
                               .until = requested_time(call, "until"),
                               .first = page.first(),
                               .size = page.size};
    if (auto machine = call.query().find("vm")) wanted.vm_name = std::string(*machine);
    auto found = catalog::GuestIndex(services.database).search(wanted);
    std::vector<CatalogFile> items;
    for (const auto& file : found.files) items.push_back(represent_found(call, file));
    return page_of_resources<CatalogFiles>(call, std::move(items), page, found.total);
}

}  // namespace

std::vector<Route> catalog_routes(const Services& services) {
    using catalog::ShowFiles;
    constexpr auto callers =
        Callers::roles({AccountRole::portal_user, AccountRole::vm_restore_operator,
                        AccountRole::file_restore_operator, AccountRole::exchange_restore_operator,
                        AccountRole::oracle_restore_operator, AccountRole::sql_restore_operator});
    constexpr std::string_view point = "/catalog/vms/{vmname}/vmRestorePoints/{ID}";
    constexpr std::string_view top = "/catalog/vms/{vmname}/vmRestorePoints/{ID}/guestfs";
    constexpr std::string_view entry = "/catalog/vms/{vmname}/vmRestorePoints/{ID}/guestfs/{filepath}";
    auto row = rows_for(services, callers);
    return {
        row("GET", "/catalog/search", "", search),
        row("GET", "/catalog/vms", "", list_machines),
        row("GET", "/catalog/vms/{vmname}", "", get_machine),
        row("GET", "/catalog/vms/{vmname}/vmRestorePoints", "", list_points),
        row("GET", point, "", get_point),
        row("POST", point, "browse", browse),
        row("GET", top, "", get_top),
        row("GET", top, "listAll", list_top<ShowFiles::all>),
        row("GET", top, "listDirs", list_top<ShowFiles::folders>),
        row("GET", top, "listFiles", list_top<ShowFiles::others>),
        row("GET", entry, "", get_entry),
        row("GET", entry, "listAll", list_inside<ShowFiles::all>),
        row("GET", entry, "listDirs", list_inside<ShowFiles::folders>),
        row("GET", entry, "listFiles", list_inside<ShowFiles::others>),
        row("POST", entry, "restore", restore_file),
    };
}

}  // namespace holdfast::api
