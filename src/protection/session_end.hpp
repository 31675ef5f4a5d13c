// How the session of a run ends, by how the work on its machines did.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/backup_sessions.hpp"

namespace holdfast::protection {

// The worst result of its machines is the session's.
std::string_view worst_result(const std::vector<catalog::TaskSession>& tasks);
// Of the first machine with that result, with its name.
std::string first_reason(const std::vector<catalog::TaskSession>& tasks, std::string_view result);
// Ends those that have not ended. What cannot be stored is logged.
void fail_unreached(catalog::BackupSessions& sessions, std::vector<catalog::TaskSession>& tasks,
                    const std::string& reason);
// With the result that the session has. What cannot be stored is logged: the next start of the server finds
// the session open and ends it.
void end_session(catalog::BackupSessions& sessions, catalog::BackupSession& session);

}  // namespace holdfast::protection
