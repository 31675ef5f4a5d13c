#include "api/resources/file_entries.hpp"

namespace holdfast::api {
namespace {

// Paths in answers: "C:/Users" below a drive, "/etc" below the root.
std::string shown_path(const std::string& path) {
    bool is_below_drive = path.substr(0, path.find('/')).ends_with(':');
    return is_below_drive || path.starts_with('/') ? path : "/" + path;
}

FileEntry file_entry(const Call& call, const std::string& base, const guest::Entry& file) {
    FileEntry entry;
    auto address = entry_path(base, file.path);
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

}  // namespace

std::string entry_path(const std::string& base, const std::string& path) {
    auto encoded = LinkBuilder::encode_file_path(path);
    return base + "/" + (encoded.empty() ? "%2F" : encoded);
}

DirectoryEntry directory_entry(const Call& call, const std::string& base, const std::string& path,
                               const std::string& name) {
    DirectoryEntry entry;
    auto address = entry_path(base, path);
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

FileSystemEntry file_system_entry(const Call& call, const std::string& base, const guest::Entry& entry) {
    FileSystemEntry shown;
    if (entry.kind == guest::EntryKind::directory)
        shown.DirectoryEntry = directory_entry(call, base, entry.path, entry.name);
    else
        shown.FileEntry = file_entry(call, base, entry);
    return shown;
}

FileSystemEntries file_system_entries(const Call& call, const std::string& base, const std::string& address,
                                      const std::vector<guest::Entry>& entries, const PageRequest& page,
                                      std::uint64_t total) {
    FileSystemEntries shown;
    shown.Href = call.links().href(address);
    shown.Type = "FileSystemItemsList";
    shown.Links = LinkList{call.links().link("Up", address, "DirectoryEntry")};
    shown.Files.emplace();
    shown.Directories.emplace();
    for (const auto& entry : entries) {
        if (entry.kind == guest::EntryKind::directory)
            shown.Directories->DirectoryEntry.push_back(directory_entry(call, base, entry.path, entry.name));
        else
            shown.Files->FileEntry.push_back(file_entry(call, base, entry));
    }
    shown.PagingInfo = paging_info(call, page, total);
    return shown;
}

std::optional<protection::ExistingFiles> in_place(const FileRestoreSpec& spec) {
    if (spec.ForDirectDownload) return std::nullopt;
    // Without a body EM restores to the original place, with what it does where nothing is said.
    auto wanted = spec.ToOriginalLocation.value_or(FileRestoreToOriginalSpecInfoType{});
    // The guest agent is root: it must not stand in for an account that may do less.
    if (wanted.GuestCredentials)
        throw Error(ErrorKind::not_supported, "Restoring files with GuestCredentials is not built")
            .advise("Leave them out: the guest agent restores files.");
    if (static_cast<const std::optional<bool>&>(wanted.PermissionsOnly).value_or(false))
        throw Error(ErrorKind::not_supported, "Restoring permissions only is not built")
            .advise("Leave PermissionsOnly out: files come back with their permissions.");
    bool overwrite = static_cast<const std::optional<bool>&>(wanted.Overwrite).value_or(false);
    return overwrite ? protection::ExistingFiles::overwrite : protection::ExistingFiles::keep_both;
}

}  // namespace holdfast::api
