#include "api/resources/represent.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/resources/copy_job_form.hpp"
#include "api/resources/entity_form.hpp"
#include "api/resources/guest_form.hpp"
#include "api/resources/index_form.hpp"
#include "api/resources/schedule_form.hpp"
#include "api/resources/storage_form.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

// What a date that is not set looks like on the wire.
const Timestamp unset = *parse_time("1753-01-01T00:00:00Z");

const std::string machine_reference_prefix = "urn:CustomPlatform:Vm:";

SessionState to_session_state(const std::string& word) {
    if (word == catalog::state::starting) return SessionState::Starting;
    if (word == catalog::state::working) return SessionState::Working;
    if (word == catalog::state::stopping) return SessionState::Stopping;
    return SessionState::Stopped;
}

TaskSessionState to_task_state(const std::string& word) {
    if (word == catalog::state::pending) return TaskSessionState::Pending;
    if (word == catalog::state::in_progress) return TaskSessionState::InProgress;
    return TaskSessionState::Completed;
}

SessionResult to_result(const std::string& word) {
    if (word == catalog::result::success) return SessionResult::Success;
    if (word == catalog::result::warning) return SessionResult::Warning;
    if (word == catalog::result::failed) return SessionResult::Failed;
    return SessionResult::None;
}

SystemSessionState to_system_state(SessionResult result) {
    switch (result) {
        case SessionResult::Success:
            return SystemSessionState::CompletedSuccessfully;
        case SessionResult::Warning:
            return SystemSessionState::CompletedWarning;
        case SessionResult::Failed:
            return SystemSessionState::Failed;
        case SessionResult::None:
            break;
    }
    return SystemSessionState::InProgress;
}

std::string machine_point_name(const catalog::VmRestorePoint& point) {
    return point.vm_name + "@" + format_for_name(point.created);
}

std::string session_name(const std::string& job_name, Timestamp created) {
    return job_name + "@" + format_for_name(created);
}

std::vector<Link> links_of_this_server(const std::string& path, Site& site) {
    return {site.links().link("Down", path + "/jobs", "JobReferenceList"),
            site.links().link("Down", path + "/managedServers", "ManagedServerReferenceList"),
            site.links().link("Down", path + "/repositories", "RepositoryReferenceList"),
            site.links().link("Down", path + "/externalRepositories", "ExternalRepositoryReferenceList"),
            site.links().link("Down", path + "/credentials", "CredentialsList"),
            site.links().action("Create", path + "/credentials", "create"),
            site.links().link("Down", path + "/passwords", "PasswordKeyList"),
            site.links().action("Create", path + "/passwords", "create"),
            site.links().action("VeeamZip", path, "veeamzip"),
            site.links().action("QuickBackup", path, "quickbackup")};
}

}  // namespace

// Another server can be edited and asked; of what it has that is listed which was collected.
BackupServer represent(const catalog::BackupServer& server, Site& site) {
    auto path = at("/backupServers", server.id);
    auto entity = begin_entity<BackupServer>(site, "BackupServer", path, server.id, server.name);
    entity.Links = LinkList{alternate(site, path, "BackupServer", server.name)};
    if (server.is_this) {
        for (auto& link : links_of_this_server(path, site)) entity.Links->push_back(std::move(link));
    } else {
        entity.Links->push_back(site.links().link("Down", path + "/jobs", "JobReferenceList"));
        entity.Links->push_back(
            site.links().link("Down", path + "/managedServers", "ManagedServerReferenceList"));
        entity.Links->push_back(site.links().link("Down", path + "/repositories", "RepositoryReferenceList"));
        entity.Links->push_back(site.links().link("Edit", path, "BackupServerReference", server.name));
        entity.Links->push_back(site.links().link("Delete", path, "BackupServerReference", server.name));
        entity.VbrCertificateThumbprint = server.fingerprint;
    }
    entity.Links->push_back(site.links().action("Start", path, "collect"));
    entity.Description = server.description;
    entity.Port = server.port;
    entity.Version = server.version;
    return entity;
}

