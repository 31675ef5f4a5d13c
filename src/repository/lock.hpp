// Locks, as restic has them: a file for each holder; many shared ones, or a single exclusive one.
// Source: restic doc/design.rst, "Locks".
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/time.hpp"
#include "repository/process_identity.hpp"
#include "repository/unpacked_files.hpp"

namespace holdfast::repository {

enum class LockMode { shared, exclusive };

struct LockFile {
    Timestamp time;
    LockMode mode = LockMode::shared;
    ProcessIdentity holder;
};

// Throws corrupt.
LockFile parse_lock(ByteView json, std::string_view subject);
std::string encode_lock(const LockFile& lock);

struct LockTiming {
    std::chrono::seconds refresh_every = std::chrono::minutes(5);
    std::chrono::seconds stale_after = std::chrono::minutes(30);
};

// Not refreshed for 30 minutes, or of a process of this host that does not exist any more.
bool is_stale(const LockFile& lock, Timestamp when, const LockTiming& timing = {});

// Removes all stale locks. How many there were.
std::size_t remove_stale_locks(const UnpackedFiles& files);

// Held from acquire() to destruction; a thread of its own refreshes it. Any thread may ask.
class RepositoryLock {
  public:
    // Stale locks do not count and are removed. Throws conflict, naming the holder, where another stands in
    // the way.
    static std::shared_ptr<RepositoryLock> acquire(const UnpackedFiles& files, LockMode mode,
                                                   const LockTiming& timing = {});
    RepositoryLock(const RepositoryLock&) = delete;
    RepositoryLock& operator=(const RepositoryLock&) = delete;
    ~RepositoryLock();

    // Throws unavailable when the lock is gone or was not refreshed in time, so that others may count it as
    // stale. To be asked before anything that another's prune must not undercut.
    void require_held();
    bool is_held();

  private:
    RepositoryLock(const UnpackedFiles& files, LockMode mode, const LockTiming& timing);
    void refuse_conflicts();
    void save_new_file();
    void keep_fresh(std::stop_token stop);

    const UnpackedFiles& files_;
    const LockMode mode_;
    const LockTiming timing_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::vector<FileId> own_files_;  // one; two while it is being replaced
    Timestamp refreshed_;
    std::atomic<bool> lost_ = false;  // for good
    std::jthread refresher_;          // last: it uses all of the above
};

}  // namespace holdfast::repository
