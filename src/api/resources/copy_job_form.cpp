#include "api/resources/copy_job_form.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/resources/entity_form.hpp"
#include "api/resources/represent.hpp"
#include "api/resources/schedule_form.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

LinkedJobResourceObjects linked_jobs(const catalog::Job& job, Site& site) {
    LinkedJobResourceObjects list;
    for (const auto& source : job.sources) list.items.push_back(represent(source, job, site));
    return list;
}

// An edit tells what is there; links are made and removed by themselves.
void require_same(const std::optional<LinkedJobResourceObjects>& told, const catalog::Job& job) {
    if (!told) return;
    bool same = told->items.size() == job.sources.size() &&
                std::ranges::all_of(job.sources, [&](const catalog::LinkedJob& source) {
                    return std::ranges::any_of(told->items, [&](const LinkedJobObject& item) {
                        return parse_urn_or_id(item.LinkedJobUid.value_or("")) == source.job;
                    });
                });
    if (!same)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("LinkedJobIncludes does not name the {} jobs that {} is linked to",
                                job.sources.size(), job.name))
            .advise("Add a link with POST to its /linkedJobs, remove one with DELETE.");
}

Error no_storage_options() {
    return {ErrorKind::invalid_input,
            "A copy job has no AdvancedStorageOptions: what it copies stays as it was stored"};
}

// The same of its machines.
void require_same(const std::optional<ObjectsInJob>& told, const catalog::Job& job) {
    if (!told) return;
    bool same = told->items.size() == job.objects.size() &&
                std::ranges::all_of(job.objects, [&](const catalog::JobObject& object) {
                    return std::ranges::any_of(told->items, [&](const ObjectInJob& item) {
                        return Uuid::parse(item.ObjectInJobId.value_or("")) == object.id;
                    });
                });
    if (!same)
        throw Error(
            ErrorKind::invalid_input,
            fmt::format("Includes does not name the {} objects of the job {}", job.objects.size(), job.name))
            .advise("Add one with POST to its /includes, remove one with DELETE.");
}

void refuse_other_links(bool is_empty) {
    if (!is_empty)
        throw Error(ErrorKind::not_supported, "A copy job cannot be linked to single backups or repositories")
            .advise("Link the jobs that make the backups.");
}

template <typename Info>
void apply_to_copy(const Info& info, catalog::Job& job) {
    require_same(info.LinkedJobIncludes, job);
    refuse_other_links(!info.LinkedBackupIncludes || info.LinkedBackupIncludes->LinkedBackup.empty());
    if (info.GfsRetentionPolicy) apply(*info.GfsRetentionPolicy, job.retention.gfs);
    if (info.SimpleRetentionPolicy) apply(*info.SimpleRetentionPolicy, job.retention);
}

// Elements of ours: readers of EM's meet them only where somebody chose another retention.
template <typename Info>
void tell_retention(const catalog::Retention& retention, Info& info) {
    const catalog::Retention usual;
    if (to_json(retention) == to_json(usual)) return;
    info.GfsRetentionPolicy = to_form(retention.gfs);
    info.SimpleRetentionPolicy = to_form(retention);
}

JobInfoType info_of(const catalog::Job& job, Site& site) {
    JobInfoType info;
    if (job.type == catalog::JobType::immediate_backup_copy) {
        auto& immediate = info.ImmediateBackupCopyJobInfo.emplace();
        immediate.LinkedJobIncludes = linked_jobs(job, site);
        immediate.LinkedBackupIncludes.emplace();
        immediate.LinkedBackupRepositoryIncludes.emplace();
        tell_retention(job.retention, immediate);
        return info;
    }
    auto& periodic = info.BackupCopyJobInfo.emplace();
    periodic.Includes.emplace();
    for (const auto& object : job.objects) periodic.Includes->items.push_back(represent(object, job, site));
    periodic.LinkedJobIncludes = linked_jobs(job, site);
    periodic.LinkedBackupIncludes.emplace();
    tell_retention(job.retention, periodic);
    return info;
}

}  // namespace

JobType job_type(catalog::JobType type) {
    switch (type) {
        case catalog::JobType::backup:
            return JobType::Backup;
        case catalog::JobType::backup_copy:
            return JobType::BackupCopy;
        case catalog::JobType::immediate_backup_copy:
            return JobType::ImmediateBackupCopy;
    }
    return JobType::Backup;
}

catalog::JobType job_type(JobType type) {
    if (type == JobType::Backup) return catalog::JobType::backup;
    if (type == JobType::BackupCopy) return catalog::JobType::backup_copy;
    if (type == JobType::ImmediateBackupCopy) return catalog::JobType::immediate_backup_copy;
    throw Error(ErrorKind::not_supported, "A job can be a Backup, a BackupCopy or an ImmediateBackupCopy");
}

std::string_view describe(catalog::JobType type) {
    if (type == catalog::JobType::backup) return "a backup job";
    return type == catalog::JobType::backup_copy ? "a backup copy job" : "an immediate backup copy job";
}

