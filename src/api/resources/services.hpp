// What the handlers of the API stand on. Everything in it outlives the routes.
#pragma once

#include "api/metrics/metrics.hpp"
#include "api/resources/site.hpp"
#include "api/routing/answer.hpp"
#include "api/routing/call.hpp"
#include "api/routing/logon_check.hpp"
#include "api/tasks/logon_keeper.hpp"
#include "api/tasks/task_runner.hpp"
#include "catalog/selection.hpp"
#include "catalog/visibility.hpp"
#include "protection/backup_runs.hpp"
#include "protection/boot_verifier.hpp"
#include "protection/file_mounts.hpp"
#include "protection/host_connections.hpp"
#include "protection/instant_recovery_keeper.hpp"
#include "protection/open_repositories.hpp"
#include "protection/repository_upkeep.hpp"
#include "protection/restore_runs.hpp"
#include "protection/scheduler.hpp"
#include "protection/scope_keeper.hpp"

namespace holdfast::notify {
class Deliverer;
}

namespace holdfast::api {

class EventStreams;

struct Services {
    const ThisServer& server;
    catalog::Database& database;
    protection::HostConnections& hosts;
    protection::OpenRepositories& repositories;
    protection::BackupRuns& backups;
    protection::RestoreRuns& restores;
    protection::FileMounts& mounts;
    protection::Scheduler& scheduler;
    TaskRunner& tasks;
    LogonKeeper& keeper;
    LogonRegistry& logons;
    LogonCheck& logon_check;
    protection::ScopeKeeper& scopes;
    const SecretBox& secrets;
    EventStreams& events;
    Metrics& metrics;
    const notify::Deliverer& notifications;
    protection::InstantRecoveryKeeper& instant_recoveries;
    protection::BootVerifier& boot_verifier;
    protection::RepositoryUpkeep& upkeep;

    Site site(const Call& call) const { return Site(call.links(), server); }
    // What the caller may see, of this installation: all of it, oldest first.
    catalog::Selection selection(const Call& call) const;
    // The same of a parent's records: one of those that their source names, and its id.
    catalog::Selection selection_in(const Call& call, std::string_view parent, const Uuid& id) const;

    // For whom the catalog is read. Asked anew for each request: a change of the account counts at once.
    // unauthenticated where the account is gone.
    catalog::Viewer viewer(const Call& call) const;
    catalog::Visibility visibility(const Call& call) const { return {database, viewer(call)}; }

    // Names the caller's logon session towards tasks and mounts; the latter end with it. Not the session's
    // id, which is a secret.
    std::string session_key(const Call& call) const;
    // Begins a task of the caller: 202 with the task, running.
    Answer start_task(const Call& call, const std::string& operation, TaskRunner::Work work) const;
};

}  // namespace holdfast::api
