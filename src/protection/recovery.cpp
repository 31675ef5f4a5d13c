#include "protection/recovery.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "catalog/guests_in_backup.hpp"
#include "catalog/jobs.hpp"
#include "catalog/logon_records.hpp"
#include "catalog/managed_servers.hpp"
#include "catalog/repositories.hpp"
#include "catalog/restore_points.hpp"
#include "catalog/restore_sessions.hpp"
#include "catalog/system_sessions.hpp"
#include "protection/guest_work.hpp"
#include "protection/machine_snapshot.hpp"
#include "protection/vm_backup.hpp"
#include "protection/vm_restore.hpp"

namespace holdfast::protection {
namespace {

constexpr std::chrono::days guest_tried_for{1};
constexpr std::chrono::minutes between_guest_looks{1};
constexpr const char* reason =
    "The server was stopped while this ran. Start it again; nothing that was reported as made is lost.";

}  // namespace

Recovery::Recovery(const Environment& environment, HostConnections& hosts, OpenRepositories& repositories)
    : environment_(environment), hosts_(hosts), repositories_(repositories) {}

void Recovery::fail_interrupted_work() {
    interrupted_ =
        catalog::BackupSessions(environment_.database).fail_interrupted(environment_.owner, reason);
    for (const auto& session : interrupted_)
        spdlog::warn("Session {} of the job {} was interrupted", session.id.to_string(), session.job_name);
    catalog::RestoreSessions restores(environment_.database);
    for (const auto& session : restores.fail_interrupted(environment_.owner, reason)) {
        spdlog::warn("Restore session {} of {} was interrupted", session.id.to_string(), session.vm_name);
    }
    // Also of restores that ended, but could not take back then what they had made.
    for (const auto& session : restores.ended_with_leftovers(environment_.owner))
        take_back(restores, session);
    catalog::SystemSessions(environment_.database).fail_interrupted(environment_.owner, reason);
    catalog::LogonRecords(environment_.database).fail_interrupted_tasks(environment_.owner, reason);
    std::filesystem::remove_all(environment_.run_directory);
    make_directories(environment_.run_directory, 0711);
}

bool Recovery::is_clean() {
    std::lock_guard lock(mutex_);
    return interrupted_.empty();
}

void Recovery::look_after(const catalog::BackupSession& session) {
    std::lock_guard lock(mutex_);
    interrupted_.push_back(session);
}

void Recovery::look_after_guests() {
    guests_keeper_ = std::jthread([this](std::stop_token stop) {
        StopScope scope(stop);
        std::mutex sleeping;
        std::unique_lock lock(sleeping);
        std::condition_variable_any wake;
        while (!stop.stop_requested()) {
            try {
                put_guests_right(stop);
            } catch (const std::exception& error) {
                spdlog::warn("Whether a backup left something in a guest is not known now: {}", error.what());
            }
            wake.wait_for(lock, stop, between_guest_looks, [] { return false; });
        }
    });
}

void Recovery::put_guests_right(const std::stop_token& stop) {
    catalog::GuestsInBackup guests(environment_.database);
    for (const auto& guest : guests.list_of(environment_.owner)) {
        if (stop.stop_requested()) return;
        try {
            auto claim = hosts_.claim(guest.server, guest.domain, guest.vm_name);
            // What was noted may have been put right since, or be of another backup now.
            auto noted = guests.list_of(environment_.owner);
            auto still = std::ranges::any_of(noted, [&](const auto& other) {
                return other.server == guest.server && other.domain == guest.domain &&
                       other.noted == guest.noted;
            });
            if (!still) continue;
            put_guest_right(hosts_.connect(guest.server), guest);
            guests.forget(guest.server, guest.domain);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::conflict) continue;  // it is being backed up
            if (error.kind() == ErrorKind::cancelled) return;
            bool try_again = now() < std::max(guest.noted, started_) + guest_tried_for;
            spdlog::warn("What a backup left in the guest of {} could not be put right{}: {}", guest.vm_name,
                         try_again ? " yet" : "", error.what());
            if (!try_again) guests.forget(guest.server, guest.domain);
        }
    }
}

void Recovery::clean_up() {
    std::vector<catalog::BackupSession> sessions;
    {
        std::lock_guard lock(mutex_);
        sessions.swap(interrupted_);
    }
    for (const auto& session : sessions) {
        try {
            clean_up_session(session);
        } catch (const std::exception& error) {
            spdlog::warn("What session {} left could not be cleaned up yet: {}", session.id.to_string(),
                         error.what());
            look_after(session);
        }
    }
}

void Recovery::clean_up_session(const catalog::BackupSession& session) {
    if (!catalog::is_copy(session.job_type)) end_backup_jobs(session);  // a copy touches no machine
    give_up_snapshots(session);
    if (session.kind == catalog::session_kind::zip)
        catalog::RestorePoints(environment_.database).remove_empty_backups(session.job);
}

void Recovery::end_backup_jobs(const catalog::BackupSession& session) {
    catalog::Jobs jobs(environment_.database);
    for (const auto& task : catalog::BackupSessions(environment_.database).list_tasks_of(session.id)) {
        if (!catalog::ManagedServers(environment_.database).find(task.server)) continue;
        auto& host = hosts_.connect(task.server);
        auto exists = std::ranges::any_of(host.domains(),
                                          [&](const auto& domain) { return domain.uuid == task.domain; });
        if (!exists) continue;
        auto claim = hosts_.claim(task.server, task.domain, task.vm_name);
        if (host.abort_backup(task.domain, environment_.run_directory))
            spdlog::info("Ended a backup job that was left on {}", task.vm_name);
        auto keep = jobs.checkpoint(session.job, {Uuid(), task.server, task.domain, task.vm_name});
        for (const auto& name : host.checkpoints(task.domain))
            if (name.starts_with(checkpoint_prefix(session.job)) && (!keep || keep->name != name))
                host.delete_checkpoint(task.domain, name);
    }
}

// A snapshot that was written but not yet recorded was never reported: it is to go, or it would stay for
// ever.
void Recovery::give_up_snapshots(const catalog::BackupSession& session) {
    catalog::RestorePoints records(environment_.database);
    catalog::Repositories noted(environment_.database);
    const std::string tag = session_tag(session.id);
    for (const auto& backup : records.list_backups_of_job(session.job)) {
        auto repository = repositories_.open(backup.repository);
        repository->remove_stale_locks();
        std::vector<std::string> unknown;
        for (const auto& snapshot : repository->snapshots()) {
            if (std::ranges::find(snapshot.tags, tag) == snapshot.tags.end()) continue;
            auto id = snapshot.id.to_string();
            if (!records.has_snapshot(id)) unknown.push_back(id);
        }
        noted.note_to_forget(backup.repository, unknown);
    }
}

}  // namespace holdfast::protection
