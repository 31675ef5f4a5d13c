// Files and folders of a restore point as resources, whether they come from a mount or from the index. Their
// addresses are below `base`: "/vmRestorePoints/<id>/mounts/1".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/routing/call.hpp"
#include "api/routing/collection.hpp"
#include "api/types/file_system.hpp"
#include "guest/guest_files.hpp"
#include "protection/file_restore.hpp"

namespace holdfast::api {

// The root of a Linux system is "/", which in an address is written %2F.
std::string entry_path(const std::string& base, const std::string& path);

DirectoryEntry directory_entry(const Call& call, const std::string& base, const std::string& path,
                               const std::string& name);
FileSystemEntry file_system_entry(const Call& call, const std::string& base, const guest::Entry& entry);

// A page of what is in a folder; `address` is the folder's own.
FileSystemEntries file_system_entries(const Call& call, const std::string& base, const std::string& address,
                                      const std::vector<guest::Entry>& entries, const PageRequest& page,
                                      std::uint64_t total);

// How a file goes back to its original place; nothing where it is to be downloaded. not_supported for what is
// not built, naming it.
std::optional<protection::ExistingFiles> in_place(const FileRestoreSpec& spec);

}  // namespace holdfast::api
