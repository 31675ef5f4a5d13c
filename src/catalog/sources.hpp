// Everything that can be listed: for each type of record its tables, its fields and who sees it. What is
// added to the catalog becomes listed, filtered and queried by one more of these.
#pragma once

#include "catalog/backup_servers.hpp"
#include "catalog/backup_sessions.hpp"
#include "catalog/credentials.hpp"
#include "catalog/jobs.hpp"
#include "catalog/logon_records.hpp"
#include "catalog/managed_servers.hpp"
#include "catalog/repositories.hpp"
#include "catalog/restore_points.hpp"
#include "catalog/restore_sessions.hpp"
#include "catalog/selection.hpp"
#include "catalog/system_sessions.hpp"

namespace holdfast::catalog {

struct ListedObject {
    JobObject object;
    Uuid job;
    std::string job_name;
    GuestProcessing job_guest{};
};

// In braces: the parents that a selection may name.
const RecordSource<BackupServer>& backup_server_source();
const RecordSource<ManagedServer>& managed_server_source();
const RecordSource<ManagedServer>& hierarchy_root_source();
const RecordSource<Repository>& repository_source();
const RecordSource<Job>& job_source();
const RecordSource<ListedObject>& job_object_source();       // {job}
const RecordSource<BackupSession>& backup_session_source();  // {job}
const RecordSource<TaskSession>& task_session_source();      // {session}
const RecordSource<Backup>& backup_source();                 // {repository}
const RecordSource<RestorePoint>& restore_point_source();    // {backup, restore point}
// A backup file is a VM restore point, seen from the storage side. {backup, restore point, file}
const RecordSource<VmRestorePoint>& vm_restore_point_source();
const RecordSource<VmRestorePoint>& backup_file_source();
const RecordSource<RestoreSession>& restore_session_source();
// They belong to no machine: only whoever sees all machines sees them.
const RecordSource<SystemSession>& system_session_source();
const RecordSource<Credentials>& credentials_source();
const RecordSource<EncryptionPassword>& encryption_password_source();
const RecordSource<TaskRecord>& task_source();  // {logon session}: nobody sees the tasks of another

// What was collected of other servers: `of_others` of those above. {server, job, repository, backup}
const RecordSource<PeerRecord>& peer_job_source();
const RecordSource<PeerRecord>& peer_repository_source();
const RecordSource<PeerRecord>& peer_managed_server_source();
const RecordSource<PeerRecord>& peer_backup_source();
const RecordSource<PeerRecord>& peer_restore_point_source();
const RecordSource<PeerRecord>& peer_backup_session_source();
// By the name of the type; null where other servers are not asked for it.
const RecordSource<PeerRecord>* peer_source(std::string_view kind);

}  // namespace holdfast::catalog