ManagedServer represent(const catalog::ManagedServer& server, Site& site) {
    auto path = at("/managedServers", server.id);
    auto entity = begin_entity<ManagedServer>(site, "ManagedServer", path, server.id, server.name);
    entity.Links =
        LinkList{site.links().link("Up", at("/backupServers", site.server().id) + "?format=Entity",
                                   "BackupServer", site.server().name),
                 alternate(site, path, "ManagedServer", server.name),
                 site.links().link("Related", at("/hierarchyRoots", server.hierarchy_root) + "?format=Entity",
                                   "HierarchyRoot", server.name),
                 site.links().link("Delete", path)};
    entity.Description = server.description;
    entity.ManagedServerType = ManagedServerType::Linux;
    return entity;
}

HierarchyRoot represent_root(const catalog::ManagedServer& server, Site& site) {
    auto path = at("/hierarchyRoots", server.hierarchy_root);
    auto entity =
        begin_entity<HierarchyRoot>(site, "HierarchyRoot", path, server.hierarchy_root, server.name);
    entity.Links = LinkList{site.server_link(), alternate(site, path, "HierarchyRoot", server.name),
                            site.links().link("Related", at("/managedServers", server.id) + "?format=Entity",
                                              "ManagedServer", server.name)};
    entity.HierarchyRootId = server.hierarchy_root.to_string();
    entity.UniqueId = server.host_id;
    entity.HostType = HostType::KVM;
    return entity;
}

Repository represent(const catalog::Repository& repository, Site& site) {
    auto path = at("/repositories", repository.id);
    auto entity = begin_entity<Repository>(site, "Repository", path, repository.id, repository.name);
    entity.Links = LinkList{site.server_link(), alternate(site, path, "Repository", repository.name),
                            site.links().link("Down", path + "/backups", "BackupReferenceList"),
                            site.links().link("Down", path + "/replicas", "ReplicaReferenceList"),
                            site.links().link("Delete", path)};
    entity.Capacity = repository.capacity;
    entity.FreeSpace = repository.free_space;
    entity.Kind = RepositoryKind::LinuxLocal;
    return entity;
}

Job represent(const catalog::Job& job, Site& site) {
    if (catalog::is_copy(job.type)) return represent_copy_job(job, site);
    auto path = at("/jobs", job.id);
    auto entity = begin_entity<Job>(site, "Job", path, job.id, job.name);
    entity.Links =
        LinkList{site.server_link(),
                 alternate(site, path, "Job", job.name),
                 site.links().link("Edit", path, "JobReference", job.name),
                 site.links().action("Clone", path, "clone"),
                 site.links().action("ToggleScheduleEnabled", path, "toggleScheduleEnabled"),
                 site.links().link("Down", path + "/includes", "ObjectInJobList"),
                 site.links().link("Down", path + "/backupSessions", "BackupJobSessionReferenceList"),
                 site.links().link("Create", path + "/includes", "ObjectInJob"),
                 site.links().action("Start", path, "start"),
                 site.links().action("Stop", path, "stop"),
                 site.links().action("Retry", path, "retry")};
    entity.JobType = JobType::Backup;
    entity.Platform = Platform::CustomPlatform;
    entity.Description = job.description;
    entity.ScheduleConfigured = job.schedule.is_configured();
    entity.ScheduleEnabled = job.schedule_enabled;
    entity.NextRun = job.schedule_enabled ? job.next_run : std::nullopt;
    entity.JobScheduleOptions = to_form(job.schedule);
    BackupJobInfoType info;
    info.Includes.emplace();
    for (const auto& object : job.objects) info.Includes->items.push_back(represent(object, job, site));
    info.GuestProcessingOptions = to_form(job.guest);
    tell_indexing(job.indexing, *info.GuestProcessingOptions);
    info.AdvancedStorageOptions = storage_form_of(job);
    info.GfsRetentionPolicy = to_form(job.retention.gfs);
    info.SimpleRetentionPolicy = to_form(job.retention);
    entity.JobInfo.emplace();
    entity.JobInfo->BackupJobInfo = std::move(info);
    return entity;
}

