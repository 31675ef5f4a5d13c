// Files and folders of a restore point put back to where they were, inside the running machine, by its guest
// agent.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "catalog/database.hpp"
#include "protection/file_mounts.hpp"
#include "protection/host_connections.hpp"

namespace holdfast::protection {

// What becomes of a file that is there already.
enum class ExistingFiles { overwrite, keep_both };

struct FileRestoreRequest {
    std::shared_ptr<FileMount> mount;
    std::string path;  // in the mount
    ExistingFiles existing = ExistingFiles::keep_both;
    std::string account;
};

struct FileRestoreEnd {
    Uuid session;
    std::string told;  // where it is now, and what was left as it is
};

// Has a restore session of its own, which tells how it went. Nothing half-written is left on any way out: a
// file is whole before it gets its name. A folder that is there is not emptied: files of the restore point
// take the place of those with the same names.
//
// Throws not_found where the machine or the place is gone, conflict where it does not run, not_supported
// without a guest agent, unavailable where it does not answer, io with the guest's words where it cannot be
// written there, and cancelled.
FileRestoreEnd restore_in_place(catalog::Database& database, HostConnections& hosts,
                                const FileRestoreRequest& request, std::stop_token stop);

}  // namespace holdfast::protection
