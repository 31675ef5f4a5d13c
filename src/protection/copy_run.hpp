// One run of a copy job, from its first machine to its retention.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "catalog/backup_sessions.hpp"
#include "catalog/jobs.hpp"
#include "catalog/restore_points.hpp"
#include "protection/copy_plan.hpp"
#include "protection/environment.hpp"
#include "protection/open_repositories.hpp"
#include "protection/retention.hpp"
#include "repository/snapshot_copier.hpp"

namespace holdfast::protection {

// A copy of a restore point is a snapshot in the job's repository, with the tags of this job and session, and
// a restore point in the job's backup, with the time of its original.
class CopyRun {
  public:
    CopyRun(const Environment& environment, OpenRepositories& repositories, RetentionKeeper& retention);

    // As BackupRun::run(); `tasks` tell the hierarchy roots of their machines.
    catalog::BackupSession run(const catalog::Job& job, catalog::BackupSession session,
                               std::vector<catalog::TaskSession> tasks, std::stop_token stop,
                               const std::function<std::string()>& who_stopped);

  private:
    struct Target;

    void copy_machines(const catalog::Job& job, catalog::BackupSession& session,
                       std::vector<catalog::TaskSession>& tasks, std::stop_token stop,
                       const std::function<std::string()>& who_stopped);
    // `share`: how many percent of the whole run this machine is.
    void copy_machine(Target& target, const MachineToCopy& machine, catalog::BackupSession& session,
                      catalog::TaskSession& task, int share, const std::stop_token& stop);
    void copy_point(Target& target, const PointToCopy& point, catalog::BackupSession& session,
                    catalog::TaskSession& task, int share, const std::stop_token& stop);
    void record(const Target& target, const PointToCopy& original, const repository::CopyResult& made,
                catalog::BackupSession& session, catalog::TaskSession& task);

    const Environment& environment_;
    OpenRepositories& repositories_;
    RetentionKeeper& retention_;
    catalog::BackupSessions sessions_;
    catalog::RestorePoints points_;
};

}  // namespace holdfast::protection
