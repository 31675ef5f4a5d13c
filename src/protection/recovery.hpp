// Putting right, at the start of the server, what an earlier process of this installation left unfinished.
#pragma once

#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "catalog/backup_sessions.hpp"

#include "protection/environment.hpp"
#include "protection/host_connections.hpp"
#include "protection/open_repositories.hpp"

namespace holdfast::protection {

class Recovery {
  public:
    Recovery(const Environment& environment, HostConnections& hosts, OpenRepositories& repositories);

    // Ends open sessions and tasks as failed with the reason. Only the database and local files; quick.
    void fail_interrupted_work();
    // Ends backup jobs of libvirt that are left, removes checkpoints of runs that did not end and notes their
    // snapshots for RetentionKeeper to forget; asks hosts and repositories. What cannot be reached is logged
    // and tried again by the next call. Only while no backup runs: a job of libvirt does not tell which run
    // it belongs to.
    void clean_up();
    bool is_clean();
    // A run that failed may have left something, too, when its host went away. Any thread.
    void look_after(const catalog::BackupSession& session);

    // From now on guests that were left in the middle of a backup, frozen or with a script to run, are put
    // right in the background, now and once a minute, for a day.
    void look_after_guests();

  private:
    void put_guests_right(const std::stop_token& stop);
    void clean_up_session(const catalog::BackupSession& session);
    void end_backup_jobs(const catalog::BackupSession& session);
    void give_up_snapshots(const catalog::BackupSession& session);

    const Environment& environment_;
    HostConnections& hosts_;
    OpenRepositories& repositories_;
    std::mutex mutex_;
    std::vector<catalog::BackupSession> interrupted_;
    const Timestamp started_ = now();
    std::jthread guests_keeper_;
};

}  // namespace holdfast::protection