ObjectInJob represent(const catalog::ListedObject& listed, Site& site) {
    const auto& object = listed.object;
    auto path = at("/jobs", listed.job) + at("/includes", object.id);
    ObjectInJob entity;
    entity.Href = site.links().href(path);
    entity.Type = "ObjectInJob";
    entity.Links =
        LinkList{site.links().link("Delete", path),
                 site.links().link("Up", at("/jobs", listed.job) + "?format=Entity", "Job", listed.job_name)};
    entity.ObjectInJobId = object.id.to_string();
    entity.HierarchyObjRef = machine_reference(object.hierarchy_root, object.domain);
    entity.Name = object.name;
    entity.DisplayName = object.name;
    entity.Order = object.position;
    entity.GuestProcessingOptions = to_form(object.guest.value_or(listed.job_guest));
    entity.ExcludedDisks = to_form(object.excluded_disks);
    return entity;
}

ObjectInJob represent(const catalog::JobObject& object, const catalog::Job& job, Site& site) {
    return represent(catalog::ListedObject{object, job.id, job.name, job.guest}, site);
}

BackupJobSession represent(const catalog::BackupSession& session, Site& site) {
    auto path = at("/backupSessions", session.id);
    auto name = session_name(session.job_name, session.created);
    auto entity = begin_entity<BackupJobSession>(site, "BackupJobSession", path, session.id, name);
    // The job may be deleted and the restore point removed by retention: then there is nothing to lead to.
    LinkList links{site.server_link()};
    if (session.has_job)
        links.push_back(site.links().link("Up", at("/jobs", session.job), "JobReference", session.job_name));
    links.push_back(alternate(site, path, "BackupJobSession", name));
    links.push_back(site.links().link("Down", path + "/taskSessions", "BackupTaskSessionReferenceList"));
    links.push_back(site.links().action("Stop", path, "stop"));
    if (session.restore_point && session.has_restore_point)
        links.push_back(site.links().link("Related", at("/restorePoints", *session.restore_point),
                                          "RestorePointReference", format_in_full(session.created)));
    entity.Links = std::move(links);
    entity.JobUid = make_urn("Job", session.job);
    entity.JobName = session.job_name;
    entity.JobType = job_type(session.job_type);
    entity.CreationTimeUTC = session.created;
    entity.EndTimeUTC = session.ended.value_or(unset);
    entity.State = to_session_state(session.state);
    entity.Result = to_result(session.result);
    entity.Progress = session.progress;
    if (!session.reason.empty()) entity.FailureMessage = session.reason;
    entity.IsRetry = session.is_retry;
    return entity;
}

BackupTaskSession represent(const catalog::TaskSession& task, Site& site) {
    auto path = at("/backupTaskSessions", task.id);
    auto name = task.vm_name + "@" + format_for_name(task.created);
    auto entity = begin_entity<BackupTaskSession>(site, "BackupTaskSession", path, task.id, name);
    entity.Links =
        LinkList{site.server_link(),
                 site.links().link("Up", at("/backupSessions", task.session), "BackupJobSessionReference",
                                   session_name(task.job_name, task.session_created)),
                 alternate(site, path, "BackupTaskSession", name)};
    if (task.vm_restore_point && task.has_vm_restore_point)
        entity.Links->push_back(
            site.links().link("Related", at("/vmRestorePoints", *task.vm_restore_point) + "?format=Entity",
                              "VmRestorePoint", name));
    entity.JobSessionUid = make_urn("BackupJobSession", task.session);
    entity.CreationTimeUTC = task.created;
    entity.EndTimeUTC = task.ended.value_or(unset);
    entity.State = to_task_state(task.state);
    entity.Result = to_result(task.result);
    entity.Reason = task.reason;
    entity.TotalSize = task.total_size;
    entity.VmUid = machine_reference(task.hierarchy_root, task.domain);
    entity.VmDisplayName = task.vm_name;
    return entity;
}

