#include "api/resources/job_routes.hpp"

#include <fmt/format.h>

#include "api/resources/copy_job_form.hpp"
#include "api/resources/entity_form.hpp"
#include "api/resources/guest_form.hpp"
#include "api/resources/handler.hpp"
#include "api/resources/schedule_form.hpp"
#include "api/resources/storage_form.hpp"
#include "protection/job_checkpoints.hpp"

namespace holdfast::api {

catalog::Job find_job(const Services& services, const Call& call) {
    return require(catalog::Jobs(services.database).find(call.id()), "job", call.id());
}

TaskLink job_link(const catalog::Job& job) {
    return {"Related", "/jobs/" + job.id.to_string() + "?format=Entity", "Job", job.name};
}

catalog::JobObject find_object(const catalog::Job& job, const Uuid& id) {
    for (const auto& object : job.objects)
        if (object.id == id) return object;
    throw Error(ErrorKind::not_found, fmt::format("The job {} has no object {}", job.name, id.to_string()));
}

void require_previous_job(const Services& services, const catalog::Job& job) {
    auto previous = Uuid::parse(job.schedule.chaining.previous_job);
    if (!previous) return;
    if (*previous == job.id)
        throw Error(ErrorKind::invalid_input, "PreviousJobUid names the job itself: it would never begin");
    if (!catalog::Jobs(services.database).find(*previous))
        throw Error(ErrorKind::invalid_input, "PreviousJobUid names a job that is not there");
}

void require_not_running(const Services& services, const catalog::Job& job) {
    if (services.backups.is_running(job.id))
        throw Error(ErrorKind::conflict, fmt::format("The job {} is running", job.name))
            .advise("Stop it first, or wait for its session to end.");
}

// The session is opened before the answer, so that a second start is refused at once; the machines are backed
// up after it.
Answer start_run(const Services& services, const Call& call, const catalog::Job& job,
                 protection::RunKind kind, const std::string& operation) {
    auto session = services.backups.start(job.id, kind);
    return services.start_task(call, operation, [job, session](std::stop_token) {
        return TaskOutcome{.message = fmt::format("Job \"{}\" triggered to start.", job.name),
                           .links = {job_link(job),
                                     {"Related", "/backupSessions/" + session.to_string() + "?format=Entity",
                                      "BackupJobSession", job.name}}};
    });
}

namespace {

Answer list_jobs(const Services& services, const Call& call) {
    return list_of<Jobs>(services, call, catalog::job_source());
}

Answer get_job(const Services& services, const Call& call) {
    auto site = services.site(call);
    auto job = find_job(services, call);
    auto entity = represent(job, site);
    // EM's jobs do not tell where they write to.
    if (wants_details(call))
        entity.Links->push_back(
            site.links().link("Related", at("/repositories", job.repository), "RepositoryReference"));
    return one(call, std::move(entity));
}

Answer list_includes(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    return list_of<ObjectsInJob>(services, call, catalog::job_object_source(),
                                 services.selection_in(call, "job", job.id));
}

Answer get_include(const Services& services, const Call& call) {
    auto site = services.site(call);
    auto job = find_job(services, call);
    return ok(represent(find_object(job, call.id(1)), job, site));
}

Answer list_sessions_of_job(const Services& services, const Call& call) {
    auto selection = services.selection_in(call, "job", find_job(services, call).id);
    selection.created_since = oldest_listed_session();
    return list_of<BackupJobSessions>(services, call, catalog::backup_session_source(), selection);
}

Answer run_job(const Services& services, const Call& call, protection::RunKind kind) {
    return start_run(services, call, find_job(services, call), kind,
                     kind == protection::RunKind::retry ? "RetryJob" : "StartJob");
}

Answer start_job(const Services& services, const Call& call) {
    return run_job(services, call, protection::RunKind::normal);
}
Answer retry_job(const Services& services, const Call& call) {
    return run_job(services, call, protection::RunKind::retry);
}

Answer verify_changed_blocks(const Services& services, const Call& call) {
    return run_job(services, call, protection::RunKind::verify);
}

Answer stop_run(const Services& services, const Call& call, protection::StopWhen when) {
    auto job = find_job(services, call);
    services.backups.stop_job(job.id, call.logon().account(), when);
    return services.start_task(call, "StopJob", [job](std::stop_token) {
        return TaskOutcome{.message = fmt::format("Job \"{}\" triggered to stop.", job.name),
                           .links = {job_link(job)}};
    });
}

Answer stop_job(const Services& services, const Call& call) {
    return stop_run(services, call, protection::StopWhen::at_once);
}
Answer stop_job_gracefully(const Services& services, const Call& call) {
    return stop_run(services, call, protection::StopWhen::after_current_machines);
}

Answer toggle_schedule(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    return services.start_task(call, "UpdateJob", [&services, id = job.id](std::stop_token) {
        auto current = catalog::Jobs(services.database).edit(id, [](catalog::Job& changed) {
            changed.schedule_enabled = !changed.schedule_enabled;
            protection::Scheduler::begin_anew(changed, now());
        });
        services.scheduler.wake();
        return TaskOutcome{.message = fmt::format("The schedule of {} is {}.", current.name,
                                                  current.schedule_enabled ? "enabled" : "disabled"),
                           .links = {job_link(current)}};
    });
}

Uuid find_repository(const Services& services, const std::string& uid) {
    auto id = parse_urn_or_id(uid);
    if (!id || !catalog::Repositories(services.database).find(*id))
        throw Error(ErrorKind::invalid_input, fmt::format("RepositoryUid {} names no repository", uid))
            .advise("Take it from GET /api/repositories.");
    return *id;
}

// Names the job and gives it its first run; throws for a previous job that is not there.
void complete(const Services& services, catalog::Job& job) {
    job.id = Uuid::random();
    require_previous_job(services, job);
    protection::Scheduler::begin_anew(job, now());
}

void add_job(const Services& services, const catalog::Job& job) {
    catalog::Jobs(services.database).add(job);
    services.scheduler.wake();
}

// What the clone of a job of that type is called, and where it writes to.
template <typename Info>
void apply_clone(const Services& services, const std::optional<Info>& info, std::string_view element,
                 catalog::Job& job) {
    if (!info)
        throw Error(ErrorKind::invalid_input, fmt::format("The job {} is {}: JobCloneSpec must hold {}",
                                                          job.name, describe(job.type), element));
    catalog::Jobs(services.database).require_free_name(info->JobName);
    job.repository = find_repository(services, info->RepositoryUid);
    job.name = info->JobName;
    if (info->Description) job.description = *info->Description;
}

Answer clone_job(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    auto spec = call.body<JobCloneSpec>();
    if (job.type == catalog::JobType::backup)
        apply_clone(services, spec.BackupJobCloneInfo, "BackupJobCloneInfo", job);
    else if (job.type == catalog::JobType::backup_copy)
        apply_clone(services, spec.BackupCopyJobCloneInfo, "BackupCopyJobCloneInfo", job);
    else
        apply_clone(services, spec.ImmediateBackupCopyJobCloneInfo, "ImmediateBackupCopyJobCloneInfo", job);
    for (auto& object : job.objects) object.id = Uuid::random();
    for (auto& source : job.sources) source.id = Uuid::random();
    complete(services, job);
    return services.start_task(call, "CloneJob", [&services, job](std::stop_token) {
        add_job(services, job);
        return TaskOutcome{.links = {job_link(job)}};
    });
}

struct Include {
    MachineReference machine;
    std::optional<catalog::GuestProcessing> guest;
    catalog::DiskNames excluded_disks;
};

void apply_backup(const JobSpec& spec, catalog::Job& job) {
    if (spec.LinkedJobs) throw Error(ErrorKind::invalid_input, "A backup job has no LinkedJobs");
    if (spec.JobScheduleOptions) apply(*spec.JobScheduleOptions, job.schedule);
    if (spec.AdvancedStorageOptions) apply(*spec.AdvancedStorageOptions, job);
}

std::vector<Include> includes_of(const JobSpec& spec, const catalog::Job& job) {
    std::vector<Include> includes;
    if (!spec.Includes) return includes;
    for (const auto& object : spec.Includes->CreateObjectInJobSpec) {
        if (catalog::is_copy(job.type)) require_plain(object);
        includes.push_back({parse_machine_reference(object.HierarchyObjRef), guest_of_new_object(object, job),
                            excluded_disks(object.ExcludedDisks.value_or(DiskList()))});
    }
    return includes;
}

Error nothing_included(const catalog::Job& job) {
    if (!catalog::is_copy(job.type)) return {ErrorKind::invalid_input, "Includes names no machine"};
    return Error(ErrorKind::invalid_input, "The copy job has nothing to copy from")
        .advise("Name backup jobs in LinkedJobs.");
}

Answer create_job(const Services& services, const Call& call) {
    auto spec = call.body<JobSpec>();
    catalog::Job job;
    job.name = spec.Name;
    job.description = spec.Description.value_or("");
    job.repository = find_repository(services, spec.RepositoryUid);
    job.schedule_enabled = spec.ScheduleEnabled.value_or(true);
    job.type = job_type(spec.JobType.value_or(JobType::Backup));
    if (catalog::is_copy(job.type))
        apply_copy(spec, services, job);
    else
        apply_backup(spec, job);
    if (spec.SimpleRetentionPolicy) apply(*spec.SimpleRetentionPolicy, job.retention);
    if (spec.GfsRetentionPolicy) apply(*spec.GfsRetentionPolicy, job.retention.gfs);
    catalog::Jobs(services.database).require_free_name(job.name);
    auto includes = includes_of(spec, job);
    if (includes.empty() && job.sources.empty()) throw nothing_included(job);
    complete(services, job);
    return services.start_task(call, "CreateJob", [&services, job, includes](std::stop_token) mutable {
        // Asks the hosts, which may take a moment.
        for (const auto& [reference, guest, excluded] : includes) {
            auto machine = services.hosts.find_machine(reference.hierarchy_root, reference.domain);
            for (const auto& object : job.objects)
                if (object.domain == reference.domain && object.server == machine.server.id)
                    throw Error(ErrorKind::invalid_input,
                                fmt::format("The machine {} is named twice", object.name));
            job.objects.push_back({Uuid::random(), machine.server.id, reference.domain, machine.domain.name});
            job.objects.back().guest = guest;
            job.objects.back().excluded_disks = excluded;
        }
        add_job(services, job);
        return TaskOutcome{.message = fmt::format("The job {} was created.", job.name),
                           .links = {job_link(job)}};
    });
}

Answer delete_job(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    require_not_running(services, job);
    auto site = services.site(call);
    catalog::Jobs(services.database).remove(job.id, [&](const catalog::Job& current) {
        require_match(call.precondition(), represent(current, site));
        job = current;
    });
    services.scheduler.wake();
    return services.start_task(call, "DeleteJob", [&services, job](std::stop_token) {
        auto left =
            catalog::is_copy(job.type) ? 0 : protection::remove_checkpoints(services.hosts, job, job.objects);
        auto message = fmt::format("The job {} was deleted; its backups are kept.", job.name);
        if (left > 0)
            message += fmt::format(" {} machines could not be reached and keep their checkpoints.", left);
        return TaskOutcome{.message = message};
    });
}

}  // namespace

std::vector<Route> job_routes(const Services& services) {
    auto row = rows_for(services, Callers::administrators());
    return {
        row("GET", "/jobs", "", list_jobs),
        row("POST", "/jobs", "", create_job),
        row("GET", "/jobs/{ID}", "", get_job),
        row("DELETE", "/jobs/{ID}", "", delete_job),
        row("POST", "/jobs/{ID}", "start", start_job),
        row("POST", "/jobs/{ID}", "stop", stop_job),
        row("POST", "/jobs/{ID}", "verifyChangedBlocks", verify_changed_blocks),
        row("POST", "/jobs/{ID}", "gracefulStop", stop_job_gracefully),
        row("POST", "/jobs/{ID}", "retry", retry_job),
        row("POST", "/jobs/{ID}", "clone", clone_job),
        row("POST", "/jobs/{ID}", "toggleScheduleEnabled", toggle_schedule),
        row("GET", "/jobs/{ID}/includes", "", list_includes),
        row("GET", "/jobs/{ID}/includes/{ID}", "", get_include),
        row("GET", "/jobs/{ID}/backupSessions", "", list_sessions_of_job),
    };
}

}  // namespace holdfast::api