// With the links that EM's copy jobs have, and those of what can be done with ours besides.
Job represent_copy_job(const catalog::Job& job, Site& site) {
    auto path = at("/jobs", job.id);
    auto entity = begin_entity<Job>(site, "Job", path, job.id, job.name);
    entity.Links = LinkList{
        site.server_link(),
        alternate(site, path, "Job", job.name),
        site.links().link("Edit", path, "JobReference", job.name),
        site.links().action("Clone", path, "clone"),
        site.links().action("ToggleScheduleEnabled", path, "toggleScheduleEnabled"),
        site.links().link("Down", path + "/backupSessions", "BackupJobSessionReferenceList"),
        site.links().action("Stop", path, "stop"),
        site.links().action("Retry", path, "retry"),
        site.links().action("Sync", path, "sync"),
        site.links().link("Down", path + "/linkedJobs", "LinkedJobObjectList"),
        site.links().link("Down", path + "/linkedBackupRepositories", "LinkedBackupRepositoryObjectList"),
        site.links().link("Create", path + "/linkedJobs", "LinkedJobObject"),
        site.links().link("Create", path + "/linkedBackupRepositories", "LinkedBackupRepositoryObject")};
    if (job.type == catalog::JobType::backup_copy) {
        entity.Links->push_back(site.links().link("Down", path + "/includes", "ObjectInJobList"));
        entity.Links->push_back(site.links().link("Create", path + "/includes", "ObjectInJob"));
    }
    entity.JobType = job_type(job.type);
    entity.Platform = Platform::CustomPlatform;
    entity.Description = job.description;
    entity.ScheduleConfigured = job.schedule.is_configured();
    entity.ScheduleEnabled = job.schedule_enabled;
    entity.NextRun = job.schedule_enabled ? job.next_run : std::nullopt;
    entity.JobScheduleOptions = job.type == catalog::JobType::immediate_backup_copy
                                    ? to_immediate_form(job.schedule)
                                    : to_form(job.schedule);
    entity.JobInfo = info_of(job, site);
    return entity;
}

LinkedJobObject represent(const catalog::LinkedJob& link, const catalog::Job& job, Site& site) {
    auto path = at("/jobs", job.id);
    auto own_path = path + at("/linkedJobs", link.id);
    LinkedJobObject object;
    object.Href = site.links().href(own_path);
    object.Type = "LinkedJobObject";
    object.Links =
        LinkList{site.links().link("Delete", own_path),
                 site.links().link("Up", path + "?format=Entity", "Job", job.name),
                 site.links().link("Related", at("/jobs", link.job) + "?format=Entity", "Job", link.name)};
    object.ObjectInJobId = link.id.to_string();
    object.LinkedJobUid = make_urn("Job", link.job);
    return object;
}

catalog::LinkedJob link_to(const Services& services, const std::string& uid) {
    auto id = parse_urn_or_id(uid);
    auto source = id ? catalog::Jobs(services.database).find(*id) : std::nullopt;
    if (!source)
        throw Error(ErrorKind::invalid_input, fmt::format("LinkedJobUid {} names no job", uid))
            .advise("Take it from GET /api/jobs.");
    if (catalog::is_copy(source->type))
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The job {} is itself {}", source->name, describe(source->type)))
            .advise("Link the backup job that makes the restore points.");
    return {Uuid::random(), source->id, source->name};
}

void apply_copy(const JobSpec& spec, const Services& services, catalog::Job& job) {
    if (spec.AdvancedStorageOptions) throw no_storage_options();
    bool is_immediate = job.type == catalog::JobType::immediate_backup_copy;
    if (is_immediate && spec.Includes && !spec.Includes->CreateObjectInJobSpec.empty())
        throw Error(ErrorKind::invalid_input, "An immediate copy job copies what its LinkedJobs make")
            .advise("A job of the JobType BackupCopy can have Includes of its own.");
    if (is_immediate) job.schedule.continuous.enabled = true;
    if (spec.JobScheduleOptions && is_immediate) apply_immediate(*spec.JobScheduleOptions, job.schedule);
    if (spec.JobScheduleOptions && !is_immediate) apply(*spec.JobScheduleOptions, job.schedule);
    if (!spec.LinkedJobs) return;
    for (const auto& linked : spec.LinkedJobs->LinkedJobSpec) {
        auto link = link_to(services, linked.LinkedJobUid);
        if (std::ranges::find(job.sources, link.job, &catalog::LinkedJob::job) != job.sources.end())
            throw Error(ErrorKind::invalid_input, fmt::format("The job {} is linked twice", link.name));
        job.sources.push_back(std::move(link));
    }
}

void apply_copy(const JobInfoType& info, catalog::Job& job) {
    bool is_immediate = job.type == catalog::JobType::immediate_backup_copy;
    if (is_immediate ? !info.ImmediateBackupCopyJobInfo : !info.BackupCopyJobInfo)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The job {} is {}: JobInfo must hold {}", job.name, describe(job.type),
                                is_immediate ? "ImmediateBackupCopyJobInfo" : "BackupCopyJobInfo"));
    if (is_immediate) {
        const auto& repositories = info.ImmediateBackupCopyJobInfo->LinkedBackupRepositoryIncludes;
        refuse_other_links(!repositories || repositories->items.empty());
        return apply_to_copy(*info.ImmediateBackupCopyJobInfo, job);
    }
    require_same(info.BackupCopyJobInfo->Includes, job);
    if (info.BackupCopyJobInfo->AdvancedStorageOptions) throw no_storage_options();
    apply_to_copy(*info.BackupCopyJobInfo, job);
}

void require_plain(const CreateObjectInJobSpec& object) {
    if (object.GuestProcessingOptions || object.ExcludedDisks)
        throw Error(ErrorKind::invalid_input,
                    "An object of a copy job has neither GuestProcessingOptions nor ExcludedDisks")
            .advise("Its restore points are copied as they are.");
}

}  // namespace holdfast::api