Backup represent(const catalog::Backup& backup, Site& site) {
    auto path = at("/backups", backup.id);
    auto entity = begin_entity<Backup>(site, "Backup", path, backup.id, backup.name);
    entity.Links = LinkList{site.links().link("Up", at("/repositories", backup.repository),
                                              "RepositoryReference", backup.repository_name),
                            site.server_link(), alternate(site, path, "Backup", backup.name),
                            site.links().link("Down", path + "/restorePoints", "RestorePointReferenceList"),
                            site.links().link("Down", path + "/backupFiles", "BackupFileReferenceList")};
    entity.Platform = Platform::CustomPlatform;
    entity.BackupType = BackupType::Standard;
    return entity;
}

RestorePoint represent(const catalog::RestorePoint& point, Site& site) {
    auto path = at("/restorePoints", point.id);
    auto name = format_in_full(point.created);
    auto entity = begin_entity<RestorePoint>(site, "RestorePoint", path, point.id, name);
    entity.Links =
        LinkList{site.links().link("Up", at("/backups", point.backup), "BackupReference", point.backup_name),
                 site.server_link(), alternate(site, path, "RestorePoint", name),
                 site.links().link("Down", path + "/vmRestorePoints", "VmRestorePointReferenceList"),
                 site.links().link("Related", path + "/backupFiles", "BackupFileReferenceList")};
    entity.BackupDateUTC = point.created;
    return entity;
}

VmRestorePoint represent(const catalog::VmRestorePoint& point, Site& site) {
    auto path = at("/vmRestorePoints", point.id);
    auto name = machine_point_name(point);
    auto entity = begin_entity<VmRestorePoint>(site, "VmRestorePoint", path, point.id, name);
    entity.Links = LinkList{
        site.links().action("Restore", path, "restore"),
        site.server_link(),
        site.links().link("Up", at("/restorePoints", point.restore_point), "RestorePointReference",
                          format_in_full(point.restore_point_created)),
        site.links().link("Up", at("/backupFiles", point.file), "BackupFileReference", point.snapshot),
        alternate(site, path, "VmRestorePoint", name),
        site.links().link("Down", path + "/mounts", "VmRestorePointMountList"),
        site.links().link("Create", path + "/mounts", "VmRestorePointMount")};
    entity.CreationTimeUTC = point.created;
    entity.VmName = point.vm_name;
    entity.Algorithm = point.is_full ? PointAlgorithm::Full : PointAlgorithm::Incremental;
    entity.PointType = point.is_full ? PointType::Full : PointType::Increment;
    entity.HierarchyObjRef = machine_reference(point.hierarchy_root, point.domain);
    entity.VmDisplayName = point.vm_name;
    return entity;
}

Consistency consistency_of(const catalog::VmRestorePoint& point) {
    if (point.consistency == catalog::consistency::filesystem) return Consistency::FileSystemConsistent;
    if (point.consistency == catalog::consistency::offline) return Consistency::Offline;
    return Consistency::CrashConsistent;
}

BackupFile represent_file(const catalog::VmRestorePoint& point, Site& site) {
    auto path = at("/backupFiles", point.file);
    auto entity = begin_entity<BackupFile>(site, "BackupFile", path, point.file, point.snapshot);
    entity.Links =
        LinkList{site.links().link("Up", at("/backups", point.backup), "BackupReference", point.backup_name),
                 site.server_link(), alternate(site, path, "BackupFile", point.snapshot),
                 site.links().link("Related", path + "/restorePoints", "RestorePointReferenceList"),
                 site.links().link("Down", path + "/vmRestorePoints", "VmRestorePointReferenceList")};
    entity.FilePath = point.repository_path + "/snapshots/" + point.snapshot;
    entity.BackupSize = point.backup_size;
    entity.DataSize = point.data_size;
    entity.DeduplicationRatio =
        point.backup_size > 0 ? static_cast<double>(point.data_size) / static_cast<double>(point.backup_size)
                              : 1;
    entity.CompressRatio = 1;
    entity.CreationTimeUtc = point.created;
    entity.FileType = point.is_full ? BackupFileType::vbk : BackupFileType::vib;
    return entity;
}

