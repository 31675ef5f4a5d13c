// Restore points whose files can be browsed.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "catalog/restore_points.hpp"
#include "catalog/restore_sessions.hpp"
#include "guest/guest_files.hpp"
#include "protection/environment.hpp"
#include "protection/open_repositories.hpp"
#include "protection/point_files.hpp"

namespace holdfast::protection {

// Shared by the table of mounts and by requests that read from it: it ends when the last of them lets go.
class FileMount {
  public:
    FileMount(int number, catalog::VmRestorePoint point, std::string owner)
        : number_(number), point_(std::move(point)), owner_(std::move(owner)) {}
    ~FileMount();

    int number() const { return number_; }
    const catalog::VmRestorePoint& point() const { return point_; }
    const Uuid& session() const { return session_; }
    guest::GuestFiles& files() {
        touch();
        return opened_->files();
    }
    void touch() { last_used_ = std::chrono::steady_clock::now(); }

  private:
    friend class FileMounts;

    int number_;
    catalog::VmRestorePoint point_;
    std::string owner_;  // the logon session that made it
    Uuid session_;       // its restore session
    std::atomic<std::chrono::steady_clock::time_point> last_used_{std::chrono::steady_clock::now()};
    std::unique_ptr<PointFiles> opened_;
};

// Any thread.
class FileMounts {
  public:
    FileMounts(const Environment& environment, OpenRepositories& repositories,
               std::chrono::seconds idle_limit);
    ~FileMounts();

    // Takes seconds: the appliance has to start. `owner` names the logon session; mounts are numbered within
    // it and the restore point. too_large when too many are open.
    std::shared_ptr<FileMount> mount(const catalog::VmRestorePoint& point, const std::string& owner,
                                     const std::string& account, std::stop_token stop);
    std::vector<std::shared_ptr<FileMount>> list(const Uuid& vm_point, const std::string& owner);
    // The session's newest mount of that point; a new one where it has none.
    std::shared_ptr<FileMount> find_or_mount(const catalog::VmRestorePoint& point, const std::string& owner,
                                             const std::string& account, std::stop_token stop);
    // not_found for a mount that is not there, or another session's.
    std::shared_ptr<FileMount> find(const Uuid& vm_point, int number, const std::string& owner);
    void unmount(const Uuid& vm_point, int number, const std::string& owner);
    void unmount_all_of(const std::string& owner);

  private:
    std::shared_ptr<FileMount> start(const catalog::VmRestorePoint& point, const std::string& owner,
                                     const Uuid& session, int number, std::stop_token stop);
    void take_out(const std::function<bool(const FileMount&)>& chosen, const std::string& why);
    void end_session(const FileMount& mount, const std::string& why);
    void sweep(std::stop_token stop);

    const Environment& environment_;
    OpenRepositories& repositories_;
    catalog::RestoreSessions sessions_;
    std::chrono::seconds idle_limit_;
    std::mutex mutex_;
    std::vector<std::shared_ptr<FileMount>> mounts_;
    int starting_ = 0;
    std::map<std::pair<std::string, Uuid>, int> last_numbers_;
    std::condition_variable_any wake_;
    std::jthread sweeper_;
};

}  // namespace holdfast::protection
