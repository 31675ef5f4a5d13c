// The session of a run while machines are backed up side by side: told of each, it stores what that makes of
// the whole.
#pragma once

#include <mutex>
#include <vector>

#include "catalog/backup_sessions.hpp"

namespace holdfast::protection {

// Any thread, while nobody else changes the session. Throws where the catalog does.
class RunSession {
  public:
    RunSession(catalog::BackupSessions& sessions, catalog::BackupSession& session, std::size_t machines)
        : sessions_(sessions), session_(session), percents_(machines, 0) {}

    // Machines are called by their number in the run.
    void progressed(std::size_t machine, int percent);
    // For good or bad.
    void completed(std::size_t machine) { progressed(machine, 100); }
    void made_point(const Uuid& restore_point);
    // Somebody asked for the end of the run.
    void stopping();

  private:
    catalog::BackupSessions& sessions_;
    std::mutex mutex_;
    catalog::BackupSession& session_;
    std::vector<int> percents_;
};

}  // namespace holdfast::protection