RestoreSession represent(const catalog::RestoreSession& session, Site& site) {
    auto path = at("/restoreSessions", session.id);
    bool is_files = session.kind == "FileLevelRestore";
    auto name = fmt::format("{}_[{}]@{}", is_files ? "FLR" : "Restore", session.vm_name,
                            format_for_name(session.created));
    auto entity = begin_entity<RestoreSession>(site, "RestoreSession", path, session.id, name);
    entity.Links = LinkList{site.server_link(), alternate(site, path, "RestoreSession", name)};
    if (session.has_vm_restore_point)
        entity.Links->push_back(site.links().link("Related", at("/vmRestorePoints", session.vm_restore_point),
                                                  "VmRestorePointReference", session.vm_name));
    entity.JobType = is_files ? RestoreType::FileLevelRestore : RestoreType::RestoreVm;
    entity.CreationTimeUTC = session.created;
    entity.EndTimeUTC = session.ended.value_or(unset);
    entity.State = to_session_state(session.state);
    entity.Result = to_result(session.result);
    entity.Progress = session.progress;
    if (!session.restored_ref.empty())
        entity.RestoredObjRef = machine_reference_prefix + session.restored_ref;
    entity.VmDisplayName = session.vm_name;
    return entity;
}

// EM calls its reference form one of backup sessions.
SystemSession represent(const catalog::SystemSession& session, Site& site) {
    auto path = at("/systemSessions", session.id);
    auto name = session.name + " @" + format_in_full(session.created);
    auto entity = begin_entity<SystemSession>(site, "SystemSession", path, session.id, name);
    entity.Links = LinkList{alternate(site, path, "BackupJobSession", name),
                            site.links().link("Down", path + "/events", "SystemSessionEvents", "Events")};
    entity.SessionType = session.kind == catalog::system_work::scopes_rebuild
                             ? SystemSessionType::SecurityScopesRebuild
                             : SystemSessionType::DatabaseMaintenance;
    entity.CreationTimeUTC = session.created;
    entity.EndTimeUTC = session.ended.value_or(unset);
    auto result = to_result(session.result);
    entity.State = to_system_state(result);
    if (session.ended) entity.Result = {result, session.message, session.is_cancelled};
    return entity;
}

std::string machine_reference(const Uuid& hierarchy_root, const Uuid& domain) {
    return fmt::format("{}{}.{}", machine_reference_prefix, hierarchy_root.to_string(), domain.to_string());
}

MachineReference parse_machine_reference(const std::string& text) {
    auto refuse = [&] {
        return Error(ErrorKind::invalid_input, "The reference " + text.substr(0, 200) + " names no machine")
            .advise("Take it from GET /api/lookup: urn:CustomPlatform:Vm:<hierarchy root id>.<machine id>.");
    };
    auto lower = to_lower(text);
    auto kind = lower.find(":vm:");
    auto dot = lower.find('.', kind == std::string::npos ? 0 : kind);
    if (!lower.starts_with("urn:") || kind == std::string::npos || dot == std::string::npos) throw refuse();
    auto root = Uuid::parse(std::string_view(lower).substr(kind + 4, dot - kind - 4));
    auto domain = Uuid::parse(std::string_view(lower).substr(dot + 1));
    if (!root || !domain) throw refuse();
    return {*root, *domain};
}

}  // namespace holdfast::api
