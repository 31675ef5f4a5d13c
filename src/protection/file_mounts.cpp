#include "protection/file_mounts.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.hpp"
#include "catalog/backup_sessions.hpp"

namespace holdfast::protection {
namespace {

// An appliance takes about half a gigabyte.
constexpr int most_mounts = 8;

}  // namespace

FileMount::~FileMount() = default;

FileMounts::FileMounts(const Environment& environment, OpenRepositories& repositories,
                       std::chrono::seconds idle_limit)
    : environment_(environment),
      repositories_(repositories),
      sessions_(environment.database),
      idle_limit_(idle_limit),
      sweeper_([this](std::stop_token stop) { sweep(stop); }) {}

FileMounts::~FileMounts() {
    sweeper_.request_stop();
    sweeper_.join();
    take_out([](const FileMount&) { return true; }, "The server was stopped.");
}

std::shared_ptr<FileMount> FileMounts::mount(const catalog::VmRestorePoint& point, const std::string& owner,
                                             const std::string& account, std::stop_token stop) {
    int number = 0;
    {
        std::lock_guard lock(mutex_);
        if (static_cast<int>(mounts_.size()) + starting_ >= most_mounts)
            throw Error(ErrorKind::unavailable,
                        fmt::format("{} restore points are mounted already", most_mounts))
                .advise("Unmount one that is no longer needed; forgotten ones end by themselves.");
        ++starting_;
        number = ++last_numbers_[{owner, point.id}];
    }
    auto session = catalog::new_restore_session("FileLevelRestore", environment_.owner, point, account);
    std::shared_ptr<FileMount> mount;
    try {
        sessions_.start(session);
        mount = start(point, owner, session.id, number, stop);
    } catch (const std::exception& error) {
        session.ended = now();
        session.state = catalog::state::stopped;
        session.result = catalog::result::failed;
        session.reason = error.what();
        sessions_.update(session);
        std::lock_guard lock(mutex_);
        --starting_;
        throw;
    }
    std::lock_guard lock(mutex_);
    --starting_;
    mounts_.push_back(mount);
    return mount;
}

std::shared_ptr<FileMount> FileMounts::start(const catalog::VmRestorePoint& point, const std::string& owner,
                                             const Uuid& session, int number, std::stop_token stop) {
    auto mount = std::make_shared<FileMount>(number, point, owner);
    mount->session_ = session;
    mount->opened_ = std::make_unique<PointFiles>(environment_, repositories_, point, stop);
    return mount;
}

std::vector<std::shared_ptr<FileMount>> FileMounts::list(const Uuid& vm_point, const std::string& owner) {
    std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<FileMount>> found;
    std::ranges::copy_if(mounts_, std::back_inserter(found), [&](const auto& mount) {
        return mount->point_.id == vm_point && mount->owner_ == owner;
    });
    return found;
}

std::shared_ptr<FileMount> FileMounts::find_or_mount(const catalog::VmRestorePoint& point,
                                                     const std::string& owner, const std::string& account,
                                                     std::stop_token stop) {
    auto mounts = list(point.id, owner);
    if (mounts.empty()) return mount(point, owner, account, stop);
    mounts.back()->touch();
    return mounts.back();
}

std::shared_ptr<FileMount> FileMounts::find(const Uuid& vm_point, int number, const std::string& owner) {
    for (auto& mount : list(vm_point, owner))
        if (mount->number_ == number) {
            mount->touch();
            return mount;
        }
    throw Error(ErrorKind::not_found, fmt::format("The restore point has no mount {}", number))
        .advise("Mount it with POST …/mounts; a mount ends with its logon session or when nobody uses it.");
}

void FileMounts::unmount(const Uuid& vm_point, int number, const std::string& owner) {
    find(vm_point, number, owner);
    take_out(
        [&](const FileMount& mount) {
            return mount.point_.id == vm_point && mount.number_ == number && mount.owner_ == owner;
        },
        "");
}

void FileMounts::unmount_all_of(const std::string& owner) {
    take_out([&](const FileMount& mount) { return mount.owner_ == owner; }, "The logon session ended.");
}

void FileMounts::take_out(const std::function<bool(const FileMount&)>& chosen, const std::string& why) {
    std::vector<std::shared_ptr<FileMount>> taken;
    {
        std::lock_guard lock(mutex_);
        std::erase_if(mounts_, [&](auto& mount) {
            if (!chosen(*mount)) return false;
            taken.push_back(mount);
            return true;
        });
    }
    // Outside the lock: an appliance takes a moment to stop.
    for (const auto& mount : taken) end_session(*mount, why);
}

void FileMounts::end_session(const FileMount& mount, const std::string& why) {
    try {
        auto session = sessions_.find(mount.session_);
        if (!session) return;
        session->ended = now();
        session->state = catalog::state::stopped;
        session->result = catalog::result::success;
        session->progress = 100;
        session->reason = why;
        sessions_.update(*session);
    } catch (const std::exception& error) {
        spdlog::warn("The end of a mount of {} could not be stored: {}", mount.point_.vm_name, error.what());
    }
}

void FileMounts::sweep(std::stop_token stop) {
    std::mutex sleeping;
    std::unique_lock lock(sleeping);
    while (!stop.stop_requested()) {
        wake_.wait_for(lock, stop, std::min<std::chrono::seconds>(idle_limit_, std::chrono::seconds(15)),
                       [] { return false; });
        auto oldest = std::chrono::steady_clock::now() - idle_limit_;
        take_out([&](const FileMount& mount) { return mount.last_used_.load() < oldest; },
                 "Nobody used the mount any more.");
    }
}

}  // namespace holdfast::protection
