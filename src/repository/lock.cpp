#include "repository/lock.hpp"

#include <signal.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "repository/go_text.hpp"
#include "repository/json_fields.hpp"
#include "repository/repository_errors.hpp"

namespace holdfast::repository {
namespace {

bool process_exists(std::uint64_t pid) {
    return pid > 0 && pid <= INT32_MAX && (::kill(static_cast<pid_t>(pid), 0) == 0 || errno != ESRCH);
}

// Nothing for a lock that was removed since it was listed.
std::optional<LockFile> load_lock(const UnpackedFiles& files, const FileId& id) {
    FileName name{FileType::lock, id};
    try {
        return parse_lock(files.load(name), "The lock file " + files.backend().describe(name));
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::not_found) return std::nullopt;
        throw;
    }
}

RepositoryLocked conflict_with(const LockFile& lock, const std::string& repository) {
    RepositoryLocked error("The repository " + repository + " is locked" +
                           (lock.mode == LockMode::exclusive ? " exclusively" : "") + " by process " +
                           std::to_string(lock.holder.pid) + " of user " + lock.holder.username + " on " +
                           lock.holder.hostname + " since " + format_for_name(lock.time) + " UTC");
    error.advise("Try again when that process has ended.");
    return error;
}

}  // namespace

LockFile parse_lock(ByteView json, std::string_view subject) {
    JsonDocument document(json, subject);
    JsonFields fields(document.object(), subject);
    LockFile lock;
    auto time = parse_time(fields.string("time"));
    if (!time) fields.wrong("time", "is not a time");
    lock.time = *time;
    lock.mode = fields.boolean_or_false("exclusive") ? LockMode::exclusive : LockMode::shared;
    lock.holder.hostname = fields.string_or_empty("hostname");
    lock.holder.username = fields.string_or_empty("username");
    lock.holder.pid = fields.number_or_zero("pid");
    lock.holder.uid = static_cast<std::uint32_t>(fields.number_or_zero("uid"));
    lock.holder.gid = static_cast<std::uint32_t>(fields.number_or_zero("gid"));
    return lock;
}

std::string encode_lock(const LockFile& lock) {
    std::string json;
    JsonObjectText object(json);
    object.string("time", format_utc(lock.time));
    object.boolean("exclusive", lock.mode == LockMode::exclusive);
    object.string("hostname", lock.holder.hostname);
    object.string("username", lock.holder.username);
    object.number("pid", lock.holder.pid);
    if (lock.holder.uid != 0) object.number("uid", lock.holder.uid);
    if (lock.holder.gid != 0) object.number("gid", lock.holder.gid);
    object.end();
    return json;
}

bool is_stale(const LockFile& lock, Timestamp when, const LockTiming& timing) {
    if (when - lock.time > timing.stale_after) return true;
    return lock.holder.hostname == ProcessIdentity::current().hostname && !process_exists(lock.holder.pid);
}

std::size_t remove_stale_locks(const UnpackedFiles& files) {
    std::size_t removed = 0;
    for (const auto& file : files.backend().list(FileType::lock)) {
        auto lock = load_lock(files, file.id);
        if (lock && is_stale(*lock, now()) && files.backend().remove({FileType::lock, file.id})) ++removed;
    }
    return removed;
}

std::shared_ptr<RepositoryLock> RepositoryLock::acquire(const UnpackedFiles& files, LockMode mode,
                                                        const LockTiming& timing) {
    std::shared_ptr<RepositoryLock> lock(new RepositoryLock(files, mode, timing));
    lock->refuse_conflicts();
    lock->save_new_file();
    // Of two who come at the same time, both see the other at the latest now: listing shows what was saved.
    lock->refuse_conflicts();
    lock->refresher_ = std::jthread([self = lock.get()](std::stop_token stop) { self->keep_fresh(stop); });
    return lock;
}

RepositoryLock::RepositoryLock(const UnpackedFiles& files, LockMode mode, const LockTiming& timing)
    : files_(files), mode_(mode), timing_(timing) {}

RepositoryLock::~RepositoryLock() {
    refresher_.request_stop();
    if (refresher_.joinable()) refresher_.join();
    for (const auto& id : own_files_) {
        try {
            files_.backend().remove({FileType::lock, id});
        } catch (const std::exception& error) {
            spdlog::warn("A lock stays behind until it is stale: {}", error.what());
        }
    }
}

void RepositoryLock::refuse_conflicts() {
    for (const auto& file : files_.backend().list(FileType::lock)) {
        if (std::ranges::find(own_files_, file.id) != own_files_.end()) continue;
        // restic's rule: an upload that broke off on storage without atomic writes leaves an empty file.
        if (file.size == 0) continue;
        auto lock = load_lock(files_, file.id);
        if (!lock) continue;
        if (is_stale(*lock, now(), timing_))
            files_.backend().remove({FileType::lock, file.id});
        else if (mode_ == LockMode::exclusive || lock->mode == LockMode::exclusive)
            throw conflict_with(*lock, files_.backend().describe());
    }
}

void RepositoryLock::save_new_file() {
    LockFile lock{.time = now(), .mode = mode_, .holder = ProcessIdentity::current()};
    FileId id = files_.save(FileType::lock, encode_lock(lock));
    std::lock_guard guard(mutex_);
    own_files_.push_back(id);
    refreshed_ = lock.time;
}

void RepositoryLock::keep_fresh(std::stop_token stop) {
    StopScope scope(stop);
    auto pause = timing_.refresh_every;
    std::unique_lock guard(mutex_);
    while (true) {
        wake_.wait_for(guard, stop, pause, [] { return false; });
        if (stop.stop_requested()) return;
        auto old = own_files_;
        guard.unlock();
        try {
            // A lock that others may have taken away meanwhile must not come back to life: what it protected
            // may be gone.
            if (!is_held()) {
                lost_ = true;
                return;
            }
            save_new_file();
            for (const auto& id : old) {
                if (!files_.backend().remove({FileType::lock, id})) lost_ = true;
                std::lock_guard erase_guard(mutex_);
                std::erase(own_files_, id);
            }
            pause = timing_.refresh_every;
        } catch (const std::exception& error) {
            if (stop.stop_requested()) return;
            spdlog::warn("Cannot refresh a lock, will try again: {}", error.what());
            pause = timing_.refresh_every / 5;
        }
        guard.lock();
    }
}

bool RepositoryLock::is_held() {
    FileId id;
    Timestamp refreshed;
    {
        std::lock_guard guard(mutex_);
        id = own_files_.back();
        refreshed = refreshed_;
    }
    if (lost_ || now() - refreshed > timing_.stale_after) return false;
    if (files_.backend().size({FileType::lock, id})) return true;
    std::lock_guard guard(mutex_);
    return own_files_.back() != id;  // replaced in this moment, so it was there
}

void RepositoryLock::require_held() {
    if (is_held()) return;
    throw Error(ErrorKind::unavailable, "The lock on the repository " + files_.backend().describe() +
                                            " was lost: it was removed, or could not be refreshed in time")
        .advise("Nothing was made that depends on it. Run the operation again.");
}

}  // namespace holdfast::repository
