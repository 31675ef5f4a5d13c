// Puts the files of new restore points into the index of guest files.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <thread>

#include "catalog/backup_sessions.hpp"
#include "catalog/jobs.hpp"
#include "catalog/restore_points.hpp"
#include "protection/environment.hpp"
#include "protection/open_repositories.hpp"

namespace holdfast::protection {

class SystemWork;

// One restore point at a time, on a thread of its own, in the order in which they were made; each is a system
// session. A backup does not wait for it, and is none the worse where it fails. What the server does not come
// to before it ends is not made up for: the next run's point is indexed. Any thread.
class GuestIndexer {
  public:
    GuestIndexer(const Environment& environment, OpenRepositories& repositories);
    ~GuestIndexer();

    // Takes out of the index, now and after each run, what no restore point has any more.
    void start();
    // Whatever is under way is taken back.
    void stop();

    // What the run has made is to be indexed, where its job wants that.
    void session_ended(const catalog::BackupSession& session);

  private:
    struct Waiting {
        Uuid point;
        catalog::GuestIndexing wanted;
    };

    void run(std::stop_token stop);
    void index(const Waiting& waiting, std::stop_token stop);
    void index(const catalog::VmRestorePoint& point, const catalog::GuestIndexing& wanted, SystemWork& work,
               std::stop_token stop);
    void tidy();

    const Environment& environment_;
    OpenRepositories& repositories_;
    std::mutex mutex_;  // guards the two below
    std::deque<Waiting> waiting_;
    bool is_to_tidy_ = true;
    std::condition_variable_any changed_;
    std::jthread thread_;
};

}  // namespace holdfast::protection
